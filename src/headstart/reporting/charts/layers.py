"""The layers of a network from its input to its output, one slab for each; trees as trees.

A slab is as wide as what it makes has entries (on a logarithmic scale), so that the figure shows
where a network widens and where it narrows; its colour is its kind. Layers that stand in a row
several times are drawn once, in a frame that says how often. Unlike the other charts this one is a
file of its own: positions are pixels, and it carries its style with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from headstart.records.inspection import Inspection, Layer, Trees
from headstart.reporting.charts import svg
from headstart.reporting.folding import Stretch, stretches
from headstart.reporting.wording import count, visible

WIDTH = 880
_LEFT, _MIDDLE, _RIGHT, _END = 326, 474, 624, 840
_WIDEST, _NARROWEST = 252.0, 44.0
_TOP, _ROW, _THIN, _FRAME = 132.0, 30.0, 21.0, 17.0
_MOST_ROWS = 44
_STYLES: Mapping[str, str] = MappingProxyType(
    {
        "embedding": "s2",
        "piecewise embedding": "s2",
        "periodic embedding": "s2",
        "learned vectors": "s2",
        "linear": "s0",
        "convolution": "s1",
        "attention": "s3",
        "LSTM": "s4",
        "GRU": "s4",
        "recurrent": "s4",
        "boosted trees": "s5",
        "averaged trees": "s5",
        "max pooling": "s6",
        "average pooling": "s6",
        "batch norm": "muted",
        "layer norm": "muted",
        "group norm": "muted",
        "root-mean-square norm": "muted",
        "norm": "muted",
    }
)
_BEND = "bend"
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_TIMES = "\N{MULTIPLICATION SIGN}"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One slab: a layer, or several that were drawn together because there were too many."""

    name: str
    kind: str
    parameters: int
    output: str
    entries: int | None

    @property
    def is_thin(self) -> bool:
        return not self.parameters or _STYLES.get(self.kind) == "muted"

    @property
    def height(self) -> float:
        return _THIN if self.is_thin else _ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Rows that stand in a frame, or alone where `times` is 1."""

    times: int
    rows: tuple[_Row, ...]


def layers(found: Inspection, first: str, last: str) -> Markup:
    """The whole drawing.

    Args:
        first, last: what goes in and what comes out, in a few words.
    """
    parts = [] if found.trees else _parts(found.layers)
    body, down = _forest(found.trees) if found.trees else _column(parts)
    drawn = [
        *_header(found, bool(parts), _counts_tokens(found.layers)),
        *_end(first, _TOP),
        *body,
        *_end(last, down),
    ]
    drawn += _legend(parts, down + 62)
    height = down + (88 if parts else 56)
    title = svg.element("title", visible(f"{found.network}: its layers from input to output"))
    return svg.element(
        "svg",
        title,
        svg.element("style", Markup(_palette() + _CSS)),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        width=WIDTH,
        height=f"{height:.0f}",
    )


def _palette() -> str:
    """The page's colours and letters, light and dark: what stands before its first rule."""
    style = Path(__file__).parents[1].joinpath("page.css").read_text(encoding="utf-8")
    return style.partition("\n* {")[0]


def _header(found: Inspection, has_columns: bool, counts_tokens: bool) -> Iterator[Markup]:
    facts = [f"{found.parameters:,} parameters"]
    facts += [f"{count(found.depth, 'weighted layer')} deep"] if found.depth else []
    facts += [", ".join(found.nonlinearities[:4])] if found.nonlinearities else []
    yield _text(24, 44, visible(Path(found.name).name or found.name, 44), "title")
    about = found.network if found.network not in found.name else ""
    yield _text(24, 68, " · ".join(filter(None, [visible(about, 40), *facts])), "soft")
    if has_columns:
        yield _text(_LEFT, 106, "layer", "head", text_anchor="end")
        yield _text(_MIDDLE, 106, "width of what it makes", "head", text_anchor="middle")
        yield _text(_RIGHT, 106, "output (t tokens)" if counts_tokens else "output", "head")
        yield _text(_END, 106, "parameters", "head", text_anchor="end")


def _counts_tokens(layers_: Sequence[Layer]) -> bool:
    return any(None in layer.output for layer in layers_ if layer.output is not None)


def _column(parts: Sequence[_Part]) -> tuple[list[Markup], float]:
    """Every part below the one before; and where the last one ends."""
    widest = max((row.entries or 1 for part in parts for row in part.rows), default=1)
    frames: list[Markup] = []
    slabs: list[Markup] = []
    down = _TOP + 34
    for part in parts:
        if part.times == 1:
            drawn, down = _rows(part.rows, down, widest)
            slabs += drawn
            continue
        inside, end = _rows(part.rows, down + _FRAME, widest)
        frames += _frame(part, down, end + 3)
        slabs += inside
        down = end + _FRAME + 9
    way = svg.element("line", x1=_MIDDLE, x2=_MIDDLE, y1=_TOP + 14, y2=down + 12, class_="way")
    return [*frames, way, *slabs], down + 26


def _frame(part: _Part, top: float, bottom: float) -> Iterator[Markup]:
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
    yield _text(28, top + 26, f"{part.times} {_TIMES}", "times")


def _rows(rows: Sequence[_Row], down: float, widest: int) -> tuple[list[Markup], float]:
    drawn: list[Markup] = []
    for row in rows:
        drawn += _slab(row, down, widest)
        down += row.height
    return drawn, down


def _slab(row: _Row, top: float, widest: int) -> Iterator[Markup]:
    middle = top + row.height / 2
    thick = 6.0 if row.is_thin else 20.0
    share = math.log2(1 + (row.entries or 1)) / math.log2(1 + max(widest, 2))
    width = _NARROWEST + (_WIDEST - _NARROWEST) * share if row.entries else _WIDEST / 2
    style = _style(row.kind)
    yield svg.element(
        "rect",
        svg.element("title", visible(f"{row.name}: {row.kind}")),
        x=_MIDDLE - width / 2,
        y=middle - thick / 2,
        width=width,
        height=thick,
        rx=3.5,
        class_=f"slab {style}{'' if row.entries else ' open'}",
    )
    size = " small soft" if row.is_thin else ""
    name = row.name if len(row.name) <= 42 else "…" + row.name[-41:]
    yield _text(_LEFT, middle + 4, visible(name), size.strip(), text_anchor="end")
    yield _text(_RIGHT, middle + 4, row.output, f"soft{size}")
    if row.parameters:
        yield _text(_END, middle + 4, f"{row.parameters:,}", size.strip(), text_anchor="end")


def _end(words: str, middle: float) -> Iterator[Markup]:
    """What goes in or comes out, in a pill."""
    shown = visible(words, 56)
    width = 34 + 6.7 * len(shown)
    yield svg.element(
        "rect", x=_MIDDLE - width / 2, y=middle - 14, width=width, height=28, rx=14, class_="end"
    )
    yield _text(_MIDDLE, middle + 4.5, shown, "", text_anchor="middle")


def _legend(parts: Sequence[_Part], down: float) -> Iterator[Markup]:
    kinds = {_style(row.kind): _family_of(row.kind) for part in parts for row in part.rows}
    across = 24.0
    for style, words in kinds.items():
        yield svg.element(
            "rect", x=across, y=down - 9, width=16, height=10, rx=3, class_=f"slab {style}"
        )
        yield _text(across + 22, down, words, "small soft")
        across += 42 + 6.7 * len(words)


def _forest(trees: Sequence[Trees]) -> tuple[list[Markup], float]:
    """For each target a few trees that stand for all of them, and how many they are."""
    drawn: list[Markup] = []
    down = _TOP + 34
    way_end = down
    for each in trees[:12]:
        levels = min(4, max(1, each.depth))
        height = 26.0 * levels + 22
        for across in (-146, -22, 146):
            drawn += _tree(_MIDDLE + across, down + 8, levels)
        more = f"+ {_DOTS} +" if each.trees > 3 else "+"
        for across, words in ((-84, "+"), (62, more)):
            middle = down + height / 2
            drawn.append(_text(_MIDDLE + across, middle, words, "times soft", text_anchor="middle"))
        drawn.append(
            _text(_LEFT - 76, down + height / 2, visible(each.target, 30), "", text_anchor="end")
        )
        facts = [
            count(each.trees, "tree"),
            f"{each.depth} deep",
            f"{count(each.leaves, 'leaf', 'leaves')}",
        ]
        for line, words in enumerate(facts):
            drawn.append(
                _text(
                    _RIGHT + 66, down + height / 2 - 16 + 19 * line, words, "soft" if line else ""
                )
            )
        down += height + 18
        way_end = down
    if len(trees) > 12:
        drawn.append(
            _text(_MIDDLE, down + 6, f"and {len(trees) - 12} more", "soft", text_anchor="middle")
        )
        down += 24
    way = [
        svg.element("line", x1=_MIDDLE, x2=_MIDDLE, y1=_TOP + 14, y2=_TOP + 38, class_="way"),
        svg.element("line", x1=_MIDDLE, x2=_MIDDLE, y1=way_end - 12, y2=down + 12, class_="way"),
    ]
    return [*way, *drawn], down + 26


def _tree(across: float, top: float, levels: int) -> Iterator[Markup]:
    """A binary tree of a few levels; its leaves are squares."""
    for level in range(levels):
        for place in range(2**level):
            x, y = _joint(across, top, level, place)
            for side in (0, 1):
                below = _joint(across, top, level + 1, 2 * place + side)
                path = f"M{x:.1f},{y:.1f}L{below[0]:.1f},{below[1]:.1f}"
                yield svg.element("path", d=path, class_="twig")
    for place in range(2**levels):
        x, y = _joint(across, top, levels, place)
        yield svg.element("rect", x=x - 2, y=y - 1, width=4, height=6, rx=1, class_="leaf")


def _joint(across: float, top: float, level: int, place: int) -> tuple[float, float]:
    return across + 104 * ((place + 0.5) / 2**level - 0.5), top + 26 * level


def _parts(layers_: Sequence[Layer]) -> list[_Part]:
    """Rows in frames; coarser names where there would be too many rows to look at."""
    folded = stretches(layers_)
    for parts in (7, 6, 5, 4, 3, 2, 1):
        made = [_part(each, parts) for each in folded]
        if sum(len(each.rows) for each in made) <= _MOST_ROWS:
            return made
    return made


def _part(each: Stretch, depth: int) -> _Part:
    groups = groupby(each.layers, key=lambda layer: ".".join(layer.name.split(".")[:depth]))
    return _Part(times=each.times, rows=tuple(_row(name, list(group)) for name, group in groups))


def _row(name: str, group: Sequence[Layer]) -> _Row:
    largest = max(group, key=lambda layer: layer.parameters)
    sized = [layer.output for layer in group if layer.output is not None]
    output = sized[-1] if sized else None
    several = f" ({len(group)} layers)" if len(group) > 1 else ""
    return _Row(
        name=f"{name}{several}",
        kind=largest.kind,
        parameters=sum(layer.parameters for layer in group),
        output=""
        if output is None
        else f" {_TIMES} ".join("t" if e is None else f"{e}" for e in output),
        entries=_entries(output),
    )


def _entries(output: Sequence[int | None] | None) -> int | None:
    """Channels of a map, entries of a vector or a token."""
    if not output:
        return None
    return output[0] if len(output) == 3 and output[0] is not None else output[-1]


def _style(kind: str) -> str:
    return _STYLES.get(kind, _BEND)


def _family_of(kind: str) -> str:
    """The word for all kinds of one colour."""
    words = {"muted": "normalisation", "s2": "embedding", "s6": "pooling", _BEND: "non-linearity"}
    style = _style(kind)
    return words.get(style, "recurrent" if style == "s4" else kind)


def _text(x: float, y: float, words: str, class_: str, **attributes: object) -> Markup:
    named = {"class_": class_} if class_ else {}
    return svg.element("text", words, x=x, y=y, **named, **attributes)
