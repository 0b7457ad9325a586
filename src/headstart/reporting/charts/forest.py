"""Trees as trees: for each target a few that stand for all of them, and how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from headstart.records.inspection import Trees
from headstart.reporting.charts import svg
from headstart.reporting.charts.sheet import LEFT, MIDDLE, RIGHT, TOP, text
from headstart.reporting.wording import count, visible

_DOTS = "\N{HORIZONTAL ELLIPSIS}"


def forest(trees: Sequence[Trees]) -> tuple[list[Markup], float]:
    """The drawing, and where it ends."""
    drawn: list[Markup] = []
    down = TOP + 34
    way_end = down
    for each in trees[:12]:
        levels = min(4, max(1, each.depth))
        height = 26.0 * levels + 22
        for across in (-146, -22, 146):
            drawn += _tree(MIDDLE + across, down + 8, levels)
        more = f"+ {_DOTS} +" if each.trees > 3 else "+"
        for across, words in ((-84, "+"), (62, more)):
            middle = down + height / 2
            drawn.append(text(MIDDLE + across, middle, words, "times soft", text_anchor="middle"))
        drawn.append(
            text(LEFT - 76, down + height / 2, visible(each.target, 30), "", text_anchor="end")
        )
        facts = [
            count(each.trees, "tree"),
            f"{each.depth} deep",
            f"{count(each.leaves, 'leaf', 'leaves')}",
        ]
        for line, words in enumerate(facts):
            drawn.append(
                text(RIGHT + 66, down + height / 2 - 16 + 19 * line, words, "soft" if line else "")
            )
        down += height + 18
        way_end = down
    if len(trees) > 12:
        drawn.append(
            text(MIDDLE, down + 6, f"and {len(trees) - 12} more", "soft", text_anchor="middle")
        )
        down += 24
    way = [
        svg.element("line", x1=MIDDLE, x2=MIDDLE, y1=TOP + 14, y2=TOP + 38, class_="way"),
        svg.element("line", x1=MIDDLE, x2=MIDDLE, y1=way_end - 12, y2=down + 12, class_="way"),
    ]
    return [*way, *drawn], down + 26


def _tree(across: float, top: float, levels: int) -> Iterator[Markup]:
    """A binary tree of a few levels; its leaves are squares."""
    for level in range(levels):
        for place in range(2**level):
            x, y = _joint(across, top, level, place)
            for side in (0, 1):
                below = _joint(across, top, level + 1, 2 * place + side)
                path = f"M{x:.1f},{y:.1f}L{below[0]:.1f},{below[1]:.1f}"
                yield svg.element("path", d=path, class_="twig")
    for place in range(2**levels):
        x, y = _joint(across, top, levels, place)
        yield svg.element("rect", x=x - 2, y=y - 1, width=4, height=6, rx=1, class_="leaf")


def _joint(across: float, top: float, level: int, place: int) -> tuple[float, float]:
    return across + 104 * ((place + 0.5) / 2**level - 0.5), top + 26 * level
