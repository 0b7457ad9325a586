"""Model folders on disk: data only, with checksums; loading never runs what a folder says.

`headstart.json` names a family by its key in the table of families; nothing else in it is looked
up as code. Parameters stand in `member-0/`, `member-1/`, ... in each family's own safe format.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from headstart import weights
from headstart.delivery.adjustment import Adjustment, adjustment_from_plain
from headstart.delivery.contract import Contract, contract_from_plain, contract_to_plain
from headstart.delivery.memory import Memory, write_memories
from headstart.delivery.model import Delivered, Member
from headstart.errors import WeightsError
from headstart.families import family
from headstart.features import novelty as novelties
from headstart.features.encoding import Encoding, encoding_from_plain
from headstart.records.plain import plain
from headstart.storage import checksums
from headstart.storage.folders import inside, new_folder
from headstart.weights.sources import run

SCHEMA = 1
MANIFEST = run.MANIFEST
_LONGEST_MANIFEST = 16 << 20


def write(
    folder: Path,
    members: Sequence[tuple[Member, Path]],
    contract: Contract,
    *,
    adjustment: Adjustment | None = None,
    facts: Mapping[str, Any] | None = None,
    memories: Sequence[Memory] = (),
    novelty: Path | None = None,
) -> None:
    """Commit a model folder in one step.

    Args:
        members: each member with the folder that its family's `save` wrote; it is copied.
        facts: what is worth knowing beside the parameters (rows, scores, versions).
        memories: which rows the model has learned from, so that they never judge it.
        novelty: the file by which it is told how new a row is; it is copied.
    """
    with new_folder(folder) as fresh:
        if novelty is not None:
            shutil.copyfile(novelty, fresh / novelties.FILE)
        fill(fresh, members, contract, adjustment=adjustment, facts=facts, memories=memories)


def fill(
    folder: Path,
    members: Sequence[tuple[Member, Path]],
    contract: Contract,
    *,
    adjustment: Adjustment | None = None,
    facts: Mapping[str, Any] | None = None,
    memories: Sequence[Memory] = (),
) -> None:
    """Write the same into an empty folder that somebody else commits."""
    for member, source in members:
        shutil.copytree(source, inside(folder, member.folder))
        for checkpoint, encoder in member.encoders.items():
            if not inside(folder, encoder).exists():
                weights.copy(checkpoint, inside(folder, encoder))
    write_memories(folder, memories)
    manifest = {
        "schema": SCHEMA,
        "kind": "single" if len(members) == 1 else "blend",
        "members": [plain(member) for member, _ in members],
        "contract": contract_to_plain(contract),
        "adjustment": plain(adjustment or Adjustment()),
        "facts": plain(facts or {}),
        "checksums": checksums.of_folder(folder),
    }
    text = json.dumps(manifest, indent=1, allow_nan=False, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What `headstart.json` says, after its schema was checked.

    Raises:
        WeightsError: there is no such file, or a newer Headstart wrote it.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise WeightsError(
            f"`{folder}` is not a model folder: it has no {MANIFEST}.",
            "Name a run folder, or the folder `model` inside of one.",
        )
    try:
        if path.stat().st_size > _LONGEST_MANIFEST:
            raise ValueError(path.stat().st_size)
        manifest = json.loads(path.read_text(encoding="utf-8"))
        schema = manifest["schema"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WeightsError(
            f"`{path}` is damaged: it is not the document that Headstart writes.",
            "Copy the folder again.",
        ) from None
    if schema != SCHEMA:
        raise WeightsError(
            f"`{folder}` has schema {schema}; this Headstart reads schema {SCHEMA}.",
            "Update Headstart, or train again.",
        )
    return dict(manifest)


def load(folder: Path, *, cache: Path | None = None) -> Delivered:
    """Read a model folder: checksums first, then each member by its family's `load`.

    Args:
        cache: where vectors of texts and pictures may be looked up and kept.
    """
    manifest = read_manifest(folder)
    checksums.verify(folder, manifest["checksums"])
    members = tuple(Member(**member) for member in manifest["members"])
    return Delivered(
        folder=folder,
        contract=contract_from_plain(manifest["contract"]),
        members=members,
        models=tuple(
            family(member.family).load(inside(folder, member.folder)) for member in members
        ),
        adjustment=adjustment_from_plain(manifest["adjustment"]),
        facts=manifest["facts"],
        steps=tuple(_step(folder, member) for member in members),
        novelty=_novelty(folder),
        cache=cache,
    )


def _step(folder: Path, member: Member) -> Encoding | None:
    if member.embedding is None:
        return None
    places = {name: inside(folder, each) for name, each in member.encoders.items()}
    return encoding_from_plain(member.embedding).at(places)


def _novelty(folder: Path) -> novelties.Novelty | None:
    path = folder / novelties.FILE
    return novelties.read_novelty(path) if path.is_file() else None
