"""Messages, read aloud: what is wrong; what was expected; what to do."""

import pytest

from headstart import errors
from headstart.errors import (
    AskError,
    DataError,
    HeadstartError,
    MissingExtra,
    NothingTrained,
    WeightsError,
    listed,
    missing_extra,
    nearest,
    unknown_name,
)


@pytest.mark.parametrize(
    ("leaf", "also"),
    [
        (AskError, ValueError),
        (DataError, ValueError),
        (WeightsError, ValueError),
        (MissingExtra, ImportError),
        (NothingTrained, RuntimeError),
    ],
)
def test_every_leaf_is_also_a_builtin(leaf, also):
    assert issubclass(leaf, HeadstartError)
    assert issubclass(leaf, also)


def test_every_leaf_has_a_kind_of_its_own():
    leaves = [AskError, DataError, WeightsError, MissingExtra, NothingTrained]

    assert len({leaf.kind for leaf in leaves}) == len(leaves)


def test_the_hint_stands_on_its_own_line():
    assert str(AskError("no.", "Do this.")) == "no.\n  Do this."
    assert str(AskError("no.")) == "no."


def test_an_unknown_name_offers_the_nearest_and_some_others():
    error = unknown_name("family", "lightgmb", ["xgboost", "lightgbm", "a", "b", "c", "d"])

    assert str(error) == (
        "there is no family `lightgmb`. Did you mean `lightgbm`? "
        "Known: `xgboost`, `lightgbm`, `a`, `b`, `c` (+1 more)."
    )


def test_a_name_far_from_all_offers_nothing():
    assert nearest("zzzz", ["score", "review"]) == ""


def test_capitals_do_not_hide_the_nearest():
    assert nearest("AGE", ["Age", "Town"]) == "Did you mean `Age`? "


def test_short_lists_are_whole():
    assert listed(["a"]) == "`a`"
    assert listed([]) == ""


def test_a_missing_library_says_how_to_get_it():
    assert str(missing_extra("torch", "deep", "the family `lstm`")) == (
        "the family `lstm` needs torch, which is not installed. "
        "Install it with: pip install 'headstart[deep]'"
    )


def test_the_listed_names_exist():
    assert all(hasattr(errors, name) for name in errors.__all__)
