"""The layers of a network from its input to its output, one slab for each; trees as trees.

A slab is as wide as what it makes has entries (on a logarithmic scale), so that the figure shows
where a network widens and where it narrows; its colour is its kind. Layers that stand in a row
several times are drawn once, in a frame that says how often.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from headstart.records.inspection import Inspection, Layer
from headstart.reporting.charts import svg
from headstart.reporting.charts.forest import forest
from headstart.reporting.charts.sheet import (
    END,
    LEFT,
    MIDDLE,
    RIGHT,
    TIMES,
    TOP,
    WIDTH,
    pill,
    style,
    text,
)
from headstart.reporting.charts.slabs import Part, Row, colour, parts_of, word_of
from headstart.reporting.wording import count, visible

_WIDEST, _NARROWEST = 252.0, 44.0
_FRAME = 17.0


def layers(found: Inspection, first: str, last: str) -> Markup:
    """The whole drawing.

    Args:
        first, last: what goes in and what comes out, in a few words.
    """
    parts = [] if found.trees else parts_of(found.layers)
    body, down = forest(found.trees) if found.trees else _column(parts)
    drawn = [
        *_header(found, bool(parts), _counts_tokens(found.layers)),
        *pill(first, TOP),
        *body,
        *pill(last, down),
    ]
    drawn += _legend(parts, down + 62)
    height = down + (88 if parts else 56)
    title = svg.element("title", visible(f"{found.network}: its layers from input to output"))
    return svg.element(
        "svg",
        title,
        style(),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        width=WIDTH,
        height=f"{height:.0f}",
    )


def _header(found: Inspection, has_columns: bool, counts_tokens: bool) -> Iterator[Markup]:
    facts = [f"{found.parameters:,} parameters"]
    facts += [f"{count(found.depth, 'weighted layer')} deep"] if found.depth else []
    facts += [", ".join(found.nonlinearities[:4])] if found.nonlinearities else []
    yield text(24, 44, visible(Path(found.name).name or found.name, 44), "title")
    about = found.network if found.network not in found.name else ""
    yield text(24, 68, " · ".join(filter(None, [visible(about, 40), *facts])), "soft")
    if has_columns:
        yield text(LEFT, 106, "layer", "head", text_anchor="end")
        yield text(MIDDLE, 106, "width of what it makes", "head", text_anchor="middle")
        yield text(RIGHT, 106, "output (t tokens)" if counts_tokens else "output", "head")
        yield text(END, 106, "parameters", "head", text_anchor="end")


def _counts_tokens(layers_: Sequence[Layer]) -> bool:
    return any(None in layer.output for layer in layers_ if layer.output is not None)


def _column(parts: Sequence[Part]) -> tuple[list[Markup], float]:
    """Every part below the one before; and where the last one ends."""
    widest = max((row.entries or 1 for part in parts for row in part.rows), default=1)
    frames: list[Markup] = []
    slabs: list[Markup] = []
    down = TOP + 34
    for part in parts:
        if part.times == 1:
            drawn, down = _rows(part.rows, down, widest)
            slabs += drawn
            continue
        inside, end = _rows(part.rows, down + _FRAME, widest)
        frames += _frame(part, down, end + 3)
        slabs += inside
        down = end + _FRAME + 9
    way = svg.element("line", x1=MIDDLE, x2=MIDDLE, y1=TOP + 14, y2=down + 12, class_="way")
    return [*frames, way, *slabs], down + 26


def _frame(part: Part, top: float, bottom: float) -> Iterator[Markup]:
    """A card with the edges of others behind it."""
    for place in (2, 1, 0):
        yield svg.element(
            "rect",
            x=12 + 4 * place,
            y=top + 4 + 4 * place,
            width=WIDTH - 32,
            height=bottom - top - 4,
            rx=7,
            class_="frame" if place == 0 else "behind",
        )
    yield text(28, top + 26, f"{part.times} {TIMES}", "times")


def _rows(rows: Sequence[Row], down: float, widest: int) -> tuple[list[Markup], float]:
    drawn: list[Markup] = []
    for row in rows:
        drawn += _slab(row, down, widest)
        down += row.height
    return drawn, down


def _slab(row: Row, top: float, widest: int) -> Iterator[Markup]:
    middle = top + row.height / 2
    thick = 6.0 if row.is_thin else 20.0
    share = math.log2(1 + (row.entries or 1)) / math.log2(1 + max(widest, 2))
    width = _NARROWEST + (_WIDEST - _NARROWEST) * share if row.entries else _WIDEST / 2
    shade = colour(row.kind)
    yield svg.element(
        "rect",
        svg.element("title", visible(f"{row.name}: {row.kind}")),
        x=MIDDLE - width / 2,
        y=middle - thick / 2,
        width=width,
        height=thick,
        rx=3.5,
        class_=f"slab {shade}{'' if row.entries else ' open'}",
    )
    size = " small soft" if row.is_thin else ""
    name = row.name if len(row.name) <= 42 else "…" + row.name[-41:]
    yield text(LEFT, middle + 4, visible(name), size.strip(), text_anchor="end")
    yield text(RIGHT, middle + 4, row.output, f"soft{size}")
    if row.parameters:
        yield text(END, middle + 4, f"{row.parameters:,}", size.strip(), text_anchor="end")


def _legend(parts: Sequence[Part], down: float) -> Iterator[Markup]:
    kinds = {colour(row.kind): word_of(row.kind) for part in parts for row in part.rows}
    across = 24.0
    for shade, words in kinds.items():
        yield svg.element(
            "rect", x=across, y=down - 9, width=16, height=10, rx=3, class_=f"slab {shade}"
        )
        yield text(across + 22, down, words, "small soft")
        across += 42 + 6.7 * len(words)
