"""How many models have been scored on the same locked rows, and what that costs an interval.

Each look is a record in the journal of the run that scores, and in that of the run which locked the
rows: `adjust --apply` may be called again and again on one run, into folders that know nothing of
each other, and the rows are the same. A look is noted before it is taken, so that no kill hides it.

Whoever looks at k models and keeps the one that scores best believes a number that is too good. So
the k-th interval leaves out a k-th of what a single one would: all k hold together with 90 %
(Bonferroni; Dunn 1961, "Multiple comparisons among means", JASA 56). The models themselves were
chosen by rows that are not locked, which is why nothing more has to be paid.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

from headstart.delivery.folders import read_manifest
from headstart.errors import AskError
from headstart.experiment.book import JOURNAL, Book
from headstart.storage import journal

LOOKED = "looked"
_LEVEL = 0.9
_SECONDS_TO_WAIT, _SECONDS_BETWEEN = 5.0, 0.05


def joint_level(looks: int) -> float:
    """The level of each of so many intervals that shall hold together with 90 %.

    Example:
        >>> joint_level(1), round(joint_level(4), 3)
        (0.9, 0.975)
    """
    return 1.0 - (1.0 - _LEVEL) / max(looks, 1)


def look(book: Book, model: Path, origin: Path | None = None) -> int:
    """Note that a model is scored on the locked rows; how many have been, this one included.

    The same model once more, after a kill, tells nothing new.

    Args:
        origin: the run that locked the rows, where it is another one.

    Raises:
        AskError: another process writes that run's journal, or nobody may.
    """
    entry = {"type": LOOKED, "model": model.name, "sha256": _digest(model)}
    if origin is not None:
        _note_there(origin, entry)
    if entry["sha256"] not in _known(book):
        book.note(entry)
    return len(_known(book))


def take_over(book: Book, *runs: Path) -> None:
    """The looks that other runs took at the same rows, those that are known here left out."""
    for run in runs:
        for entry in journal.read(run / JOURNAL):
            if entry["type"] == LOOKED and entry["sha256"] not in _known(book):
                book.note(entry)


def refuse_uncounted(origin: Path) -> None:
    """A run whose journal cannot be written cannot count the looks at its rows.

    Raises:
        AskError: so it is.
    """
    path = origin / JOURNAL
    if not os.access(path, os.W_OK):
        raise AskError(
            f"`{path}` cannot be written: each look at the rows that `{origin}` locked is counted "
            "there.",
            "Make it writable, or copy the run to a folder of your own.",
        )


def _known(book: Book) -> set[str]:
    return {entry["sha256"] for entry in book.entries(LOOKED)}


def _digest(model: Path) -> str:
    """Of what the model answers with."""
    manifest = read_manifest(model)
    answering = json.dumps([manifest["checksums"], manifest["adjustment"]], sort_keys=True)
    return hashlib.sha256(answering.encode()).hexdigest()


def _note_there(origin: Path, entry: dict[str, Any]) -> None:
    refuse_uncounted(origin)
    writer = _writer(origin / JOURNAL)
    try:
        known = {each["sha256"] for each in writer.entries if each["type"] == LOOKED}
        if entry["sha256"] not in known:
            writer.append(entry)
    finally:
        writer.close()


def _writer(path: Path) -> journal.Writer:
    """Two that look at the same moment take turns."""
    deadline = time.monotonic() + _SECONDS_TO_WAIT
    while True:
        try:
            return journal.Writer(path)
        except AskError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_SECONDS_BETWEEN)
