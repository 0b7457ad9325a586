"""A search looks around the tuned defaults and never leaves what a setting allows."""

from dataclasses import dataclass, fields

import pytest

from headstart.advice.spaces import space_of
from headstart.families import family, known
from headstart.records import setting
from headstart.records.settings import check


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    rate: float = setting(0.01, "a step", low=1e-4, high=1.0)
    share: float = setting(0.5, "a share", low=0.05, high=1.0)
    layers: int = setting(3, "layers", low=1, high=16)
    leaves: int | None = setting(None, "leaves", low=2, high=4096)
    penalty: float = setting(0.0, "none", low=0.0, high=1e4)
    bend: str = setting("relu", "what bends", choices=("relu", "selu"))
    rounds: int = setting(100, "how long", low=1, high=1000)


def _by_name(resolved=None):
    return {each.name: each for each in space_of(_Settings(), resolved or {})}


def test_a_rate_is_searched_in_factors_and_a_share_is_not():
    found = _by_name()

    assert (found["rate"].low, found["rate"].high, found["rate"].log) == (0.00125, 0.08, True)
    assert (found["share"].low, found["share"].high, found["share"].log) == (0.125, 1.0, False)


def test_few_layers_are_at_most_doubled():
    found = _by_name()["layers"]

    assert (found.low, found.high, found.whole) == (1, 6, True)


def test_a_penalty_of_none_is_searched_up_to_a_strong_one():
    found = _by_name()["penalty"]

    assert (found.low, found.high) == (0.0, 10.0)


def test_what_only_makes_a_fit_longer_is_not_searched():
    assert "rounds" not in _by_name()


def test_what_depends_on_the_data_is_searched_once_a_fit_has_told_it():
    assert "leaves" not in _by_name()

    assert _by_name({"leaves": 50})["leaves"].default == 50


@pytest.mark.parametrize("name", sorted(known()))
def test_both_ends_of_every_family_are_settings_that_it_allows(name):
    kind = family(name).Settings
    resolved = {"learning_rate": 0.05, "leaves": 31, "leaf_rows": 10, "row_share": 0.7, "depth": 6}
    space = space_of(kind(), resolved)

    for end in ("low", "high"):
        values = {
            each.name: each.choices[0 if end == "low" else -1]
            if each.choices
            else (int if each.whole else float)(getattr(each, end))
            for each in space
        }
        check(kind(**values))

    assert {each.name for each in space} <= {each.name for each in fields(kind)}
