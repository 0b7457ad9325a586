"""Vectors are charged to each trial that sees them, and planned for where nobody has seen them."""

from types import SimpleNamespace

import pytest

from headstart.experiment.vectors import still_to_pay, with_share, without_vectors
from headstart.records import Candidate, Direct, Estimate, FineTune, Transfer, Trial

FROZEN = Transfer(checkpoints=("eyes",), part="embedding")
TUNED = FineTune(checkpoints=("eyes",))
READER = "image_encoder"


def candidate(start=FROZEN, family="lightgbm"):
    price = Estimate(seconds=50.0)
    return Candidate(name="x", family=family, settings=None, start=start, estimate=price)


def trial(start=FROZEN, family="lightgbm", **more):
    values = {"rows": 100, "draw": 0, "seconds": 3.0, "predict_seconds": 2.0, **more}
    return Trial(id="1", candidate="other", family=family, start=start, status="finished", **values)


def book(*trials):
    """Rows of `eyes` have cost a tenth of a second each."""
    note = {"checkpoint": "eyes", "rows": 100, "seconds": 10.0, "cpu_seconds": 10.0}
    return SimpleNamespace(trials=trials, entries=lambda kind: [note])


def to_pay(trials, asked, rows, draw=0):
    return still_to_pay(book(*trials), asked, rows, draw, checked=50, full_rows=300)


def test_what_a_trial_is_charged_for_is_taken_off_again():
    charged = with_share(book(), candidate(), trial(), {})
    assert (charged.seconds, charged.vector_seconds) == (pytest.approx(13.0), pytest.approx(10.0))

    alone = without_vectors(charged, candidate())

    assert alone.seconds == pytest.approx(3.0)
    assert alone.predict_seconds == pytest.approx(2.0)


def test_of_a_family_that_reads_what_it_took_and_what_it_made_is_taken_off():
    used = {"eyes": {"taken": 60, "made": 40, "seconds": 2.0, "cpu_seconds": 2.0}}
    kept = book()
    kept.note = lambda entry: None
    charged = with_share(kept, candidate(TUNED, READER), trial(TUNED, READER), used)
    assert charged.seconds == pytest.approx(3.0 + 6.0)

    alone = without_vectors(charged, candidate(TUNED, READER))

    assert (alone.seconds, alone.predict_seconds) == (pytest.approx(1.0), 2.0)


def test_a_trial_without_vectors_is_as_it_was():
    assert without_vectors(trial(), candidate()) == trial()


@pytest.mark.parametrize(
    ("rows", "draw", "unseen"),
    [
        (100, 0, 0),
        (300, 0, 200),
        (350, 0, 200),  # the refit: those to check on are among them, and there
        (100, 1, 150 * (1 - 150 / 350)),
        (300, 1, 350 * (1 - 150 / 350)),
    ],
)
def test_rows_that_no_trial_of_the_kind_has_seen_are_to_pay(rows, draw, unseen):
    seen = trial(seconds=13.0, vector_seconds=10.0)

    assert to_pay([seen], candidate(), rows, draw) == pytest.approx(0.1 * unseen)


def test_once_a_whole_draw_was_seen_further_ones_and_the_refit_cost_no_vectors():
    seen = trial(rows=300, seconds=33.0, vector_seconds=30.0)

    assert to_pay([seen], candidate(), 300, 3) == to_pay([seen], candidate(), 350) == 0.0
    assert to_pay([seen], candidate(family="feedforward"), 300, 1) == 0.0


def test_families_that_read_have_seen_what_families_that_read_have_seen():
    probe = trial(family=READER, seconds=13.0, vector_seconds=10.0)

    assert to_pay([probe], candidate(TUNED, READER), 300) == pytest.approx(0.1 * 200)
    assert to_pay([trial(seconds=13.0, vector_seconds=10.0)], candidate(TUNED, READER), 300) == 0.0
    whole = trial(family=READER, rows=300, seconds=33.0, vector_seconds=30.0)
    assert to_pay([whole], candidate(TUNED, READER), 300, 1) == pytest.approx(30 * (1 - 300 / 350))


def test_a_head_of_a_family_that_reads_has_seen_the_rows_it_was_checked_on():
    whole = trial(family=READER, rows=300, seconds=33.0, vector_seconds=30.0)
    tuned = trial(TUNED, READER, rows=300, seconds=90.0, vector_seconds=30.0)

    assert to_pay([whole], candidate(family=READER), 300, 1) == 0.0
    assert to_pay([tuned], candidate(family=READER), 300) == pytest.approx(0.1 * 50)


def test_vectors_that_were_made_to_answer_are_noted_and_not_charged_twice():
    kept, notes = book(), []
    kept.note = notes.append
    made = {"eyes": {"taken": 30, "made": 20, "seconds": 2.0, "cpu_seconds": 4.0}}

    charged = with_share(kept, candidate(family=READER), trial(family=READER), {}, made)

    assert (charged.seconds, charged.predict_seconds) == (3.0, 2.0)  # as they were measured
    assert [(each["checkpoint"], each["rows"], each["seconds"]) for each in notes] == [
        ("eyes", 20, 2.0)
    ]


def test_who_plans_for_a_head_that_answers_by_vectors_pays_those_alone():
    charged = trial(family=READER, seconds=13.0, vector_seconds=10.0, predict_seconds=1_002.0)
    alone = trial(family=READER, predict_seconds=1_002.0)

    assert without_vectors(charged, candidate(family=READER)).predict_seconds == 0.0
    assert without_vectors(charged, candidate(TUNED, READER)).predict_seconds == 1_002.0
    assert without_vectors(alone, candidate(family=READER)).predict_seconds == 1_002.0


def test_before_a_price_is_known_nothing_is_said():
    assert to_pay([], candidate(), 300) == 0.0
    assert to_pay([trial(TUNED, READER)], candidate(), 300) == 0.0


def test_what_makes_no_vectors_neither_has_seen_nor_wants_any():
    direct = Direct(checkpoints=("eyes",))
    seen = [
        trial(family="blend", rows=300),  # a blend's row bears the start of its heaviest member
        trial(direct, READER, rows=300),
        trial(family=READER, seconds=13.0, vector_seconds=10.0),
    ]

    assert to_pay(seen, candidate(), 300) == 0.0
    assert to_pay(seen, candidate(family=READER), 300) == pytest.approx(0.1 * 200)
    assert to_pay(seen, candidate(direct, READER), 300) == 0.0
