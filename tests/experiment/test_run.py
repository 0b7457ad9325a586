"""What a run keeps back for its end."""

from types import SimpleNamespace

import pytest
from _course import scratch

from headstart.errors import NothingTrained
from headstart.experiment import race, run


def kept_back(monkeypatch, *, milliseconds, locked, left=100.0, measures=True):
    """What is kept beside ten seconds for the refit, where a row takes so long to answer."""
    reader = scratch("reader")
    taken = (10.0 * milliseconds, 0.0)  # for 10,000 rows; the second one failed
    trials = [
        SimpleNamespace(candidate="reader", status=status, predict_seconds=seconds)
        for status, seconds in zip(("finished", "failed"), taken, strict=True)
    ]
    arena = SimpleNamespace(
        purse=SimpleNamespace(counts_work=False, left=lambda: left),
        book=SimpleNamespace(trials=trials),
    )
    plan = SimpleNamespace(candidates=[reader], locked=range(locked), measures=measures)
    monkeypatch.setattr(race, "leaders", lambda arena, field: field)
    monkeypatch.setattr(race, "reserve", lambda arena, winners, total: 10.0)
    return run.reserved(arena, plan, 150.0) - 10.0


def test_an_encoder_with_many_locked_rows_before_it_gets_the_time_to_answer_them(monkeypatch):
    assert kept_back(monkeypatch, milliseconds=30, locked=1_000) > 30 * 1_000 / 1_000


def test_what_answers_at_once_takes_nothing_from_the_draws(monkeypatch):
    assert kept_back(monkeypatch, milliseconds=0.01, locked=1_000) == pytest.approx(0.0)


def test_answering_never_takes_all_that_is_left(monkeypatch):
    assert kept_back(monkeypatch, milliseconds=500, locked=5_000, left=50.0) < 0.6 * 50.0


def test_a_run_that_does_not_look_at_locked_rows_keeps_no_time_for_it(monkeypatch):
    assert kept_back(monkeypatch, milliseconds=30, locked=1_000, measures=False) == 0.0


def refused(*failed):
    """What is told where all trials failed, each with its cause and its reason."""
    trials = [
        SimpleNamespace(candidate=name, status="failed", cause=cause, because=because, loss=None)
        for name, cause, because in failed
    ]
    arena = SimpleNamespace(book=SimpleNamespace(trials=trials), interrupted=lambda: False)
    with pytest.raises(NothingTrained) as told:
        run._refuse_nothing(arena)
    return str(told.value)


def test_where_time_alone_was_short_the_budget_is_named_and_not_the_families():
    late = [(name, "timeout", "it did not stop") for name in ("majority", "linear", "linear")]

    assert "the budget ended before the first trial was finished: majority, linear." in refused(
        *late
    )
    assert "the budget ended before the first trial." in refused()


def test_a_family_that_broke_is_named_beside_one_that_was_late():
    told = refused(("majority", "timeout", "it did not stop"), ("linear", "error", "it broke"))

    assert "linear: it broke" in told
    assert "the budget ended" not in told
