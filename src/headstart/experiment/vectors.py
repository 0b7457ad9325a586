"""Which candidates see the vectors of a frozen encoder, and what the vectors of a row cost them.

What was computed is a journal record of its own: {type: embedding, checkpoint, rows, seconds,
cpu_seconds}; each trial pays the share of its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from headstart.experiment.book import Book
from headstart.families import family
from headstart.features.encoding import Encoding, encoding_of
from headstart.records import Candidate, Transfer, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What the vectors of one row cost, on the clock and summed over cores."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0


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
    )
