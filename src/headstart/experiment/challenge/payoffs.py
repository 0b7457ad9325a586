"""Which advice paid on this machine: a small append-only file beside the cached weights.

One record for each action of each `adjust --apply`, by the folder that it wrote: the same call,
resumed after a kill, counts once. `HEADSTART_CACHE` moves the file with everything else of ours.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from headstart.errors import DataError
from headstart.records.adjusted import Attempted
from headstart.records.diagnosis import Paid
from headstart.storage import journal
from headstart.weights.places import cache_folder

_FILE = "advice.jsonl"
_COMPARED = ("adopted", "better", "not better", "left behind")


def payoffs() -> dict[str, Paid]:
    """How often each action was tried here, and how often it won its comparison."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in _entries(_path()):
        latest[entry["action"], entry["run"]] = entry
    found: dict[str, Paid] = {}
    for (action, _), entry in latest.items():
        before = found.get(action, Paid(tried=0, paid=0))
        paid = before.paid + bool(entry["paid"])
        found[action] = Paid(tried=before.tried + 1, paid=paid)
    return found


def remember(run: Path, family: str, metric: str, tried: Iterable[Attempted]) -> None:
    """Note what each action came to; an action of several candidates paid if one of them won."""
    by_action: dict[str, list[Attempted]] = {}
    for each in tried:
        if each.ending in _COMPARED:
            by_action.setdefault(each.action, []).append(each)
    entries = [
        {
            "type": "advice",
            "run": str(run.absolute()),
            "action": action,
            "family": family,
            "metric": metric,
            "paid": any(each.ending in ("adopted", "better") for each in mine),
            "adopted": any(each.ending == "adopted" for each in mine),
            "gain": max((each.gain for each in mine if each.gain is not None), default=None),
        }
        for action, mine in by_action.items()
    ]
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two calls that end together one waits
        writer = journal.Writer(path)
        try:
            for entry in entries:
                writer.append(entry)
        finally:
            writer.close()


def _path() -> Path:
    return cache_folder() / _FILE


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        return journal.read(path)
    except DataError:
        return []  # a damaged memory of earlier advice is no reason to give none
