"""Which candidates see the vectors of a frozen encoder, and what the vectors of a row cost them.

What was computed is a journal record of its own: {type: embedding, checkpoint, rows, seconds,
cpu_seconds}. Each trial is charged the share of its rows, because that is its price for whoever
compares candidates. Who plans what to do next asks for something else: vectors that earlier trials
of the kind have seen cost nothing more (`without_vectors`, `still_to_pay`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from headstart.experiment.book import Book
from headstart.families import family
from headstart.features.encoding import Encoding, encoding_of
from headstart.records import Candidate, FineTune, Transfer, Trial, control_of

_SHORTEST = 1e-3  # seconds of a fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the vectors of one row cost, on the clock and summed over cores."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0


def is_embedded(tried: Candidate | Trial) -> bool:
    """Whether a frozen encoder makes vectors for a family that cannot read."""
    return is_frozen(tried) and "vector" in family(tried.family).CARD.modalities


def is_frozen(tried: Candidate | Trial) -> bool:
    """Whether it is a `Transfer` of vectors: all that learns stands on those of encoders."""
    return isinstance(tried.start, Transfer) and tried.start.part == "embedding"


def step_of(candidate: Candidate) -> Encoding | None:
    """What is done to the rows before the family sees them; None for families that read."""
    return encoding_of(candidate.start) if is_embedded(candidate) else None


Used: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By checkpoint, what a family that reads took from the vectors there were, and what it added
(`Vectors`). In a fit it is charged for what it took, and the next ones for what it added."""


def with_share(
    book: Book, candidate: Candidate, trial: Trial, used: Used, to_answer: Used | None = None
) -> Trial:
    """The trial, charged with the vectors of its training rows and of 10,000 rows to predict.

    Args:
        used: in the fit.
        to_answer: for the validation rows, by a family that reads; what it made is noted, and what
            it would take to read 10,000 rows is in the trial already.
    """
    for name, each in used.items():
        trial = _charged(trial, price_of(book, name), each["taken"])
        if each["made"]:
            trial = replace(trial, vector_seconds=trial.vector_seconds + each["seconds"])
            _note(book, name, each)
    for name, each in (to_answer or {}).items():
        _note(book, name, each)
    if not is_embedded(candidate) or trial.rows is None:
        return trial
    prices = [price_of(book, name) for name in candidate.start.checkpoints]
    seconds = sum(price.seconds for price in prices)
    cpu_seconds = sum(price.cpu_seconds for price in prices)
    return replace(
        trial,
        seconds=trial.seconds + seconds * trial.rows,
        cpu_seconds=trial.cpu_seconds + cpu_seconds * trial.rows,
        vector_seconds=trial.vector_seconds + seconds * trial.rows,
        predict_seconds=trial.predict_seconds + seconds * 10_000,
        work=trial.work + len(prices) * trial.rows / 1000,
    )


def _note(book: Book, checkpoint: str, used: Mapping[str, Any]) -> None:
    if used["made"]:
        spent = {"seconds": used["seconds"], "cpu_seconds": used["cpu_seconds"]}
        note = {"type": "embedding", "checkpoint": checkpoint, "rows": used["made"]}
        book.note({**note, **spent})


def _charged(trial: Trial, price: Price, rows: int) -> Trial:
    return replace(
        trial,
        seconds=trial.seconds + price.seconds * rows,
        cpu_seconds=trial.cpu_seconds + price.cpu_seconds * rows,
        vector_seconds=trial.vector_seconds + price.seconds * rows,
    )


def price_of(book: Book, checkpoint: str) -> Price:
    """What a row has cost so far in this run."""
    notes = [n for n in book.entries("embedding") if n["checkpoint"] == checkpoint]
    rows = sum(note["rows"] for note in notes)
    if not rows:
        return Price()
    return Price(
        seconds=sum(note["seconds"] for note in notes) / rows,
        cpu_seconds=sum(note["cpu_seconds"] for note in notes) / rows,
    )


def without_vectors(trial: Trial, candidate: Candidate) -> Trial:
    """The trial as it would be, were all vectors there: its own seconds, and those to answer."""
    if not trial.vector_seconds or not trial.rows:
        return trial
    answering = trial.predict_seconds
    if is_embedded(candidate):
        answering = max(0.0, answering - trial.vector_seconds / trial.rows * 10_000)
    elif is_frozen(candidate):
        answering = 0.0  # a head's own part is nothing beside its encoder's
    own = max(trial.seconds - trial.vector_seconds, _SHORTEST)
    return replace(trial, seconds=own, vector_seconds=0.0, predict_seconds=answering)


def per_row(book: Book, candidate: Candidate) -> float:
    """Seconds that the vectors of a row have cost the latest trial of the kind; 0 before one."""
    seen = _of_the_kind(book, candidate)
    return seen[-1].vector_seconds / (seen[-1].rows or 1) if seen else 0.0


def still_to_pay(
    book: Book, candidate: Candidate, rows: int, draw: int, *, checked: int, full_rows: int
) -> float:
    """Seconds for vectors that no trial of the kind has seen; 0 where nothing has told their price.

    What another kind has seen may be there too, if it is of the same layer: this says too much
    rather than too little.

    Args:
        rows: training rows of the trial.
        checked: validation rows of a draw.
        full_rows: training rows of a whole draw; with those to check on they are all rows.
    """
    price = per_row(book, candidate)
    also = checked if is_frozen(candidate) else 0
    seen = [each for each in _of_the_kind(book, candidate) if each.draw == 0 and each.rows]
    known = max(((each.rows or 0) + also * is_frozen(each) for each in seen), default=0)
    everything = full_rows + checked
    if draw == 0:
        return price * max(0, min(rows + also, everything) - known)
    return price * (rows + also) * (1.0 - known / max(everything, 1))


def _of_the_kind(book: Book, candidate: Candidate) -> list[Trial]:
    """The trials that have seen vectors which the candidate wants, oldest first.

    The embedding step makes those of one layer; a family that reads by itself those of its last
    layer, for a head of its own or to fine-tune from. Where the encoder stands still, the rows to
    check on are seen as well.
    """
    done = [each for each in book.trials if each.status == "finished" and each.draw is not None]
    mine = [each for each in done if each.candidate == candidate.name]
    if mine and not any(each.vector_seconds for each in mine):
        return []
    paid = [each for each in done if each.vector_seconds and each.start is not None]
    if is_embedded(candidate):
        return [each for each in paid if is_embedded(each) and each.start == candidate.start]
    if not isinstance(candidate.start, FineTune | Transfer) or control_of(candidate.start):
        return []
    return [
        each
        for each in paid
        if each.family == candidate.family
        and not is_embedded(each)
        and each.start is not None
        and each.start.checkpoints == candidate.start.checkpoints
    ]
