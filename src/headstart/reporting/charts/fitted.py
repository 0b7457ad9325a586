"""Predicted against true numbers: a point for each row, the diagonal where both agree."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.reporting.charts import axes, svg
from headstart.reporting.findings import FittedPoint

HEIGHT = 340.0
MOST_POINTS = 1200


def predicted_and_true(points: Sequence[FittedPoint], name: str) -> Markup:
    """Both axes have the same range; above the diagonal the model promises too much."""
    shown = points[:: -(-len(points) // MOST_POINTS)]
    both = axes.around([p.truth for p in shown] + [p.prediction for p in shown], room=0.04)
    drawn = [
        *axes.grid(both, HEIGHT, "predicted"),
        *axes.feet(both, both.ticks(), HEIGHT, f"true {name}"),
        svg.line(0, HEIGHT, 100, 0, "diagonal"),
    ]
    drawn += [
        svg.element(
            "circle",
            cx=f"{both.percent(point.truth):.2f}%",
            cy=both.down(point.prediction, HEIGHT),
            r=2.6,
            class_="point s0",
        )
        for point in shown
    ]
    return svg.picture(f"predicted against true {name}", HEIGHT, drawn, class_="framed")
