"""Which start, for how many labels: the picture, its numbers, and what cannot be told."""

from __future__ import annotations

from headstart.records import StartCurve
from headstart.reporting import answer, charts
from headstart.reporting.findings import Findings
from headstart.reporting.sections.pieces import Grid, Starts
from headstart.reporting.wording import DASH, number, visible


def starts(findings: Findings) -> Starts | None:
    """Score against labels for each start and the best floor; None below two rungs."""
    curves = [each for each in answer.start_curves(findings) if each.points]
    sizes = sorted({point.rows for curve in curves for point in curve.points})
    if len(sizes) < 2:
        return None
    decided = findings.verdict
    turns = [] if decided is None else answer.turns(decided)
    noun = findings.task.noun
    return Starts(
        chart=charts.start_curves(curves, turns, findings.task.metric, noun),
        advice="" if decided is None else decided.by_labels,
        table=_table(curves, sizes, noun),
        others=() if decided is None else tuple(answer.in_words(answer.other_pairs(decided))),
        has_cut=any(point.is_cut for curve in curves for point in curve.points),
    )


def _table(curves: list[StartCurve], sizes: list[int], noun: str) -> Grid:
    rows = []
    for curve in curves:
        at = {point.rows: point for point in curve.points}
        last = curve.points[-1]
        rows.append(
            (
                curve.start or f"floor {visible(curve.name, 40)}",
                *(number(at[size].score) if size in at else DASH for size in sizes),
                visible(last.candidate, 60),
            )
        )
    head = ("start", *(f"{size:,}" for size in sizes), "best candidate")
    return Grid(
        head=head,
        rows=tuple(rows),
        numeric=frozenset(range(1, len(sizes) + 1)),
    )
