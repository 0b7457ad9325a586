"""Returns of single episodes: a row of dots for each policy, a bar at its mean."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.reporting.charts import axes, svg
from headstart.reporting.findings import Returns
from headstart.reporting.wording import number, visible

_ROW = 46.0
_MOST_EPISODES = 300


def episode_returns(policies: Sequence[Returns], styles: Sequence[str]) -> Markup:
    """The policies below each other on one axis."""
    shown = [policy for policy in policies if policy.values]
    axis = axes.around(value for policy in shown for value in policy.values)
    height = _ROW * len(shown)
    drawn = axes.feet(axis, axis.ticks(), height, "return of an episode")
    drawn.insert(0, svg.line(0, height, 100, height, "rule"))
    for place, (policy, style) in enumerate(zip(shown, styles, strict=False)):
        top = place * _ROW
        mean = sum(policy.values) / len(policy.values)
        name = f"{visible(policy.candidate, 60)}, mean {number(mean)}"
        drawn.append(svg.text(0, top + 12, name, "axis-name"))
        drawn += [
            _dot(axis.percent(value), top + 30, style) for value in policy.values[:_MOST_EPISODES]
        ]
        drawn.append(
            svg.line(axis.percent(mean), top + 20, axis.percent(mean), top + 40, f"mean {style}")
        )
    return svg.picture("returns of single episodes by policy", height, drawn, class_="framed")


def _dot(across: float, down: float, style: str) -> Markup:
    return svg.element("circle", cx=f"{across:.2f}%", cy=down, r=4.0, class_=f"point {style}")
