"""`models` and `doctor`: what is on this machine, what is missing and how to get it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from headstart import weights
from headstart.errors import HeadstartError, unknown_name
from headstart.families import family, known
from headstart.processes.libraries import EXTRA_OF, is_installed, versions
from headstart.records import Card
from headstart.records.data import MODALITIES
from headstart.records.task import KINDS
from headstart.reporting.inventory import Check, CheckpointEntry, FamilyEntry
from headstart.verbs.budget import cores
from headstart.weights import Entry, Found

_LIBRARIES_OF_EXTRA = {
    extra: tuple(name for name, of in EXTRA_OF.items() if of == extra)
    for extra in dict.fromkeys(EXTRA_OF.values())
}
_FEWEST_MEGABYTES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Families and checkpoints."""

    families: tuple[FamilyEntry, ...]
    checkpoints: tuple[CheckpointEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What was tried on this machine, and the versions of what is there."""

    checks: tuple[Check, ...]
    versions: tuple[tuple[str, str], ...]


def models(task: str | None = None, modality: str | None = None) -> Models:
    """Every family and checkpoint (of a kind, for a modality), and whether it is at hand here.

    Checkpoints are looked at, not read: sizes are compared, and what was verified once is known.

    Raises:
        AskError: there is no such kind or modality.
    """
    if task is not None and task not in KINDS:
        raise unknown_name("kind of task", task, KINDS)
    if modality is not None and modality not in MODALITIES:
        raise unknown_name("modality", modality, MODALITIES)
    cards = [family(name).CARD for name in known()]
    return Models(
        families=tuple(
            _entry(card)
            for card in cards
            if task in (None, *card.kinds) and modality in (None, *card.modalities)
        ),
        checkpoints=tuple(
            _checkpoint(entry)
            for entry in weights.entries()
            if task in (None, *entry.kinds) and modality in (None, entry.modality)
        ),
    )


def fetch(name: str) -> Found:
    """Bring a checkpoint of the catalogue onto this machine, and verify it.

    Raises:
        AskError: the catalogue has none of this name.
        WeightsError: it cannot be had, or what came is not what the catalogue describes.
    """
    return weights.get(name)


def doctor() -> Checkup:
    """Try what Headstart needs: libraries, disk, memory, a worker process."""
    checks = [_library(name) for name in ("numpy", "pyarrow", "duckdb", "sklearn")]
    checks += [_extra(extra, libraries) for extra, libraries in _LIBRARIES_OF_EXTRA.items()]
    checks += [_cores(), _memory(), _tried("temporary folder", _writes), _tried("worker", _works)]
    return Checkup(checks=tuple(checks), versions=versions())


def _entry(card: Card) -> FamilyEntry:
    absent = [extra for extra in card.extras if not _is_there(extra)]
    because = f"pip install 'headstart[{','.join(absent)}]'" if absent else ""
    return FamilyEntry(card=card, available=not absent, because=because)


def _checkpoint(entry: Entry) -> CheckpointEntry:
    available, because = weights.look(entry)
    return CheckpointEntry(
        name=entry.name,
        family=entry.family,
        modality=entry.modality,
        parameters=entry.parameters or 0,
        bytes=entry.bytes,
        licence=entry.licence,
        available=available,
        because=because,
        kinds=entry.kinds,
        labels=entry.labels.number if entry.labels else None,
        trained_on=entry.trained_on,
        reference=entry.reference,
    )


def _is_there(extra: str) -> bool:
    return all(is_installed(library) for library in _LIBRARIES_OF_EXTRA.get(extra, ()))


def _library(name: str) -> Check:
    distribution = {"sklearn": "scikit-learn"}.get(name, name)
    if not is_installed(name):
        return Check(name=name, works=False, remedy=f"pip install {distribution}")
    return Check(name=name, works=True, found=metadata.version(distribution))


def _extra(extra: str, libraries: tuple[str, ...]) -> Check:
    absent = [library for library in libraries if not is_installed(library)]
    found = ", ".join(library for library in libraries if library not in absent)
    remedy = f"pip install 'headstart[{extra}]'" if absent else ""
    return Check(name=f"extra `{extra}`", works=not absent, found=found, remedy=remedy)


def _cores() -> Check:
    return Check(name="cores", works=True, found=str(cores()))


def _memory() -> Check:
    import psutil

    free = psutil.virtual_memory().available / 1e6
    remedy = "" if free > _FEWEST_MEGABYTES else "close other programs"
    return Check(name="memory", works=not remedy, found=f"{free:,.0f} MB free", remedy=remedy)


def _tried(name: str, attempt: Callable[[], str]) -> Check:
    try:
        return Check(name=name, works=True, found=attempt())
    except (OSError, HeadstartError) as error:
        return Check(name=name, works=False, remedy=str(error))


def _writes() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial"
        path.write_bytes(os.urandom(1024))
        free = shutil.disk_usage(folder).free / 1e9
    return f"{tempfile.gettempdir()}, {free:,.0f} GB free"


def _works() -> str:
    """A worker that starts, imports its parts and answers."""
    from headstart.experiment.engines.local import LocalEngine

    engine = LocalEngine()
    try:
        engine.submit({"op": "warm", "modules": ["headstart.experiment.work"], "no_later_than": 60})
        ended = engine.wait(60)
    finally:
        engine.close()
    if ended is None or ended[1]["status"] != "finished":
        raise HeadstartError("a worker process did not answer.", "See whether python may fork.")
    return f"answers, {ended[1]['peak_mb']:,.0f} MB"
