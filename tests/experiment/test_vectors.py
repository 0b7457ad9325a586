"""Vectors are charged to each trial that sees them, and planned for once."""

from types import SimpleNamespace

import pytest

from headstart.experiment.vectors import (
    still_to_pay,
    with_share,
    without_share,
    without_vectors,
)
from headstart.records import Candidate, Estimate, FineTune, Transfer, Trial

FROZEN = Transfer(checkpoints=("eyes",), part="embedding")


def candidate(start=FROZEN, family="lightgbm", seconds=50.0):
    return Candidate(
        name="x", family=family, settings=None, start=start, estimate=Estimate(seconds=seconds)
    )


def trial(**more):
    values = {"rows": 100, "seconds": 3.0, "predict_seconds": 2.0, **more}
    return Trial(
        id="1", candidate="x", family="lightgbm", start=FROZEN, status="finished", draw=0, **values
    )


def book(*rows, seconds=0.1):
    """Of each batch of rows every one has cost so much."""
    notes = [
        {"checkpoint": "eyes", "rows": n, "seconds": n * seconds, "cpu_seconds": n * seconds}
        for n in rows
    ]
    return SimpleNamespace(entries=lambda kind: notes if kind == "embedding" else [])


def test_what_a_trial_is_charged_for_is_taken_off_again():
    kept = book(60, 40)
    charged = with_share(kept, candidate(), trial(), {})
    assert charged.seconds == pytest.approx(13.0)

    alone = without_share(kept, charged, candidate())

    assert alone.seconds == pytest.approx(3.0)
    assert alone.predict_seconds == pytest.approx(2.0)


def test_a_trial_has_always_cost_something_of_its_own():
    alone = without_share(book(100), trial(seconds=8.0), candidate())

    assert alone.seconds == pytest.approx(0.4)


def test_a_family_that_reads_by_itself_answers_by_itself():
    alone = without_share(book(100), trial(seconds=12.0), candidate(family="image_encoder"))

    assert (alone.seconds, alone.predict_seconds) == (pytest.approx(2.0), 2.0)


def test_what_sees_no_vectors_is_as_it_was():
    tuned = candidate(FineTune(checkpoints=("eyes",)), family="image_encoder")

    assert without_share(book(100), trial(), tuned) == trial()
    assert without_vectors(book(100), tuned, 100) == tuned
    assert still_to_pay(book(100), tuned, 200, 300, is_nested=True) == 0.0


def test_a_model_of_the_price_leaves_out_what_was_measured():
    assert without_vectors(book(10), candidate(), 300).estimate.seconds == pytest.approx(20.0)
    assert without_vectors(book(), candidate(), 300) == candidate()


@pytest.mark.parametrize(
    ("known", "needed", "is_nested", "rows"),
    [
        ((), 100, True, 0),  # nobody knows the price
        ((60,), 100, True, 40),
        ((60, 40), 100, True, 0),
        ((100,), 100, False, 50),  # another draw: half of its rows are known
        ((200,), 100, False, 0),
        ((150,), 300, True, 50),  # there are no more
    ],
)
def test_only_rows_that_nobody_has_seen_are_still_to_pay(known, needed, is_nested, rows):
    kept = book(*known)

    assert still_to_pay(kept, candidate(), needed, 200, is_nested=is_nested) == pytest.approx(
        0.1 * rows
    )
