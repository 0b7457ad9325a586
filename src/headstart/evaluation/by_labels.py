"""What a person does with the crossovers: where to start at this number of labels, and at others.

Only what was found of the winner's own start is said; where it cannot be told, nothing is.
"""

from __future__ import annotations

from collections.abc import Sequence

from headstart.records import Crossover, Standing, Verdict

_BLEND = "blend"


def by_labels(verdict: Verdict, rows: int, noun: str = "labels") -> str:
    """One or two sentences, or nothing.

    Args:
        rows: labels that the delivered model learns from.
        noun: what they are called.
    """
    mine, start = _start_of(verdict)
    if mine is None:
        return ""
    floor = verdict.floor.family
    pairs = verdict.floor_crossovers if start == floor else verdict.crossovers
    beside = () if start == floor else verdict.floor_crossovers
    found = [each for each in (*pairs, *beside) if start in each.between and each.below]
    below = [each for each in found if _gives_way_below(each, start, rows)]
    above = [each for each in found if _gives_way_above(each, start, rows)]
    ahead = [each for each in found if each.labels is None and each.above == start]
    if not below and not above and not _always_ahead(ahead, pairs, start):
        return ""
    parts = [f"At your {rows:,} {noun} {_use(mine, verdict)}"]
    parts += [_below(each, start, noun) for each in _nearest(below, last=True)]
    parts += [_above(each, start, noun) for each in _nearest(above, last=False)]
    if not below and not above:
        parts.append("no other start was better with fewer of them")
    return "; ".join(parts) + "."


def _start_of(verdict: Verdict) -> tuple[Standing | None, str]:
    """The winner and the name of its curve; nothing for a blend, which has several starts."""
    winner = verdict.winner
    if winner.family == _BLEND:
        return None, ""
    if winner.candidate == verdict.floor.candidate:
        return winner, verdict.floor.family
    return winner, type(winner.start).__name__


def _gives_way_below(each: Crossover, start: str, rows: int) -> bool:
    return each.labels is not None and each.above == start and each.labels < rows


def _gives_way_above(each: Crossover, start: str, rows: int) -> bool:
    return each.labels is not None and each.below == start and each.labels > rows


def _always_ahead(ahead: Sequence[Crossover], pairs: Sequence[Crossover], start: str) -> bool:
    mine = [each for each in pairs if start in each.between]
    return bool(mine) and all(each in ahead for each in mine)


def _nearest(found: Sequence[Crossover], *, last: bool) -> list[Crossover]:
    """The crossing that is met first when labels become fewer (`last`), or more."""
    ordered = sorted(found, key=lambda each: each.labels or 0.0)
    return ordered[-1:] if last else ordered[:1]


def _use(mine: Standing, verdict: Verdict) -> str:
    if mine.candidate == verdict.floor.candidate:
        return f"the floor `{mine.candidate}` is enough"
    return f"start from {type(mine.start).__name__} (`{mine.candidate}`)"


def _below(each: Crossover, start: str, noun: str) -> str:
    return f"below about {each.labels:,.0f} {noun} {_other(each, start)} does better{_range(each)}"


def _above(each: Crossover, start: str, noun: str) -> str:
    return f"above about {each.labels:,.0f} {noun} {_other(each, start)} would{_range(each)}"


def _range(each: Crossover) -> str:
    if each.interval is None:
        return ""
    return f" (80 % between {each.interval[0]:,.0f} and {each.interval[1]:,.0f})"


def _other(each: Crossover, start: str) -> str:
    return next(f"`{name}`" for name in each.between if name != start)
