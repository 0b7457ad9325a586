from __future__ import annotations

import numpy as np
import pytest

from headstart.profiling import association


def test_errors_by_value_leave_the_row_itself_out():
    alone = np.arange(6)
    classes = np.array([0, 1, 0, 1, 0, 0])

    assert association.errors_by_value(alone, classes) == 2  # the two that are not the usual class
    assert association.errors_by_value(np.zeros(6, dtype=int), classes) == 2


def test_a_pair_that_disagrees_misleads_both():
    assert association.errors_by_value(np.array([0, 0]), np.array([0, 1])) == 2


def test_errors_in_order_allow_one_block_for_each_class():
    numbers = np.arange(10.0)

    assert association.errors_in_order(numbers, np.repeat([0, 1], 5)) == 0
    assert association.errors_in_order(numbers, np.array([0, 0, 1, 0, 0, 1, 1, 1, 1, 1])) == 1


def test_useless_values_explain_nothing():
    random = np.random.default_rng(0)
    codes, numbers = random.integers(0, 50, 2_000), random.normal(size=2_000)

    assert abs(association.explained_by_value(codes, numbers)) < 0.05
    assert abs(association.explained_in_order(random.normal(size=2_000), numbers)) < 0.1
    assert abs(association.explained_by_neighbours(random.normal(size=2_000), numbers)) < 0.1
    assert abs(association.resemblance(codes, random.integers(0, 3, 2_000))) < 0.02


def test_ranks_of_equal_values_are_shared():
    first, second = np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 4.0])

    assert association.rank_correlation(first, second) == pytest.approx(0.9486833)


def test_bands_that_overlap_are_misplaced():
    codes = np.array([0, 0, 1, 1])

    assert association.misplaced(codes, np.array([1.0, 2.0, 3.0, 4.0])) == 0
    assert association.misplaced(codes, np.array([1.0, 3.0, 2.0, 4.0])) == 2


def test_two_samples_of_one_distribution_are_not_apart():
    random = np.random.default_rng(0)
    codes = random.integers(0, 8, 400)

    assert association.largest_gap(random.normal(size=200), random.normal(size=200)) == 0
    assert association.largest_gap(random.normal(size=200), 9 + random.normal(size=200)) == 1
    assert association.share_moved(codes[:200], codes[200:], 8) == 0
