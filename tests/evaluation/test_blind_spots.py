"""What a metric does not see is measured on rows that the model had not seen."""

import numpy as np
import pytest

from headstart.evaluation.blind_spots import recognised, share_of_the_largest


def test_a_class_that_is_never_named_is_recognised_in_none_of_its_rows():
    truth = np.repeat([0, 1, 2], [90, 30, 0])
    chances = np.tile([0.7, 0.2, 0.1], (120, 1))

    assert recognised(truth, chances, ("a", "b", "c")) == {"a": (90, 1.0), "b": (30, 0.0)}


def test_of_normal_errors_the_largest_hundredth_has_a_twelfth_of_the_squares():
    errors = np.random.default_rng(0).normal(size=(200_000, 1))

    assert share_of_the_largest(errors, np.zeros_like(errors)) == pytest.approx(0.0845, abs=0.003)


def test_a_few_wild_rows_have_most_of_the_squares():
    errors = np.random.default_rng(0).normal(size=(1_000, 2))
    errors[:5, 1] = 60.0

    assert share_of_the_largest(errors, np.zeros_like(errors)) > 0.9


def test_few_rows_and_no_error_tell_nothing():
    assert share_of_the_largest(np.ones((50, 1)), np.zeros((50, 1))) is None
    assert share_of_the_largest(np.ones((300, 1)), np.ones((300, 1))) == 0.0
