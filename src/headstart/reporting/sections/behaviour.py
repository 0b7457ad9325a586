"""How the models behave: curves, calibration, confusions, what they use, where they fail."""

from __future__ import annotations

from markupsafe import Markup, escape

from headstart.metrics import metric
from headstart.reporting import answer, charts
from headstart.reporting.charts import axes, svg
from headstart.reporting.charts.curves import Series
from headstart.reporting.findings import Confusion, Findings, Value, WorstRow
from headstart.reporting.sections.pieces import Curves, Grid, Heat, HeatCell, Legend, Line, Strips
from headstart.reporting.wording import alike, number, span, unit_of, visible

_MOST_COLOURS = 7
_MOST_CLASSES = 12
_MOST_COLUMNS = 25
_MOST_TARGETS = 6


def curves(findings: Findings) -> Curves | None:
    """Score against training rows; the winner, its rivals and the best floor in colour."""
    points = findings.curves
    if len({point.rows for point in points}) < 2:
        return None
    series = _series(findings)
    named = [each for each in series if each.place is not None]
    chart = charts.learning_curves(points, series, findings.task.metric, unit_of(findings.task))
    return Curves(
        chart=chart,
        legend=tuple(Legend(name=visible(s.candidate, 60), mark=_mark(s)) for s in named),
        faint=len(series) - len(named),
        has_bands=len({(p.candidate, p.rows) for p in points}) < len(points),
    )


def calibration(findings: Findings) -> Markup | None:
    """Promised probabilities against what came true."""
    return charts.calibration(findings.reliability) if findings.reliability else None


def answered(findings: Findings) -> Markup | None:
    """What is right where only the surest rows are answered."""
    if len(findings.answered) < 2:
        return None
    name = "share right" if findings.task.kind == "classification" else "mean error"
    return charts.score_by_answered(findings.answered, name)


def confusions(findings: Findings) -> tuple[Heat, ...]:
    """A matrix for each classification target; rare classes are taken together."""
    shown = [each for each in findings.confusion if each.labels][:_MOST_TARGETS]
    return tuple(_heat(_merged(each)) for each in shown)


def fitted(findings: Findings) -> tuple[tuple[str, Markup], ...]:
    """Predicted against true numbers, a picture for each target."""
    targets = list(dict.fromkeys(point.target for point in findings.fitted))[:_MOST_TARGETS]
    drawn = []
    for target in targets:
        points = [point for point in findings.fitted if point.target == target]
        name = visible(target or ", ".join(findings.task.targets), 60)
        drawn.append((name, charts.predicted_and_true(points, name)))
    return tuple(drawn)


def importance(findings: Findings) -> Strips | None:
    """Columns by how much the loss rises without them, largest first."""
    ordered = sorted(findings.importance, key=lambda each: -each.loss_increase)
    shown = ordered[:_MOST_COLUMNS]
    if not shown:
        return None
    ends = [end for each in shown for end in (each.interval or ())]
    axis = axes.around([0.0, *(each.loss_increase for each in shown), *ends], room=0.03)
    rises = alike([each.loss_increase for each in shown])
    lines = tuple(
        Line(
            name=visible(each.column, 60),
            strip=charts.bar(axis, each.loss_increase, each.interval, "s0"),
            score=rise,
            interval=span(each.interval) if each.interval else "",
        )
        for each, rise in zip(shown, rises, strict=True)
    )
    return Strips(lines=lines, ruler=charts.ruler(axis), hidden=len(ordered) - len(shown))


def worst(findings: Findings) -> Grid | None:
    """The rows on which the model is most wrong."""
    shown = findings.worst[:20]
    if not shown:
        return None
    names = list(dict.fromkeys(name for row in shown for name, _ in row.columns))[:6]
    rows = tuple(
        (
            f"{row.row:,}",
            visible(row.truth, 60),
            visible(row.prediction, 60),
            number(row.loss, 2),
            *(_shown(row, name) for name in names),
        )
        for row in shown
    )
    head = ("row", "truth", "prediction", "loss", *(visible(name, 40) for name in names))
    hidden = len(findings.worst) - len(shown)
    return Grid(head=head, rows=rows, numeric=frozenset({0, 3}), hidden=hidden)


def _series(findings: Findings) -> list[Series]:
    """Every candidate of the curves, the most interesting first; a colour for a few."""
    last: dict[str, float] = {}
    for point in sorted(findings.curves, key=lambda point: point.rows):
        last[point.candidate] = point.score
    sign = -1.0 if metric(findings.task.metric).direction == "up" else 1.0
    floors = _floors(findings)
    first: tuple[str, ...] = ()
    if findings.verdict is not None:
        decided = findings.verdict
        first = (decided.winner.candidate, decided.floor.candidate, *decided.tied)
    order = sorted(
        last, key=lambda name: (name not in first[:1], name not in first, sign * last[name])
    )
    named = [name for name in order if name in first or name not in floors][:_MOST_COLOURS]
    return [
        Series(
            candidate=name,
            place=named.index(name) if name in named else None,
            dashed=name in floors,
        )
        for name in order
    ]


def _floors(findings: Findings) -> frozenset[str]:
    families = {trial.candidate: trial.family for trial in findings.trials}
    if findings.verdict is not None:
        families |= {each.candidate: each.family for each in findings.verdict.standings}
    return frozenset(name for name, family in families.items() if answer.is_floor(family))


def _mark(series: Series) -> Markup:
    drawn = [
        svg.line(0, 8, 100, 8, f"curve {series.style}"),
        svg.marker(50, 8, series.place or 0, f"mark {series.style}"),
    ]
    return svg.element("svg", *drawn, width=34, height=16, aria_hidden="true")


def _merged(confusion: Confusion) -> Confusion:
    """The most frequent classes, and all others as one."""
    if len(confusion.labels) <= _MOST_CLASSES:
        return confusion
    frequent = sorted(range(len(confusion.labels)), key=lambda k: -sum(confusion.counts[k]))
    kept = sorted(frequent[: _MOST_CLASSES - 1])
    rest = sorted(frequent[_MOST_CLASSES - 1 :])
    groups = [*([place] for place in kept), rest]
    counts = tuple(
        tuple(sum(confusion.counts[i][j] for i in true for j in said) for said in groups)
        for true in groups
    )
    labels = (*(confusion.labels[place] for place in kept), f"{len(rest)} others")
    return Confusion(labels=labels, counts=counts, target=confusion.target)


def _heat(confusion: Confusion) -> Heat:
    rows = tuple(
        tuple(
            HeatCell(
                count=f"{cell:,}",
                share=round(100 * cell / max(1, sum(counts))),
                right=place == true,
            )
            for place, cell in enumerate(counts)
        )
        for true, counts in enumerate(confusion.counts)
    )
    labels = tuple(visible(label, 40) for label in confusion.labels)
    return Heat(target=visible(confusion.target, 60), labels=labels, rows=rows)


def _shown(row: WorstRow, name: str) -> str:
    """A cell: the picture if there is one, else the value."""
    value, drawn = dict(row.columns).get(name), dict(row.thumbnails).get(name)
    if drawn is None:
        return _cell(value)
    called = escape(_cell(value)).replace("`", Markup("&#96;"))  # no code within an attribute
    return Markup('<img src="data:image/jpeg;base64,{}" alt="{}" title="{}">').format(
        drawn, called, called
    )


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    return visible(str(value), 90)
