"""Strips: a dot with its interval, or a bar, as wide as a cell of a table."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.records.verdict import Interval
from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.wording import number, span

_HEIGHT = 22.0


def interval(axis: Axis, score: float, ends: Interval, style: str, level: int = 90) -> Markup:
    """A dot on the line from the low end to the high end; an arrow where it lies off the axis.

    `level` is in per cent.
    """
    middle = _HEIGHT / 2
    label = f"{number(score)}, {level} % interval {span(ends)}"
    at = axis.percent(score)
    if not 0 <= at <= 100:
        arrow, place, anchor = ("◂", 0, "start") if at < 0 else ("▸", 100, "end")
        words = svg.text(place, middle + 4, arrow, f"arrow {style}", text_anchor=anchor)
        return svg.picture(label, _HEIGHT, [words], class_="strip")
    low, high = (min(100.0, max(0.0, axis.percent(end))) for end in ends)
    drawn = [
        svg.line(low, middle, high, middle, f"whisker {style}"),
        svg.marker(at, middle, 0, f"mark {style}", label),
    ]
    return svg.picture(label, _HEIGHT, drawn, class_="strip")


def bar(axis: Axis, value: float, ends: Interval | None, style: str) -> Markup:
    """A bar from 0 to the value, with its interval as a line."""
    zero, at, middle = axis.percent(0), axis.percent(value), _HEIGHT / 2
    left, right = min(zero, at), max(zero, at)
    drawn = [
        svg.line(zero, 0, zero, _HEIGHT, "rule"),
        svg.element(
            "rect",
            x=f"{left:.2f}%",
            y=5,
            width=f"{max(0.3, right - left):.2f}%",
            height=_HEIGHT - 10,
            class_=f"bar {style}",
        ),
    ]
    if ends is not None:
        low, high = (min(100.0, max(0.0, axis.percent(end))) for end in ends)
        drawn.append(svg.line(low, middle, high, middle, "error"))
    return svg.picture(number(value), _HEIGHT, drawn, class_="strip")


def ruler(axis: Axis, most: int = 4) -> Markup:
    """The axis that belongs to a column of strips."""
    ticks: Sequence[float] = axis.ticks(most)
    drawn = [svg.line(0, 0.5, 100, 0.5, "rule"), *axes.feet(axis, ticks, 0)]
    return svg.picture("axis", 24, drawn, class_="strip")
