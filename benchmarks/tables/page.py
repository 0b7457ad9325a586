"""The comparison as a page of tables: wins and losses first, then every set, then what it cost."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.sets import SETS
from benchmarks.tables.cell import SYSTEMS
from benchmarks.tables.duels import Duel
from benchmarks.tables.kept import Cells

MARK = {"win": "**win**", "tie": "tie", "loss": "*loss*"}
_BESIDE = """\
`autogluon_best` is the preset `best_quality`; `headstart_single` delivers one model and no blend
(`--single`), so a win against it is what the blend brings. Only sets that both have run count."""


def page(cells: Cells, duels: Sequence[Duel], system: str, single: Sequence[Duel] = ()) -> str:
    """The whole page, as Markdown.

    Args:
        single: duels of the same system where it delivers one model.
    """
    parts = [f"# {system} beside its peers\n", _legend()]
    for seconds in sorted({duel.seconds for duel in duels}):
        these = [duel for duel in duels if duel.seconds == seconds]
        compared = [duel for duel in these if not _is_beside(duel)]
        parts += [f"\n## {seconds} s for each set"]
        if compared:
            parts += ["", _counts(compared), "", _sets(cells, compared, system)]
        beside = [duel for duel in these if _is_beside(duel)]
        if beside:
            parts += ["\n### Beside it\n", _BESIDE, "", _counts(beside), ""]
            parts += [_sets(cells, beside, system)]
        lone = [duel for duel in single if duel.seconds == seconds and not _is_beside(duel)]
        if lone:
            parts += ["\n### One model, no blend\n", _counts(lone), ""]
            parts += [_sets(cells, lone, lone[0].system)]
        parts += ["", _costs(cells, seconds)]
    parts += ["", _versions(cells), _busy(cells)]
    return "\n".join(parts).rstrip() + "\n"


def _legend() -> str:
    return (
        "Win, tie or loss: paired bootstrap over the same test rows, 95 %. `best plain` is the\n"
        "scikit-learn model that was best on the test rows, in hindsight. The error ratio is the\n"
        "geometric mean over the sets of own error (1 - accuracy, 1 - AUC, RMSE) over the peer's:\n"
        "below 1 is better."
    )


def _is_beside(duel: Duel) -> bool:
    return duel.opponent in SYSTEMS and SYSTEMS[duel.opponent].beside


def _counts(duels: Sequence[Duel]) -> str:
    rows = []
    for opponent in dict.fromkeys(duel.opponent for duel in duels):
        these = [duel for duel in duels if duel.opponent == opponent]
        results = Counter(duel.result for duel in these)
        ratios = [math.log(duel.error_ratio) for duel in these if duel.error_ratio]
        share = (results["win"] + results["tie"]) / len(these)
        ratio = f"{math.exp(sum(ratios) / len(ratios)):.3f}" if ratios else "-"
        rows.append(
            [
                opponent,
                results["win"],
                results["tie"],
                results["loss"],
                len(these),
                f"{share:.0%}",
                ratio,
            ]
        )
    return table(["against", "wins", "ties", "losses", "sets", "win or tie", "error ratio"], rows)


def _sets(cells: Cells, duels: Sequence[Duel], system: str) -> str:
    against = list(dict.fromkeys(duel.opponent for duel in duels))
    rows = []
    for name in dict.fromkeys(duel.set for duel in duels):
        these = {duel.opponent: duel for duel in duels if duel.set == name}
        first = next(iter(these.values()))
        own = _mean_score(cells, first.seconds, name, system)
        row = [name, f"{SETS[name].rows:,}", SETS[name].metric, first.splits, own]
        rows.append([*row, *(_outcome(these.get(opponent)) for opponent in against)])
    heads = [f"against {opponent}" for opponent in against]
    return table(["set", "rows", "metric", "splits", system, *heads], rows)


def _outcome(duel: Duel | None) -> str:
    if duel is None:
        return "-"
    if duel.advantage is None:
        return f"{MARK[duel.result]} (no answer)"
    return f"{MARK[duel.result]} {duel.advantage:+.4g} [{duel.low:+.4g}, {duel.high:+.4g}]"


def _mean_score(cells: Cells, seconds: int, name: str, system: str) -> str:
    found = [
        cells.records[seconds, name, split, system].get("score")
        for split in cells.splits(seconds, name, system)
    ]
    told = [value for value in found if value is not None]
    return f"{sum(told) / len(told):.5g}" if told else "failed"


def _costs(cells: Cells, seconds: int) -> str:
    rows = []
    for system in sorted({key[3] for key in cells.records if key[0] == seconds}):
        these = [r for key, r in cells.records.items() if key[0] == seconds and key[3] == system]
        failed = sum(record["status"] != "finished" for record in these)
        cost = [
            _mean(record["cost"][name] for record in these) for name in ("wall", "cpu", "peak_mb")
        ]
        fits = [r["answer"]["fit_seconds"] for r in these if r["status"] == "finished"]
        worst = f"{max(fits) - seconds:+.1f}" if fits else "-"
        rows.append([system, len(these), failed, *(f"{value:.0f}" for value in cost), worst])
    heads = ["system", "cells", "failed", "wall s", "CPU s", "peak MB", "worst overrun of fit, s"]
    return table(heads, rows)


def _versions(cells: Cells) -> str:
    versions: dict[str, dict[str, str]] = {}
    for key, record in cells.records.items():
        versions.setdefault(key[3], {}).update(record.get("answer", {}).get("versions", {}))
    told = (
        f"{system} ({', '.join(f'{name} {number}' for name, number in found.items())})"
        for system, found in sorted(versions.items())
    )
    return "Versions: " + "; ".join(told) + ".\n"


def _busy(cells: Cells) -> str:
    """How many cells began while other work was running, so that the clock was unfair to them."""
    busy = [
        record
        for record in cells.records.values()
        if record["machine"]["load"] > record["machine"]["cores"] + 0.5
    ]
    return f"{len(busy)} of {len(cells.records)} cells began with a load above the number of cores."


def _mean(values: Iterable[float]) -> float:
    told = list(values)
    return sum(told) / len(told)


def table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(word) for word in line) + " |" for line in lines)
