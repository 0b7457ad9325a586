from __future__ import annotations

import numpy as np
import pytest
from planted import make_table, make_task

from headstart.profiling.sample import draw_sample
from headstart.profiling.target_means import made_from_target, parts_of_target


@pytest.fixture
def city():
    return np.random.default_rng(0).integers(0, 40, 600)


@pytest.fixture
def y(city):
    random = np.random.default_rng(1)
    return random.normal(size=40)[city] + random.normal(size=600)


def _accused(check, cells):
    table = make_table(cells, "y")
    task = make_task(table, "y")
    sample = draw_sample(table, task)
    found = (
        check(sample, task, frozenset())
        if check is made_from_target
        else check(sample, frozenset())
    )
    return {name for finding in found for name in finding.columns}


def _cells(city, y, feature):
    return {"city": [f"c{i}" for i in city], "feature": feature, "y": y}


def test_the_mean_of_the_target_over_a_key_is_found(city, y):
    means = np.bincount(city, y) / np.bincount(city)

    assert _accused(made_from_target, _cells(city, y, means[city])) == {"feature"}


def test_a_mean_is_its_own_key(city, y):
    means = np.bincount(city, y) / np.bincount(city)

    assert _accused(made_from_target, {"feature": means[city], "y": y}) == {"feature"}


def test_the_mean_of_the_other_rows_is_found(city, y):
    others = (np.bincount(city, y)[city] - y) / (np.bincount(city)[city] - 1)

    assert _accused(made_from_target, _cells(city, y, others)) == {"feature"}


def test_a_mean_of_another_year_is_no_leak(city, y):
    before = np.bincount(city, y + np.random.default_rng(2).normal(size=600)) / np.bincount(city)

    assert _accused(made_from_target, _cells(city, y, before[city])) == set()


def test_parts_that_add_up_to_the_target_are_found_and_others_are_not():
    a, b, c = np.random.default_rng(0).normal(size=(3, 300)) * [[1], [100], [5]]

    assert _accused(parts_of_target, {"a": a, "b": b, "c": c, "y": a - b}) == {"a", "b"}
    assert _accused(parts_of_target, {"a": a, "b": b, "c": c, "y": 2 * a - 0.5 * b}) == set()
