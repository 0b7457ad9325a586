"""Every picture of a table is decoded once before anything is learned; rows of broken ones go.

The work is done by disposable children, several at a time. A picture that ends its child is
rejected like any other, and the rest of its share goes on in a new child.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.intake.modalities import words_modality
from headstart.intake.rejected import Rejected
from headstart.processes import children
from headstart.records import Table
from headstart.records.profile import PictureFacts

_MEGABYTES = 1500.0
_SECONDS = 300.0  # for a share of at most so many files and bytes
_SECONDS_EACH = 20.0  # of the processor
_MOST_FILES, _MOST_BYTES = 1000, 64 << 20
_MOST_CHILDREN = 8
_LOOKED_FOR = 1000

Seen = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened:
    """A table whose pictures can all be decoded.

    Attributes:
        rejected: the rows that are gone.
        facts: what the pictures of each column are like.
        digest: of all pictures' bytes, in the order of the rows; empty where there are none.
        notes: a sentence on what was rejected.
    """

    table: Table
    rejected: tuple[Rejected, ...] = ()
    facts: Mapping[str, PictureFacts] = field(default_factory=dict)
    digest: str = ""
    notes: tuple[str, ...] = ()


def screen(table: Table) -> Screened:
    """Decode the pictures of all input columns; rows with one that cannot be decoded are rejected.

    A cell without a path is a missing value, unless there is no other input column.
    """
    names = table.names("input", "image")
    if not names or table.media_root is None:
        return Screened(table=table)
    paths = {name: table.values(name).to_pylist() for name in names}
    different = {path for column in paths.values() for path in column if path is not None}
    seen = _views(table.media_root, sorted(different))
    may_lack = len(table.names("input")) > 1
    reasons = [
        _reason([column[row] for column in paths.values()], seen, may_lack)
        for row in range(len(table))
    ]
    good = np.array([not because for _, because in reasons], dtype=bool)
    rejected = tuple(
        Rejected(row=int(table.row_ids[row]), line=0, because=because, content=path)
        for row, (path, because) in enumerate(reasons)
        if because
    )
    kept = table if good.all() else table.take(np.flatnonzero(good))
    return Screened(
        table=kept,
        rejected=rejected,
        facts={
            name: _facts([seen[p] for p in kept.values(name).to_pylist() if p]) for name in names
        },
        digest=_digest([seen[p] for column in paths.values() for p in column if p]),
        notes=_notes(rejected, len(table)),
    )


def with_pictures_there(table: Table, declared: frozenset[str]) -> tuple[Table, tuple[str, ...]]:
    """The table, with columns read as words that end like pictures where no such picture is.

    Args:
        declared: columns of which it is known what they are.
    """
    lost = [
        name
        for name in table.names("input", "image")
        if name not in declared and not _any_there(table, name)
    ]
    if not lost:
        return table, ()
    columns = [
        replace(each, modality=words_modality(table.values(each.name)))
        if each.name in lost
        else each
        for each in table.columns
    ]
    notes = tuple(
        f"the pictures that `{name}` names are not in {table.media_root}: it is read as words; "
        f"--column {name}=image insists on them"
        for name in lost
    )
    return table.with_columns(columns), notes


def _any_there(table: Table, name: str) -> bool:
    names = table.values(name).drop_null().unique().to_pylist()[:_LOOKED_FOR]
    root = table.media_root
    return root is not None and any(_size(root, each) >= 0 for each in names)


def _reason(
    paths: Sequence[str | None], seen: Mapping[str, Seen], may_lack: bool
) -> tuple[str, str]:
    """The first picture of a row that is bad, and why; empty texts where all are good."""
    for path in paths:
        if path and seen[path]["because"]:
            return path, seen[path]["because"]
    if not may_lack and not any(paths):
        return "", "no picture is named"
    return "", ""


def _views(root: Path, names: Sequence[str]) -> dict[str, Seen]:
    """What was seen of each picture; the children work side by side."""
    shares = list(_shares(root, names))
    at_once = min(_cores(), _MOST_CHILDREN, max(1, len(shares)))
    with ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(lambda share: _of_share(root, share), shares))
    return {
        name: each
        for share, views in zip(shares, found, strict=True)
        for name, each in zip(share, views, strict=True)
    }


def _shares(root: Path, names: Sequence[str]) -> Iterator[list[str]]:
    """The names in order, in shares that a child sees within seconds."""
    even = -(-len(names) // _cores())
    share: list[str] = []
    weight = 0
    for name in names:
        share.append(name)
        weight += max(0, _size(root, name))
        if len(share) >= min(even, _MOST_FILES) or weight >= _MOST_BYTES:
            yield share
            share, weight = [], 0
    if share:
        yield share


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size(root: Path, name: str) -> int:
    """Bytes of a file; -1 where there is none."""
    try:
        return os.stat(os.path.join(root, name)).st_size
    except (OSError, ValueError):
        return -1


def _of_share(root: Path, names: Sequence[str]) -> list[Seen]:
    """One entry for each name; a child that ends early costs the picture that ended it.

    The suspect is tried again alone: the blame may have come a moment too late.
    """
    seen: list[Seen] = []
    while len(seen) < len(names):
        rest = list(names[len(seen) :])
        with tempfile.NamedTemporaryFile(prefix="headstart-", suffix=".jsonl") as out:
            outcome = children.run(
                "headstart.intake.viewing:view",
                {"root": str(root), "names": rest, "out": out.name, "seconds": _SECONDS_EACH},
                seconds=_SECONDS,
                megabytes=_MEGABYTES,
            )
            seen += _whole_lines(Path(out.name))
        if outcome.status == "ok" or len(seen) == len(names):
            continue
        if len(names) > 1:
            seen += _of_share(root, [names[len(seen)]])
        else:
            seen.append({"because": f"decoding it fails: {_ended(outcome.because)}"})
    return seen


def _whole_lines(path: Path) -> list[Seen]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]


def _ended(because: str) -> str:
    if "SIGPROF" in because:
        return f"it takes more than {_SECONDS_EACH:g} s"
    return because


def _facts(seen: Sequence[Seen]) -> PictureFacts:
    def share(what: str) -> float:
        return float(np.mean([each[what] for each in seen])) if seen else 0.0

    return PictureFacts(
        width=float(np.median([each["width"] for each in seen])) if seen else 0.0,
        height=float(np.median([each["height"] for each in seen])) if seen else 0.0,
        grey=share("grey"),
        transparent=share("transparent"),
    )


def _digest(seen: Sequence[Seen]) -> str:
    digest = hashlib.sha256()
    for each in seen:
        digest.update(each.get("digest", each["because"]).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest() if seen else ""


def _notes(rejected: Sequence[Rejected], rows: int) -> tuple[str, ...]:
    if not rejected:
        return ()
    first = rejected[0]
    pictures = "picture" if rows == 1 else "pictures"
    return (
        f"{len(rejected):,} of {rows:,} {pictures} cannot be read ({first.where}: {first.because})",
    )
