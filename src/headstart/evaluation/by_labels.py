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
    winner, start = start_of(verdict)
    if winner is None:
        return ""
    floor = verdict.floor.family
    pairs = verdict.floor_crossovers if start == floor else verdict.crossovers
    beside = () if start == floor else verdict.floor_crossovers
    found = [each for each in (*pairs, *beside) if start in each.between and each.below]
    if any(_leader(each, rows) != start for each in found):
        return ""  # the verdict weighs the price and what counts as a difference; this does not
    below = [each for each in found if each.labels is not None and each.above == start]
    above = [each for each in found if each.labels is not None and each.below == start]
    own = [each for each in pairs if start in each.between]
    if not below and not above and not (own and all(each in found for each in own)):
        return ""
    parts = [f"At your {rows:,} {noun} {_use(winner, verdict)}"]
    parts += [_below(each, start, noun) for each in _nearest(below, last=True)]
    parts += [_above(each, start, noun) for each in _nearest(above, last=False)]
    if not below and not above:
        parts.append("no other start was better with fewer of them")
    return "; ".join(parts) + "."


def start_of(verdict: Verdict) -> tuple[Standing | None, str]:
    """The winner and the name of its curve; None and "" where it has none.

    A blend has several starts, and of the floors only the best one has a curve.
    """
    winner = verdict.winner
    if winner.candidate == verdict.floor.candidate:
        return winner, verdict.floor.family
    if winner.family == _BLEND or not verdict.deep_worth_it:
        return None, ""
    return winner, type(winner.start).__name__


def curve_of(verdict: Verdict) -> str:
    """The name of the curve that tells what more labels would bring the winner.

    Of a blend it is that of the start that its heaviest member began with; "" where none is.
    """
    _, name = start_of(verdict)
    return name or (type(verdict.winner.start).__name__ if verdict.winner.family == _BLEND else "")


def _leader(each: Crossover, rows: int) -> str | None:
    """Who is better with so many labels."""
    return each.below if each.labels is not None and rows < each.labels else each.above


def _nearest(found: Sequence[Crossover], *, last: bool) -> list[Crossover]:
    """The crossing that is met first when labels become fewer (`last`), or more."""
    ordered = sorted(found, key=lambda each: each.labels or 0.0)
    return ordered[-1:] if last else ordered[:1]


def _use(winner: Standing, verdict: Verdict) -> str:
    if winner.candidate == verdict.floor.candidate:
        return f"the floor `{winner.candidate}` is enough"
    return f"start from {type(winner.start).__name__} (`{winner.candidate}`)"


def _below(each: Crossover, start: str, noun: str) -> str:
    return f"below about {each.labels:,.0f} {noun} {_other(each, start)} does better{_range(each)}"


def _above(each: Crossover, start: str, noun: str) -> str:
    return (
        f"above about {each.labels:,.0f} {noun} {_other(each, start)} would do better{_range(each)}"
    )


def _range(each: Crossover) -> str:
    if each.interval is None:
        return ""
    return f" (80 % between {each.interval[0]:,.0f} and {each.interval[1]:,.0f})"


def _other(each: Crossover, start: str) -> str:
    return next(f"`{name}`" for name in each.between if name != start)
