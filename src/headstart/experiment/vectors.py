"""Which candidates see the vectors of a frozen encoder, and what the vectors of a row cost them.

What was computed is a journal record of its own: {type: embedding, checkpoint, rows, seconds,
cpu_seconds}. Each trial is charged the share of its rows, because that is its price for whoever
compares candidates. Who plans what to do next asks for something else: what is there by then costs
nothing more (`without_share`, `still_to_pay`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from headstart.experiment.book import Book
from headstart.families import family
from headstart.features.encoding import Encoding, encoding_of
from headstart.records import Candidate, Transfer, Trial

_LEAST_OF_ITS_OWN = 0.05  # vectors of other rows were dearer or cheaper by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the vectors of one row cost, on the clock and summed over cores.

    Attributes:
        rows: that have been computed so far.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    rows: int = 0


def is_embedded(candidate: Candidate) -> bool:
    """Whether a frozen encoder makes vectors for a family that cannot read."""
    start = candidate.start
    is_step = isinstance(start, Transfer) and start.part == "embedding"
    return is_step and "vector" in family(candidate.family).CARD.modalities


def step_of(candidate: Candidate) -> Encoding | None:
    """What is done to the rows before the family sees them; None for families that read."""
    return encoding_of(candidate.start) if is_embedded(candidate) else None


def with_share(
    book: Book, candidate: Candidate, trial: Trial, used: Mapping[str, Mapping[str, Any]]
) -> Trial:
    """The trial, charged with the vectors of its training rows and of 10,000 rows to predict.

    Args:
        used: by checkpoint, what a family that reads took from the vectors there were, which it is
            charged for, and what it added, which the next ones are charged for (`Vectors`).
    """
    for name, each in used.items():
        trial = _charged(trial, price_of(book, name), each["taken"])
        if each["made"]:
            spent = {"seconds": each["seconds"], "cpu_seconds": each["cpu_seconds"]}
            note = {"type": "embedding", "checkpoint": name, "rows": each["made"]}
            book.note({**note, **spent})
    if not is_embedded(candidate) or trial.rows is None:
        return trial
    prices = [price_of(book, name) for name in candidate.start.checkpoints]
    seconds = sum(price.seconds for price in prices)
    cpu_seconds = sum(price.cpu_seconds for price in prices)
    return replace(
        trial,
        seconds=trial.seconds + seconds * trial.rows,
        cpu_seconds=trial.cpu_seconds + cpu_seconds * trial.rows,
        predict_seconds=trial.predict_seconds + seconds * 10_000,
        work=trial.work + len(prices) * trial.rows / 1000,
    )


def _charged(trial: Trial, price: Price, rows: int) -> Trial:
    return replace(
        trial,
        seconds=trial.seconds + price.seconds * rows,
        cpu_seconds=trial.cpu_seconds + price.cpu_seconds * rows,
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
        rows=rows,
    )


def sees_vectors(candidate: Candidate) -> bool:
    """Whether a frozen encoder's vectors are part of what a trial is charged for."""
    return isinstance(candidate.start, Transfer) and candidate.start.part == "embedding"


def without_share(book: Book, trial: Trial, candidate: Candidate) -> Trial:
    """The trial as it would be, were all vectors there: its own seconds, and those to answer."""
    if not sees_vectors(candidate) or trial.rows is None:
        return trial
    price = _per_row(book, candidate)
    answering = trial.predict_seconds
    if is_embedded(candidate):
        answering = max(0.0, answering - price * 10_000)
    alone = max(trial.seconds - price * trial.rows, _LEAST_OF_ITS_OWN * trial.seconds)
    return replace(trial, seconds=alone, predict_seconds=answering)


def without_vectors(book: Book, candidate: Candidate, rows: int) -> Candidate:
    """The candidate whose modelled seconds, for all of so many rows, leave known vectors out."""
    modelled = candidate.estimate.seconds
    if not sees_vectors(candidate) or not (price := _per_row(book, candidate)):
        return candidate
    alone = max(modelled - price * rows, _LEAST_OF_ITS_OWN * modelled)
    return replace(candidate, estimate=replace(candidate.estimate, seconds=alone))


def still_to_pay(
    book: Book, candidate: Candidate, needed: int, there: int, *, is_nested: bool
) -> float:
    """Seconds for the vectors that are not there yet; 0 where nothing has told their price.

    Args:
        needed: rows that a trial sees.
        there: all rows that any trial may see.
        is_nested: whether the rows that were computed are among those that are needed; else they
            are spread over all.
    """
    if not sees_vectors(candidate):
        return 0.0
    total = 0.0
    for name in candidate.start.checkpoints:
        price = price_of(book, name)
        share = 1.0 - min(1.0, price.rows / max(there, 1))
        missing = max(0.0, needed - price.rows) if is_nested else needed * share
        total += price.seconds * min(missing, max(0, there - price.rows))
    return total


def _per_row(book: Book, candidate: Candidate) -> float:
    return sum(price_of(book, name).seconds for name in candidate.start.checkpoints)
