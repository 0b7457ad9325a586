"""The run's trials: written to the journal once, found again after a kill.

A trial is known by (candidate, rows, draw) and done once. Its `begun` record fixes its id, so that
an attempt after a kill uses the same folder and goes on from what was kept there.

A `called` record says what each call asked. With a budget in steps, the same call after a kill
takes the path of the first again: what had ended is kept apart until the race comes to it, so that
every choice sees the trials, and the budget left, that it would have seen without the kill.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from headstart.records import Candidate, Refusal, Trial
from headstart.records.plain import plain
from headstart.records.start import start_from_plain
from headstart.storage import journal

Key: TypeAlias = tuple[str, int | None, int | None]
JOURNAL = "journal.jsonl"


class Book:
    """The one writer of a run's journal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = journal.Writer(folder / JOURNAL)
        self._ids: dict[Key, str] = {}
        self._trials: dict[str, Trial] = {}
        self._apart: dict[str, Trial] = {}
        for entry in self._writer.entries:
            self._learn(entry)

    def call(self, asked: Mapping[str, Any], *, retraces: bool) -> None:
        """A call begins; with `retraces`, it goes on with the last one if that asked the same.

        The trials of that call are then out of sight until each is recalled.
        """
        entry = plain({"type": "called", **asked})
        earlier = self._writer.entries
        calls = [place for place, each in enumerate(earlier) if each["type"] == "called"]
        if not (retraces and calls and earlier[calls[-1]] == entry):
            self.note(entry)
            return
        for each in earlier[calls[-1] :]:
            if each["type"] == "trial":
                self._apart[each["id"]] = self._trials.pop(each["id"])

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every trial in sight that ended, refusals included, in the order of their ids."""
        return tuple(self._trials[name] for name in sorted(self._trials))

    def find(self, candidate: str, rows: int | None, draw: int | None) -> Trial | None:
        """The trial of this key if it is in sight: it ended in this call or an earlier one."""
        return self._trials.get(self._ids.get((candidate, rows, draw), ""))

    def recall(self, candidate: str, rows: int | None, draw: int | None) -> Trial | None:
        """The trial of this key that ended before a kill of this call: it comes in sight."""
        name = self._ids.get((candidate, rows, draw), "")
        if name not in self._apart:
            return None
        self._trials[name] = self._apart.pop(name)
        return self._trials[name]

    def recall_all(self) -> tuple[Trial, ...]:
        """The trials that are still out of sight; they come in sight."""
        recalled = tuple(self._apart.values())
        self._trials |= self._apart
        self._apart.clear()
        return recalled

    def begin(self, candidate: str, rows: int | None, draw: int | None) -> str:
        """The id of a trial that starts now."""
        key = (candidate, rows, draw)
        if key not in self._ids:
            name = f"{len(self._ids) + 1:04d}"
            entry = {"type": "begun", "id": name, "candidate": candidate, "rows": rows}
            self.note({**entry, "draw": draw, "status": "running"})
        return self._ids[key]

    def end(self, trial: Trial) -> None:
        """The commit point of a trial: its folder is on the disk already."""
        self.note({"type": "trial", **plain(trial), "settings": dict(trial.settings)})

    def refuse(self, refusal: Refusal) -> None:
        """A refused family or start is a row beside the trials, once."""
        label = f"{refusal.family}/{refusal.start or 'all'}"
        if self.find(label, None, None) is None and self.recall(label, None, None) is None:
            name = self.begin(label, None, None)
            start = refusal.start and start_from_plain({"kind": refusal.start, "checkpoints": []})
            trial = Trial(
                id=name,
                candidate=label,
                family=refusal.family,
                start=start or None,
                status="refused",
                because=refusal.because,
            )
            self.end(trial)

    def note(self, entry: Mapping[str, Any]) -> None:
        """Append any other record."""
        self._writer.append(entry)
        self._learn(entry)

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """Records of a type, oldest first."""
        return [entry for entry in self._writer.entries if entry["type"] == kind]

    def folder(self, trial: str) -> Path:
        """Where a trial's files are."""
        return self._folder / "trials" / trial

    def close(self) -> None:
        self._writer.close()

    def _learn(self, entry: Mapping[str, Any]) -> None:
        if entry["type"] not in ("begun", "trial"):
            return
        self._ids[(entry["candidate"], entry["rows"], entry["draw"])] = entry["id"]
        if entry["type"] == "trial":
            self._trials[entry["id"]] = trial_from_plain(entry)


def read_trials(folder: Path) -> tuple[Trial, ...]:
    """The ended trials of a run that another process may be writing."""
    entries = journal.read(folder / JOURNAL)
    trials = {entry["id"]: entry for entry in entries if entry["type"] == "trial"}
    return tuple(trial_from_plain(trials[name]) for name in sorted(trials))


def trial_from_plain(entry: Mapping[str, Any]) -> Trial:
    """The trial that a journal record holds."""
    values = {name: value for name, value in entry.items() if name != "type"}
    start = values["start"]
    values["start"] = None if start is None else start_from_plain(start)
    values["settings"] = tuple(values["settings"].items())
    return Trial(**values)


def as_candidate(candidate: Candidate, **fields: Any) -> Trial:
    """A trial of this candidate."""
    return Trial(candidate=candidate.name, family=candidate.family, start=candidate.start, **fields)
