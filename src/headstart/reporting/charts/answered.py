"""What is gained by answering fewer rows, the surest ones first."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.findings import AnsweredPoint
from headstart.reporting.wording import number, percent

HEIGHT = 260.0
_MARKED = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def score_by_answered(points: Sequence[AnsweredPoint], name: str) -> Markup:
    """A line from all rows at the right to the surest few at the left; tenths are marked."""
    ordered = sorted(points, key=lambda point: point.answered)
    across = Axis(low=0.0, high=1.0)
    up = axes.around(point.score for point in ordered)
    path = " ".join(
        f"{across.percent(point.answered):.2f},{up.down(point.score, HEIGHT):.1f}"
        for point in ordered
    )
    drawn = [
        *axes.grid(up, HEIGHT, name),
        *axes.feet(across, across.ticks(), HEIGHT, "share of rows answered"),
        svg.stretched(HEIGHT, svg.element("polyline", points=path, class_="curve s0")),
    ]
    for share in _MARKED:
        point = min(ordered, key=lambda each: abs(each.answered - share))
        if abs(point.answered - share) < 0.01:
            words = f"{percent(point.answered)} answered: {number(point.score)}"
            at, down = across.percent(point.answered), up.down(point.score, HEIGHT)
            drawn.append(svg.marker(at, down, 0, "mark s0", words))
    return svg.picture(f"{name} against the share of rows answered", HEIGHT, drawn, class_="framed")
