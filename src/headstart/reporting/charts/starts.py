"""Score against number of labels, a line for each start: which one to begin from, and where that
changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from headstart.records import Crossover, StartCurve, StartPoint
from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.axes import Axis
from headstart.reporting.wording import DASH, number, span, visible

HEIGHT = 320.0
_BELOW = 64.0  # from the drawing to the first crossing
_ROW = 24.0
_APART = 16.0  # between two labels
_MOST_BEYOND = 8.0
_ROOM = 0.5  # of the scores' extent, for the ends of wide intervals
# Each start has its colour, its mark and its dashes, in every run.
_STYLES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "FineTune": ("s0", 0),
        "Direct": ("s1 sparse", 2),
        "Transfer": ("s2", 1),
        "Scratch": ("s3", 3),
    }
)
_FLOOR = ("muted dashed", 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the words beside the end of a line stand."""

    across: float
    down: float
    words: str
    style: str


def start_curves(
    curves: Sequence[StartCurve], crossings: Sequence[Crossover], metric: str, noun: str
) -> Markup:
    """One line and band for each start, its name at the end; below, where two of them cross.

    Args:
        crossings: those whose place is known, in the order in which they are listed.
    """
    rows = sorted({point.rows for curve in curves for point in curve.points})
    across, up = _across(rows, crossings), _up(curves)
    drawn = [_shade(each, across, place) for place, each in enumerate(crossings)]
    drawn += _untried(across, rows[-1])
    drawn += [
        *axes.grid(up, HEIGHT, metric),
        *axes.feet(across, rows, HEIGHT, f"{noun} to learn from"),
    ]
    for curve in reversed(curves):
        drawn += _curve(curve, across, up)
    drawn += [_words(each) for each in _apart([_end(curve, across, up) for curve in curves])]
    for place, each in enumerate(crossings):
        drawn += _crossing(each, across, place, noun)
    height = HEIGHT + (_BELOW + _ROW * len(crossings) - 40 if crossings else 0)
    label = f"{metric} against the number of {noun}, one line for each start"
    return svg.picture(label, height, drawn, class_="framed labelled")


def _across(rows: Sequence[int], crossings: Sequence[Crossover]) -> Axis:
    """From the smallest rung to the largest, or to a crossing beyond it."""
    ends = [each.interval[1] for each in crossings if each.interval is not None]
    farthest = min(_MOST_BEYOND * rows[-1], max(ends, default=0.0))
    return Axis(low=rows[0], high=max(rows[-1], farthest), logarithmic=True)


def _up(curves: Sequence[StartCurve]) -> Axis:
    """Holds all scores, and of the intervals what does not squeeze them."""
    points = [point for curve in curves for point in curve.points]
    scores = [point.score for point in points]
    room = _ROOM * (max(scores) - min(scores)) or abs(max(scores)) * 0.1 or 1.0
    low, high = min(scores) - room, max(scores) + room
    ends = [end for point in points for end in point.interval or ()]
    return axes.around([*scores, *(min(high, max(low, end)) for end in ends)], room=0.03)


def _style(curve: StartCurve) -> tuple[str, int]:
    return _STYLES.get(curve.start or "", _FLOOR)


def _curve(curve: StartCurve, across: Axis, up: Axis) -> list[Markup]:
    style, shape = _style(curve)
    line = [f"{across.percent(p.rows):.2f},{up.down(p.score, HEIGHT):.1f}" for p in curve.points]
    path = svg.element("polyline", points=" ".join(line), class_=f"curve {style}")
    drawn = [svg.stretched(HEIGHT, *_band(curve, across, up, style), path)]
    return drawn + [
        _mark(curve, point, across, up, f"mark {style}", shape) for point in curve.points
    ]


def _band(curve: StartCurve, across: Axis, up: Axis, style: str) -> list[Markup]:
    known = [(p.rows, p.interval) for p in curve.points if p.interval is not None]
    if len(known) < 2 or curve.start is None:
        return []
    ends = [
        (across.percent(rows), _inside(up, low), _inside(up, high)) for rows, (low, high) in known
    ]
    corners = [f"{x:.2f},{high:.1f}" for x, _, high in ends]
    corners += [f"{x:.2f},{low:.1f}" for x, low, _ in reversed(ends)]
    return [svg.element("polygon", points=" ".join(corners), class_=f"band {style}")]


def _inside(up: Axis, value: float) -> float:
    return min(HEIGHT, max(0.0, up.down(value, HEIGHT)))


def _mark(
    curve: StartCurve, point: StartPoint, across: Axis, up: Axis, style: str, shape: int
) -> Markup:
    said = f"{curve.name}, {point.rows:,}: {number(point.score)}"
    if point.interval is not None:
        said += f" ({span(point.interval)})"
    said += f", {visible(point.candidate, 60)}"
    if point.is_cut:
        style = style.replace("mark", "hollow", 1)
        said += ", cut short by the budget"
    return svg.marker(across.percent(point.rows), up.down(point.score, HEIGHT), shape, style, said)


def _end(curve: StartCurve, across: Axis, up: Axis) -> _Place:
    last = curve.points[-1]
    name = curve.start or f"floor: {visible(curve.name, 24)}"
    return _Place(
        across=across.percent(last.rows),
        down=up.down(last.score, HEIGHT),
        words=f"{name} {number(last.score)}",
        style=_style(curve)[0].split()[0],
    )


def _apart(places: Sequence[_Place]) -> list[_Place]:
    """The same words, moved down where they would stand on others of the same column."""
    moved: list[_Place] = []
    for column in sorted({each.across for each in places}):
        mine = sorted((each for each in places if each.across == column), key=lambda p: p.down)
        wanted = [each.down for each in mine]
        downs = _spread(wanted)
        moved += [
            _Place(across=each.across, down=down, words=each.words, style=each.style)
            for each, down in zip(mine, downs, strict=True)
        ]
    return moved


def _spread(wanted: Sequence[float]) -> list[float]:
    """Ascending places at least `_APART` from each other, near those that are wanted.

    Example:
        >>> _spread([10.0, 12.0, 100.0])
        [3.0, 19.0, 100.0]
    """
    groups: list[list[float]] = []
    for each in wanted:
        groups.append([each])
        while len(groups) > 1 and _bottom(groups[-2]) + _APART > _top(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_top(group) + _APART * place for group in groups for place in range(len(group))]


def _top(group: Sequence[float]) -> float:
    return sum(group) / len(group) - _APART * (len(group) - 1) / 2


def _bottom(group: Sequence[float]) -> float:
    return _top(group) + _APART * (len(group) - 1)


def _words(place: _Place) -> Markup:
    return svg.text(place.across, place.down + 4, place.words, f"end {place.style}", dx=11)


def _row_of(place: int) -> float:
    return HEIGHT + _BELOW + _ROW * place


def _ends(crossing: Crossover, across: Axis) -> tuple[float, float]:
    low, high = crossing.interval or (crossing.labels or 0.0, crossing.labels or 0.0)
    return max(0.0, across.percent(low)), min(100.0, across.percent(high))


def _shade(crossing: Crossover, across: Axis, place: int) -> Markup:
    left, right = _ends(crossing, across)
    return svg.element(
        "rect",
        x=f"{left:.2f}%",
        y=0,
        width=f"{max(0.3, right - left):.2f}%",
        height=_row_of(place),
        class_="crossing",
    )


def _crossing(crossing: Crossover, across: Axis, place: int, noun: str) -> list[Markup]:
    """A bar as long as the interval, and in words who takes over from whom."""
    left, right = _ends(crossing, across)
    middle, down = across.percent(crossing.labels or 0.0), _row_of(place)
    low, high = crossing.interval or (crossing.labels or 0.0, crossing.labels or 0.0)
    words = (
        f"{visible(crossing.below or '', 24)} → {visible(crossing.above or '', 24)} "
        f"at {low:,.0f} {DASH} {high:,.0f} {noun}"
    )
    beside = (right, 9, "start") if right < 50 else (left, -9, "end")
    return [
        svg.line(left, down, right, down, "turn"),
        svg.line(middle, 0, middle, down + 5, "turning"),
        svg.text(beside[0], down + 4, words, "axis-name", dx=beside[1], text_anchor=beside[2]),
    ]


def _untried(across: Axis, last: int) -> list[Markup]:
    """Beyond the largest rung nothing was tried."""
    at = across.percent(last)
    if at > 99:
        return []
    return [
        svg.line(at, 0, at, HEIGHT, "diagonal"),
        svg.text(at, -10, "not tried", dx=6),
    ]
