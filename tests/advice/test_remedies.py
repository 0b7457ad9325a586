"""Remedies change what a family has, in the right direction, and stay inside of its ranges."""

from headstart.advice.remedies import enlarged, regularised, repeated
from headstart.families import family
from headstart.records import Candidate
from headstart.records.settings import check


def _candidate(name, **settings):
    return Candidate(name=name, family=name, settings=family(name).Settings(**settings))


def test_less_capacity_is_smaller_trees_and_more_rows_in_a_leaf():
    made = regularised(_candidate("lightgbm"), {"leaves": 50, "leaf_rows": 20, "penalty": 0.0})

    assert made.name == "lightgbm.regularised"
    assert (made.settings.leaves, made.settings.leaf_rows) == (25, 40)
    assert made.settings.penalty == 1.0
    assert "leaves 25" in made.because


def test_more_capacity_is_a_wider_and_deeper_net_with_less_dropout():
    base = _candidate("feedforward")
    made = enlarged(base, {})

    assert made.settings.width == 2 * base.settings.width
    assert made.settings.layers == base.settings.layers + 1
    assert made.settings.dropout == base.settings.dropout / 2


def test_what_is_at_its_end_stays_there():
    made = enlarged(_candidate("xgboost", depth=16, penalty=0.0), {})

    assert made.settings.depth == 16
    check(made.settings)


def test_a_family_without_such_settings_has_no_remedy():
    assert regularised(_candidate("majority"), {}) is None


def test_a_repeat_differs_by_its_name_alone_and_so_by_its_seed():
    base = _candidate("lightgbm")

    assert repeated(base, 2).settings == base.settings
    assert repeated(base, 2).name == "lightgbm.again-2"
