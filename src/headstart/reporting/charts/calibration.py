"""Calibration: of the rows that were promised 80 %, do 80 % come true?"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.findings import ReliabilityBin
from headstart.reporting.wording import count, percent

HEIGHT = 300.0
_UNIT = Axis(low=0.0, high=1.0)


def calibration(bins: Sequence[ReliabilityBin]) -> Markup:
    """A dot for each bin, its size by its rows; on the diagonal promises are kept."""
    drawn = [
        *axes.grid(_UNIT, HEIGHT, "came true"),
        *axes.feet(_UNIT, _UNIT.ticks(), HEIGHT, "promised probability"),
        svg.line(0, HEIGHT, 100, 0, "diagonal"),
    ]
    most = max(each.rows for each in bins)
    for each in bins:
        drawn += _dot(each, most)
    return svg.picture(
        "share that came true against promised probability", HEIGHT, drawn, class_="framed"
    )


def _dot(each: ReliabilityBin, most: int) -> list[Markup]:
    across, down = _UNIT.percent(each.promised), _UNIT.down(each.happened, HEIGHT)
    whisker = []
    if each.interval is not None:
        low, high = (_UNIT.down(end, HEIGHT) for end in each.interval)
        whisker = [svg.line(across, low, across, high, "whisker s0")]
    words = f"{count(each.rows, 'row')}: promised {percent(each.promised)}, "
    title = svg.element("title", f"{words}came true {percent(each.happened)}")
    radius = 3 + 6 * (each.rows / most) ** 0.5
    circle = svg.element("circle", title, cx=f"{across:.2f}%", cy=down, r=radius, class_="mark s0")
    return [*whisker, circle]
