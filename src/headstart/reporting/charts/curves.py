"""Learning curves: the score after training on more and more rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.findings import CurvePoint
from headstart.reporting.wording import number, visible

HEIGHT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How a candidate is drawn: its colour and shape (None: faint), dashed for a floor."""

    candidate: str
    place: int | None
    dashed: bool = False

    @property
    def style(self) -> str:
        """Classes for the page's style."""
        colour = "faint" if self.place is None else f"s{self.place}"
        return f"{colour} dashed" if self.dashed else colour


def learning_curves(
    points: Sequence[CurvePoint], series: Sequence[Series], metric: str, unit: str
) -> Markup:
    """One line for each candidate, over a logarithmic axis; the band spans its draws."""
    rows = sorted({point.rows for point in points})
    across = Axis(low=rows[0], high=rows[-1], logarithmic=True)
    named = {each.candidate for each in series if each.place is not None}
    up = axes.around(point.score for point in points if point.candidate in named)
    drawn = [*axes.grid(up, HEIGHT, metric), *axes.feet(across, rows, HEIGHT, f"training {unit}")]
    for each in reversed(series):  # the first is drawn last, on top
        scores = _scores(points, each.candidate)
        drawn.append(
            svg.stretched(HEIGHT, *_band(scores, across, up, each), _path(scores, across, up, each))
        )
        drawn += _marks(scores, across, up, each)
    label = f"{metric} against the number of training {unit}, one line for each candidate"
    return svg.picture(label, HEIGHT, drawn, class_="framed")


def _scores(points: Sequence[CurvePoint], candidate: str) -> dict[int, list[float]]:
    mine = [point for point in points if point.candidate == candidate]
    return {
        rows: [point.score for point in mine if point.rows == rows]
        for rows in sorted({point.rows for point in mine})
    }


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores)


def _path(scores: Mapping[int, Sequence[float]], across: Axis, up: Axis, series: Series) -> Markup:
    places = [f"{across.percent(n):.2f},{up.down(_mean(s), HEIGHT):.1f}" for n, s in scores.items()]
    return svg.element("polyline", points=" ".join(places), class_=f"curve {series.style}")


def _band(
    scores: Mapping[int, Sequence[float]], across: Axis, up: Axis, series: Series
) -> list[Markup]:
    if series.place is None or all(len(each) == 1 for each in scores.values()):
        return []
    above = [f"{across.percent(n):.2f},{up.down(max(s), HEIGHT):.1f}" for n, s in scores.items()]
    below = [f"{across.percent(n):.2f},{up.down(min(s), HEIGHT):.1f}" for n, s in scores.items()]
    corners = " ".join([*above, *reversed(below)])
    return [svg.element("polygon", points=corners, class_=f"band {series.style}")]


def _marks(
    scores: Mapping[int, Sequence[float]], across: Axis, up: Axis, series: Series
) -> list[Markup]:
    if series.place is None:
        return []
    return [
        svg.marker(
            across.percent(rows),
            up.down(_mean(each), HEIGHT),
            series.place,
            f"mark {series.style}",
            f"{visible(series.candidate, 60)}, {rows:,}: {number(_mean(each))}",
        )
        for rows, each in scores.items()
    ]
