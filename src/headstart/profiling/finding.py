"""What a check found: a trap, and what Headstart does about it unless the person decided already.

A check says what it measured (`because`) and which role would follow; only `settled` knows which
columns the person has fixed, and so only it writes the last sentence of a trap.
"""

from __future__ import annotations

from dataclasses import dataclass

from headstart.errors import listed
from headstart.records import Column, Split, Trap
from headstart.records.data import Role
from headstart.records.profile import TrapKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of one check.

    Attributes:
        because: whole sentences: what was measured, and how it looks.
        columns: the columns it is about; empty for the rows as a whole.
        role: the role that these columns should get, or None where they keep theirs.
        split: the split that should follow, or None.
    """

    kind: TrapKind
    because: str
    columns: tuple[str, ...] = ()
    role: Role | None = None
    split: Split | None = None


def left_out(finding: Finding, fixed: frozenset[str]) -> tuple[str, ...]:
    """The columns whose role changes: those of the finding that the person has not fixed."""
    if finding.role is None:
        return ()
    return tuple(name for name in finding.columns if name not in fixed)


def settled(
    finding: Finding,
    columns: tuple[Column, ...],
    fixed: frozenset[str],
    *,
    chosen: Split | None = None,
) -> Trap:
    """The trap that is told: what was measured, what is done about it, and how to undo that.

    Args:
        chosen: the split that the person named.
    """
    sentences = [finding.because, _about_roles(finding, columns, fixed)]
    if finding.split is not None:
        sentences.append(_about_split(finding.split, chosen))
    because = " ".join(sentence for sentence in sentences if sentence)
    return Trap(kind=finding.kind, because=because, columns=finding.columns)


def _about_roles(finding: Finding, columns: tuple[Column, ...], fixed: frozenset[str]) -> str:
    if finding.role != "ignored":
        return ""
    gone = left_out(finding, fixed)
    if not gone:
        verb = "stays" if len(finding.columns) == 1 else "stay"
        return f"{'It' if len(finding.columns) == 1 else 'They'} {verb}, as you asked."
    modality = {column.name: column.modality for column in columns}
    undo = f"--column {gone[0]}={_kept_as(modality[gone[0]])}"
    if len(finding.columns) == 1:
        return f"It is left out; {undo} keeps it."
    return f"{listed(gone)} are left out; {undo} keeps the first of them."


def _kept_as(modality: str) -> str:
    """The modality to name on the command line: an identifier is kept by calling it a category."""
    return "category" if modality == "identifier" else modality


def _about_split(split: Split, chosen: Split | None) -> str:
    if chosen is not None and chosen != split:
        return f"The split that you chose stays; --split {split} would heed it."
    if split.kind == "grouped":
        return f"Rows with the same `{split.column}` stay on one side of every split."
    return "Every split trains on the past and checks on the future; --split random undoes it."
