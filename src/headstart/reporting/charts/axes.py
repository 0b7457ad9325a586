"""Axes: from values to places, and the round numbers worth a tick."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from headstart.reporting.charts import svg
from headstart.reporting.wording import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Values between `low` and `high`, spread evenly or by their logarithm."""

    low: float
    high: float
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high end; values beyond stay beyond.

        Example:
            >>> Axis(low=1, high=100, logarithmic=True).share(10)
            0.5
        """
        low, high, at = self.low, self.high, value
        if self.logarithmic:
            low, high, at = (math.log(max(each, 1e-12)) for each in (low, high, value))
        return (at - low) / (high - low) if high > low else 0.5

    def percent(self, value: float) -> float:
        """The same in percent of the width."""
        return 100 * self.share(value)

    def down(self, value: float, height: float) -> float:
        """The same in pixels from the top of a drawing of this height."""
        return height * (1 - self.share(value))

    def ticks(self, most: int = 5) -> list[float]:
        """Round numbers on the axis, at most about `most`.

        Example:
            >>> Axis(low=0.0, high=1.0).ticks()
            [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
        """
        extent = self.high - self.low
        if extent <= 0 or not math.isfinite(extent):
            return [self.low]
        rough = extent / most
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(place * step, 12) for place in range(first, last + 1)]


def around(values: Iterable[float], room: float = 0.08) -> Axis:
    """An axis that holds all finite values with some room at both ends."""
    finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    margin = (high - low) * room or max(abs(high) * 0.1, 1e-6)
    return Axis(low=low - margin, high=high + margin)


def labels(ticks: Sequence[float]) -> list[str]:
    """Ticks in words, all with the decimals that tell them apart.

    Example:
        >>> labels([0.0, 0.25, 0.5]), labels([1000.0, 2000.0]), labels([-1.0, 0.0])
        (['0.00', '0.25', '0.50'], ['1,000', '2,000'], ['-1', '0'])
    """
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest >= 1e9 or 0 < largest < 1e-4:
        return [number(tick) for tick in ticks]
    enough = [d for d in range(7) if all(abs(round(tick, d) - tick) < 1e-9 for tick in ticks)]
    return [f"{tick:,.{enough[0] if enough else 6}f}" for tick in ticks]


def grid(axis: Axis, height: float, name: str = "") -> list[Markup]:
    """Horizontal lines with their values at the left, and the axis' name above them."""
    ticks = axis.ticks()
    drawn = []
    for tick, words in zip(ticks, labels(ticks), strict=True):
        at = axis.down(tick, height)
        drawn.append(svg.line(0, at, 100, at, "rule"))
        drawn.append(svg.text(0, at + 4, words, dx=-8, text_anchor="end"))
    if name:
        drawn.append(svg.text(0, -10, name, "axis-name", dx=-44))
    return drawn


def feet(axis: Axis, ticks: Sequence[float], height: float, name: str = "") -> list[Markup]:
    """The values below the drawing, those too close to the one before left out."""
    drawn, last = [], -math.inf
    for tick, words in zip(ticks, labels(ticks), strict=True):
        at = axis.percent(tick)
        drawn.append(svg.line(at, height, at, height + 5, "rule"))
        if at - last >= 9:
            drawn.append(svg.text(at, height + 19, words, text_anchor="middle"))
            last = at
    if name:
        drawn.append(svg.text(100, height + 38, name, "axis-name", text_anchor="end"))
    return drawn
