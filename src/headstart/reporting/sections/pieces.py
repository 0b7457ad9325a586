"""What the parts of the page are made of."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table with a strip: a name, what it is, the drawing and its numbers."""

    name: str
    strip: Markup
    score: str
    interval: str
    note: str = ""
    tag: str = ""
    cost: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strips:
    """Lines on one axis; `hidden` counts those left out."""

    lines: tuple[Line, ...]
    ruler: Markup
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and one or more sentences."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The verdict as the page states it first; `level` is that of its intervals, in per cent."""

    winner: str
    how: str
    confidence: str
    sure: str
    deep: str
    where: str
    metric: str
    direction: str
    meaning: str
    scores: Strips
    level: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """A name beside the mark it is drawn with."""

    name: str
    mark: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Learning curves with their legend; `faint` candidates are drawn without a colour."""

    chart: Markup
    legend: tuple[Legend, ...]
    faint: int
    has_bands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Score against labels for each start; `others` are pairs that the chart does not mark."""

    chart: Markup
    advice: str
    table: Grid
    others: tuple[str, ...]
    has_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """A count, its share of the row in percent, and whether it lies on the diagonal."""

    count: str
    share: int
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A confusion matrix: for each true label its cells."""

    target: str
    labels: tuple[str, ...]
    rows: tuple[tuple[HeatCell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A plain table; columns whose number is in `numeric` are flush right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    hidden: int = 0
    foot: tuple[str, ...] = ()
