from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.advice import narrowing
from headstart.families.floors import majority
from headstart.records import (
    Budget,
    Candidate,
    ColumnFacts,
    Estimate,
    FineTune,
    Profile,
    Task,
    Transfer,
)

SETTINGS = majority.Settings()
MINUTES = Budget(seconds=300.0)
TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")


def _profile(*modalities):
    columns = tuple(
        ColumnFacts(name=each, modality=each, role="input", missing=0, distinct=9, median_words=9.0)
        for each in modalities
    )
    return Profile(source="t.csv", rows=1_000, columns=columns, task=TASK)


def _names(kept):
    return [each.name for each in kept]


def _candidate(name, family="", **more):
    return Candidate(name=name, family=family or name, settings=SETTINGS, **more)


BLIND = [_candidate("lightgbm"), _candidate("xgboost"), _candidate("feedforward")]
ON_VECTORS = replace(
    _candidate("feedforward.on.a", "feedforward"), start=Transfer(checkpoints=("a",))
)


def test_on_texts_alone_one_family_for_columns_stays_as_the_start_from_scratch():
    floors = [_candidate("majority")]

    kept, refusals = narrowing.narrowed([*floors, *BLIND, ON_VECTORS], _profile("text"), MINUTES)

    assert _names(kept) == ["majority", "lightgbm", "feedforward.on.a"]
    assert {(each.family, each.start) for each in refusals} == {
        ("xgboost", "Scratch"),
        ("feedforward", "Scratch"),
    }


def test_none_of_them_stays_where_a_network_learns_to_read():
    kept, _ = narrowing.narrowed([*BLIND, _candidate("lstm")], _profile("text"), MINUTES)

    assert _names(kept) == ["lstm"]


@pytest.mark.parametrize("modalities", [("number",), ("text", "number"), ("image", "category")])
def test_beside_columns_all_families_for_columns_stay(modalities):
    kept, refusals = narrowing.narrowed([*BLIND, ON_VECTORS], _profile(*modalities), MINUTES)

    assert (kept, refusals) == ([*BLIND, ON_VECTORS], [])


def test_without_an_encoder_all_of_them_stay():
    kept, refusals = narrowing.narrowed(BLIND, _profile("text"), MINUTES)

    assert (kept, refusals) == (BLIND, [])


def _tuned(name, seconds, checkpoint="a"):
    return _candidate(
        f"text_encoder.{checkpoint}.{name}",
        "text_encoder",
        start=FineTune(checkpoints=(checkpoint,)),
        estimate=Estimate(seconds=seconds),
    )


def test_a_further_way_of_fine_tuning_wants_a_tenth_of_the_budget_at_most():
    ways = [_tuned("tune", 120), _tuned("last", 84), _tuned("lora", 20)]

    kept, (refusal,) = narrowing.narrowed(ways, _profile("text"), MINUTES)

    assert _names(kept) == ["text_encoder.a.tune", "text_encoder.a.lora"]
    assert (refusal.family, refusal.start) == ("text_encoder", "FineTune")
    assert "--minutes 14 `last` is tried" in refusal.because


@pytest.mark.parametrize("seconds", [120, 290])
def test_beside_a_way_too_dear_for_all_rows_a_much_quicker_one_is_tried(seconds):
    ways = [_tuned("tune", seconds), _tuned("lora", 100), _tuned("last", 50)]

    kept, (refusal,) = narrowing.narrowed(ways, _profile("text"), MINUTES)

    assert _names(kept) == ["text_encoder.a.tune", "text_encoder.a.last"]
    assert "`lora` is tried" in refusal.because


def test_a_way_that_wants_more_than_there_is_makes_room_for_the_quicker_one():
    ways = [_tuned("tune", 900), _tuned("last", 90)]

    kept, (refusal,) = narrowing.narrowed(ways, _profile("text"), MINUTES)

    assert _names(kept) == ["text_encoder.a.last"]
    assert "with --minutes 25 it takes part" in refusal.because


@pytest.mark.parametrize(("seconds", "quicker"), [(70, 31), (120, 61), (1_200, 500)])
def test_a_way_is_tried_alone_where_it_fits_or_no_other_is_quick_enough(seconds, quicker):
    ways = [_tuned("tune", seconds), _tuned("last", quicker)]

    kept, _ = narrowing.narrowed(ways, _profile("text"), MINUTES)

    assert _names(kept) == ["text_encoder.a.tune"]


def test_each_checkpoint_keeps_its_first_way():
    ways = [_tuned("tune", 120), _tuned("tune", 120, "b")]

    assert narrowing.narrowed(ways, _profile("text"), MINUTES) == (ways, [])


def test_a_budget_in_steps_is_never_compared_with_seconds():
    ways = [_tuned("tune", 1e6), _tuned("last", 1e6)]

    assert narrowing.narrowed(ways, _profile("text"), Budget(steps=10)) == (ways, [])


def test_a_family_that_reads_none_of_the_columns_is_told_why():
    assert narrowing.unread(("number",), _profile("image", "number")) == ""
    assert narrowing.unread((), _profile("image")) == ""
    assert "the inputs are image" in narrowing.unread(("number",), _profile("image"))


def _takes(name, seconds, **more):
    return _candidate(name, name, estimate=Estimate(seconds=seconds), **more)


def test_who_could_only_be_cut_short_on_all_rows_is_refused_with_the_minutes_it_wants():
    field = [_takes("lightgbm", 2), _takes("feedforward", 200)]

    kept, (refusal,) = narrowing.narrowed(field, _profile("number"), MINUTES)

    assert _names(kept) == ["lightgbm"]
    assert (refusal.family, refusal.start) == ("feedforward", "Scratch")
    assert "takes about 200 s on all 1,000 rows" in refusal.because
    assert "with --minutes 6 it takes part" in refusal.because


def test_a_start_of_which_nobody_is_quick_keeps_all_of_them():
    field = [_takes("lightgbm", 2), _tuned("tune", 200)]

    assert narrowing.narrowed(field, _profile("text", "number"), MINUTES) == (field, [])
    assert narrowing.narrowed(field[:1] * 2, _profile("number"), Budget(seconds=1.0))[1] == []


def test_floors_are_never_too_slow():
    field = [_takes("majority", 1e4), _takes("lightgbm", 2)]

    assert narrowing.narrowed(field, _profile("number"), MINUTES) == (field, [])
