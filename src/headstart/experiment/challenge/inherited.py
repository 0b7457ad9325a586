"""Trials of an earlier run of the same question, taken over into the book of a new one.

A candidate that has been trained on a draw need not be trained on it again, and a text that an
encoder has read need not be read again. Folders are linked file by file where the disk allows, else
copied: neither run changes what the other keeps.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from headstart import weights
from headstart.errors import HeadstartError
from headstart.experiment.book import JOURNAL, Book, read_trials
from headstart.families import candidate_from_plain
from headstart.records import Candidate, Trial
from headstart.storage import journal
from headstart.storage.folders import new_folder

INHERITED = "inherited"
_CANDIDATE = "candidate.json"
_VECTORS = Path("cache", "vectors")


def inherit(book: Book, run: Path, names: Collection[str]) -> None:
    """Take over the finished trials of these candidates; those that are here already stay."""
    for trial in read_trials(run):
        known = book.find(trial.candidate, trial.rows, trial.draw)
        if trial.candidate in names and known is None and _is_whole(run, trial):
            _take_over(book, run, trial)


def inherit_vectors(book: Book, run: Path, new: Path) -> None:
    """Take over the vectors of a run's frozen encoders, with what they cost.

    The trials that are taken over are priced as if these were there. Where an encoder is of a
    folder, which may hold another one by now, none are taken.

    Args:
        new: the new run's folder; where it has vectors already, nothing happens.
    """
    before, folder = run / _VECTORS, new / _VECTORS
    noted = [each for each in journal.read(run / JOURNAL) if each["type"] == "embedding"]
    encoders = {each["checkpoint"].partition(" at ")[0] for each in noted}
    if folder.exists() or not before.is_dir() or not encoders <= set(weights.names()):
        return
    for each in noted:  # twice after a kill, which leaves the price of a row as it is
        book.note(each)
    with new_folder(folder) as made:
        shutil.copytree(before, made, copy_function=_link, dirs_exist_ok=True)


def own_work(book: Book) -> float:
    """Work units of the trials that this book's run has done itself."""
    taken = {entry["id"] for entry in book.entries(INHERITED)}
    return sum(trial.work for trial in book.trials if trial.id not in taken)


def candidates_of(run: Path, names: Iterable[str]) -> list[Candidate]:
    """The candidates of these names, as their latest finished trials were; without those that have
    none, or whose family is not here."""
    latest = {trial.candidate: trial for trial in read_trials(run) if _is_whole(run, trial)}
    found = []
    for name in dict.fromkeys(names):
        if name in latest:
            path = run / "trials" / latest[name].id / _CANDIDATE
            try:
                found.append(candidate_from_plain(json.loads(path.read_text(encoding="utf-8"))))
            except HeadstartError:
                continue  # a third party's family that is no longer installed
    return found


def _is_whole(run: Path, trial: Trial) -> bool:
    done = trial.status == "finished" and trial.draw is not None and trial.loss is not None
    return done and (run / "trials" / trial.id / _CANDIDATE).is_file()


def _take_over(book: Book, run: Path, trial: Trial) -> None:
    name = book.begin(trial.candidate, trial.rows, trial.draw)
    with new_folder(book.folder(name)) as folder:
        before = run / "trials" / trial.id
        shutil.copytree(before, folder, copy_function=_link, dirs_exist_ok=True)
    book.note({"type": INHERITED, "id": name, "run": str(run), "trial": trial.id})
    book.end(replace(trial, id=name))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)
