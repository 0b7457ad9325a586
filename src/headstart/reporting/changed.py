"""The old model beside the new one, and what was tried, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.records.adjusted import Adjusted, Attempted, Side
from headstart.reporting.layout import PLAIN, Paint, aligned, hanging
from headstart.reporting.wording import alike, number, ordinal, place, span, visible

HEAD_OF_SIDES = ("", "candidate", "validation", "90 %", "locked rows", "90 %", "cost")
HEAD_OF_TRIED = ("action", "candidate", "gain", "90 %", "better", "draws", "outcome")
_FIRST_COMPARED = 2  # the old model's own look, and the one at both
_ENDINGS = {
    "adopted": "adopted",
    "better": "better too",
    "not better": "not measurably better",
    "left behind": "behind on the first draws",
    "failed": "failed",
    "no time": "no time",
    "not installed": "not installed: pip install 'headstart[search]'",
}


def changed(found: Adjusted, out: str, width: int, paint: Paint = PLAIN) -> str:
    """Before and after, what was tried, and where the new run is; at most `width` columns."""
    parts = [
        paint.bold("Before and after" if found.after else "Nothing was adopted"),
        _table(HEAD_OF_SIDES, sides(found)),
        hanging("  ", visible(found.because, 600), width),
        hanging("  ", on_locked(found), width) if on_locked(found) else "",
        paint.bold("What was tried") if found.tried else "",
        _table(HEAD_OF_TRIED, tried(found.tried)) if found.tried else "",
        f"  the search tried {found.searched} settings" if found.searched else "",
        "",
        hanging("", where(found, out), width),
    ]
    kept = [part for place, part in enumerate(parts) if part or place == len(parts) - 2]
    return "\n".join(kept)


def sides(found: Adjusted) -> list[tuple[str, ...]]:
    """A line for the old model and one for the new."""
    shown = [("before", found.before)]
    shown += [] if found.after is None else [("after", found.after)]
    scores = alike([side.score for _, side in shown])
    tested = [side.test for _, side in shown if side.test is not None]
    tests = iter(alike(tested)) if tested else iter(())
    return [
        _side(name, side, score, next(tests) if side.test is not None else "")
        for (name, side), score in zip(shown, scores, strict=True)
    ]


def tried(found: Sequence[Attempted]) -> list[tuple[str, ...]]:
    """A line for each candidate that was tried."""
    return [
        (
            each.action,
            visible(each.candidate, 40),
            "" if each.gain is None else f"{each.gain:+.3g}",
            "" if each.interval is None else span(each.interval),
            "" if each.better is None else f"{each.better:.2f}",
            str(each.draws) if each.draws else "",
            _ENDINGS[each.ending],
        )
        for each in found
    ]


def on_locked(found: Adjusted) -> str:
    """What the locked rows say of the two, in a sentence; empty where nobody looked."""
    if found.test is None:
        return ""
    low, high = found.test.interval
    again = f" This is the {ordinal(found.test.looks)} look at these rows"
    again += ", and the interval allows for it." if found.test.looks > _FIRST_COMPARED else "."
    return (
        f"On the locked rows, which chose nothing, the new model is better by "
        f"{found.test.gain:+.3g} {found.metric} (90 %: {low:+.3g} to {high:+.3g}).{again}"
    )


def where(found: Adjusted, out: str) -> str:
    """Which folder to use from now on."""
    old = place(found.run)
    if found.adopted is None:
        return f"{old} stays as it was; the comparison is kept in {place(out)}."
    return f"Use {place(out)} from now on; {old} is as it was. Next: headstart predict {place(out)}"


def _side(name: str, side: Side, score: str, test: str) -> tuple[str, ...]:
    interval = "" if side.test_interval is None else span(side.test_interval)
    shown = visible(side.candidate, 40)
    return name, shown, score, span(side.interval), test, interval, number(side.cost)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns without anything in them are left out."""
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    lines = [[each[place] for place in kept] for each in (head, *rows)]
    return "\n".join(f"  {line}" for line in aligned(lines, [False] * len(kept), gap=2))
