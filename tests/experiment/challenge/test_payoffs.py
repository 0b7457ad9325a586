"""Which advice paid is counted by run, wherever the cache is."""

import pytest

from headstart.experiment.challenge.payoffs import payoffs, remember
from headstart.records.adjusted import Attempted


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "home"))


def _tried(action, ending, gain=None):
    return Attempted(action=action, candidate="x", because="", ending=ending, gain=gain)


def test_nothing_is_known_before_the_first_run():
    assert payoffs() == {}


def test_what_won_has_paid_and_what_had_no_time_was_not_tried(tmp_path):
    remember(tmp_path / "a", "lightgbm", "accuracy", [_tried("search", "adopted", 0.01)])
    remember(tmp_path / "b", "lightgbm", "accuracy", [_tried("search", "not better", -0.01)])
    remember(tmp_path / "c", "lightgbm", "accuracy", [_tried("search", "no time")])

    found = payoffs()["search"]

    assert (found.paid, found.tried) == (1, 2)


def test_a_call_that_went_on_after_a_kill_counts_once(tmp_path):
    remember(tmp_path / "a", "lightgbm", "accuracy", [_tried("search", "not better", 0.0)])
    remember(tmp_path / "a", "lightgbm", "accuracy", [_tried("search", "adopted", 0.1)])

    assert (payoffs()["search"].paid, payoffs()["search"].tried) == (1, 1)


def test_of_several_candidates_of_an_action_one_has_to_win(tmp_path):
    tried = [_tried("settle", "not better", -0.1), _tried("settle", "better", 0.1)]
    remember(tmp_path / "a", "lightgbm", "accuracy", tried)

    assert payoffs()["settle"].paid == 1
