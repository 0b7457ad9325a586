"""The sheet on which a network is drawn: where its columns stand, its words, pills and colours.

Unlike the other charts such a drawing is a file of its own: positions are pixels, and it carries
its style with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from headstart.reporting.charts import svg
from headstart.reporting.wording import visible

WIDTH = 880
LEFT, MIDDLE, RIGHT, END = 326, 474, 624, 840
TOP = 132.0
TIMES = "\N{MULTIPLICATION SIGN}"
_CSS = """
svg { background: var(--paper); font: 13px/1 var(--sans); font-variant-numeric: tabular-nums; }
text { fill: var(--ink); } .soft { fill: var(--soft); } .small { font-size: 11.5px; }
.title { font: 400 25px var(--serif); letter-spacing: -.01em; }
.head { fill: var(--soft); font-size: 12px; } .times { font: 600 15px var(--sans); }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.s4 { fill: var(--s4); } .s5 { fill: var(--s5); } .s6 { fill: var(--s6); }
.muted { fill: var(--muted); } .plain { fill: var(--plain); }
.slab.muted { opacity: .55; } .bend { fill: var(--plain); }
.open { fill-opacity: .22; stroke: var(--muted); stroke-dasharray: 3 3; }
.way { stroke: var(--line); stroke-width: 2; } .rule { stroke: var(--line); }
.frame { fill: var(--wash); stroke: var(--line); }
.behind { fill: var(--paper); stroke: var(--line); }
.end { fill: var(--paper); stroke: var(--ink); stroke-width: 1.25; }
.twig { stroke: var(--s5); stroke-width: 1.5; fill: none; } .leaf { fill: var(--s5); }
"""


def style() -> Markup:
    """The page's colours and letters, light and dark, and those of the drawing."""
    page = Path(__file__).parents[1].joinpath("page.css").read_text(encoding="utf-8")
    return svg.element("style", Markup(page.partition("\n* {")[0] + _CSS))


def pill(words: str, middle: float) -> Iterator[Markup]:
    """What goes in or comes out."""
    shown = visible(words, 56)
    width = 34 + 6.7 * len(shown)
    yield svg.element(
        "rect", x=MIDDLE - width / 2, y=middle - 14, width=width, height=28, rx=14, class_="end"
    )
    yield text(MIDDLE, middle + 4.5, shown, "", text_anchor="middle")


def text(x: float, y: float, words: str, class_: str, **attributes: object) -> Markup:
    """One line of words."""
    named = {"class_": class_} if class_ else {}
    return svg.element("text", words, x=x, y=y, **named, **attributes)
