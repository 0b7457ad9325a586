"""Lists for the terminal: columns of a profile, families and checkpoints, what works here."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.records import Profile
from headstart.records.profile import ColumnFacts, PictureFacts
from headstart.reporting.inventory import Check, CheckpointEntry, FamilyEntry
from headstart.reporting.layout import PLAIN, Paint, aligned, cells, cut, hanging, padded
from headstart.reporting.wording import count, percent, size, span, visible

_MOST_COLUMNS = 60


def columns(profile: Profile, width: int, *, paint: Paint = PLAIN) -> str:
    """One line for each column: what its values are, what it is for, and what is missing."""
    if not profile.columns:
        return ""
    shown = profile.columns[:_MOST_COLUMNS]
    rows = [[_name(each), each.modality, each.role, *_counts(each, profile.rows)] for each in shown]
    head = ["Columns", "reading", "role", "missing", "distinct", "values"]
    lines = aligned([head, *rows], [False, False, False, True, True, False], gap=2)
    text = [paint.bold(cut(lines[0], width)), *(cut("  " + line, width) for line in lines[1:])]
    if len(profile.columns) > len(shown):
        text.append(f"  (+{len(profile.columns) - len(shown)} more)")
    return "\n".join(text)


def models(
    families: Sequence[FamilyEntry],
    checkpoints: Sequence[CheckpointEntry],
    width: int,
    *,
    paint: Paint = PLAIN,
) -> str:
    """Families, then checkpoints; what is missing says how to get it."""
    text = [paint.bold("Families")]
    left = max((cells(entry.card.name) for entry in families), default=0) + 4
    for entry in families:
        floor = "floor; " if entry.card.is_floor else ""
        what = f"{floor}{entry.card.summary} ({', '.join(entry.card.kinds)})"
        if not entry.available:
            what += f". Not here: {entry.because}"
        mark = "" if entry.available else paint.warning("!")
        text.append(hanging(f"{padded(mark, 2)}{padded(entry.card.name, left)}", what, width))
    text.append(paint.bold("Checkpoints"))
    if not checkpoints:
        text.append("  none in the catalogue for these; --weights takes an earlier run or a folder")
    left = max((cells(entry.name) for entry in checkpoints), default=0) + 2
    text += [_checkpoint(entry, width, left) for entry in checkpoints]
    return "\n".join(text)


def checks(found: Sequence[Check], width: int, *, paint: Paint = PLAIN) -> str:
    """One line for each thing that was tried; what is missing says how to get it."""
    left = max((cells(check.name) for check in found), default=0) + 3
    lines = []
    for check in found:
        mark = "ok" if check.works else "no"
        text = ". ".join(part for part in (check.found, check.remedy) if part)
        first = f"{mark if check.works else paint.warning(mark)}  {padded(check.name, left)}"
        lines.append(hanging(first, text, width))
    missing = sum(not check.works for check in found)
    end = "Everything works." if not missing else f"{count(missing, 'part')} missing; see above."
    return "\n".join([*lines, end])


def _name(column: ColumnFacts) -> str:
    return cut(visible(column.name), 32)


def _counts(column: ColumnFacts, rows: int) -> list[str]:
    missing = percent(column.missing / rows) if column.missing and rows else ""
    return [missing, f"{column.distinct:,}", _values(column)]


def _values(column: ColumnFacts) -> str:
    if column.common:
        return ", ".join(visible(value, 24) for value, _ in column.common[:4])
    if column.pictures is not None:
        return _pictures(column.pictures)
    if column.low is not None and column.high is not None:
        return span((column.low, column.high))
    return f"median {column.median_words:.0f} words" if column.median_words else ""


def _pictures(facts: PictureFacts) -> str:
    parts = [f"median {facts.width:.0f} x {facts.height:.0f} pixels"]
    parts += [f"{percent(facts.grey)} grey"] if facts.grey else []
    parts += [f"{percent(facts.transparent)} transparent"] if facts.transparent else []
    return ", ".join(parts)


def _checkpoint(entry: CheckpointEntry, width: int, left: int) -> str:
    here = f"{'here' if entry.available else 'not here'}: {entry.because}"
    parts = [
        entry.modality,
        f"{entry.parameters:,} parameters",
        size(entry.bytes / 1e6),
        f"licence {entry.licence}",
        here,
    ]
    return hanging(f"  {padded(entry.name, left)}", " · ".join(parts), width)
