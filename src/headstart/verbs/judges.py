"""Rows that may judge: an earlier model that takes part must not have learned from them.

Validation and locked rows are drawn from the others, or the earlier model would win by memory. A
start from a model for which too few rows are left, or of which nobody can tell what it has learned
from, is refused; the rest of the race is then judged on all rows as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from headstart.advice import Advice
from headstart.delivery.folders import MANIFEST, read_manifest
from headstart.delivery.memory import FOLDER, Memory, read_memories
from headstart.errors import listed
from headstart.intake import splits
from headstart.records import Candidate, Refusal, Table, Task
from headstart.reporting.wording import place
from headstart.storage import checksums
from headstart.verbs.question import Asked

# Five folds of ten rows; a twentieth, so that few new rows do not cost the others their precision;
# and a thousand, which tell any difference that counts.
_FEWEST, _SHARE, _ENOUGH = 50, 0.05, 1000


def with_judges(asked: Asked, chosen: Advice, test: Table | None = None) -> tuple[Asked, Advice]:
    """The question with the rows that may judge, and the advice without starts that none could.

    Args:
        test: rows that the person gave to judge on; an earlier model must not know any of them.
    """
    data, refusals = asked.data, list(chosen.refusals)
    if not isinstance(data, Table):
        return asked, chosen
    learned, kept = np.zeros(len(data), dtype=bool), list(chosen.candidates)
    for folder in _earlier_models(kept):
        mine = [each for each in kept if folder in _models_of(each)]
        found = _learned(folder, data)
        if isinstance(found, str):
            why = found
        else:
            why = _objection(data, asked.task, found, learned) or _known_test_rows(folder, test)
            learned = learned | found if not why else learned
        if why:
            kept = [each for each in kept if each not in mine]
            because = f"the model in `{place(str(folder))}` {why}"
            refusals += [_refusal(each, because) for each in mine]
    chosen = replace(chosen, candidates=tuple(kept), refusals=tuple(refusals))
    if not learned.any():
        return asked, chosen
    rows = splits.may_judge(data, asked.task, learned)
    return _told(asked, int(learned.sum()), rows), chosen


def _earlier_models(candidates: Sequence[Candidate]) -> list[Path]:
    """Folders of the earlier models that candidates start from, each once, in their order."""
    return list(dict.fromkeys(folder for each in candidates for folder in _models_of(each)))


def _models_of(candidate: Candidate) -> list[Path]:
    """A checkpoint is a member of an earlier model if the folder around it is one; so is a file
    of such a member."""
    paths = [Path(name) for name in candidate.start.checkpoints]
    members = [path.parent if path.is_file() else path for path in paths if path.exists()]
    return [each.parent for each in members if (each.parent / MANIFEST).is_file()]


def _learned(folder: Path, data: Table) -> np.ndarray | str:
    """Which rows a model has learned from, bool, shape (n,), or why that cannot be told."""
    kept = read_manifest(folder)["checksums"]
    checksums.verify(folder, {name: kept[name] for name in kept if name.startswith(FOLDER + "/")})
    memories = read_memories(folder)
    if memories is None:
        return "does not say which rows it has learned from: name a run, or fit it again"
    learned = np.zeros(len(data), dtype=bool)
    for memory in memories:
        known = memory.knows(data)
        if known is None:
            return f"cannot tell which of these rows it has learned from: {_lacking(memory, data)}"
        learned |= known
    return learned


def _lacking(memory: Memory, data: Table) -> str:
    names = [column.name for half in memory.halves for column in half]
    gone = [name for name in names if name not in data.arrow.column_names]
    return f"{len(gone)} of its {len(names)} columns are not here ({listed(gone)})"


def _objection(data: Table, task: Task, mine: np.ndarray, others: np.ndarray) -> str:
    """Why too few rows are left to judge a model with the others; nothing where they suffice."""
    rows = splits.may_judge(data, task, mine | others)
    parts = len(np.unique(splits.blocks(data, task)[rows]))
    needed = int(np.clip(_SHARE * len(data), _FEWEST, _ENOUGH))
    if not mine.any() or (len(rows) >= needed and parts >= splits.FOLDS):
        return ""
    few = f"only {len(rows):,}" if len(rows) else "none"
    together = f", in {parts} groups or times," if len(rows) >= needed else ""
    return (
        f"has learned from {int(mine.sum()):,} of the {len(data):,} rows; {few} of the others"
        f"{together} may judge it, and {needed:,} in {splits.FOLDS} parts are needed so that it "
        "cannot win by memory"
    )


def _known_test_rows(folder: Path, test: Table | None) -> str:
    found = np.zeros(0) if test is None else _learned(folder, test)
    if isinstance(found, str) or not found.any():
        return ""
    return f"has learned from {int(found.sum()):,} of the {len(found):,} rows of --test"


def _refusal(candidate: Candidate, because: str) -> Refusal:
    start = type(candidate.start).__name__
    return Refusal(family=candidate.family, start=start, because=because)


def _told(asked: Asked, learned: int, rows: np.ndarray) -> Asked:
    note = (
        f"an earlier model has learned from {learned:,} of these {asked.profile.rows:,} rows: "
        f"they are trained on, and {len(rows):,} of the others judge"
    )
    profile = replace(asked.profile, notes=(*asked.profile.notes, note), judges=len(rows))
    return replace(asked, profile=profile, judges=rows)
