"""Close a run: gather what was found, write the verdict, the page and the model card."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from headstart.advice import Advice
from headstart.experiment.arena import Arena
from headstart.experiment.embeddings import agreement_with_trials, suitabilities
from headstart.experiment.endings import is_cut
from headstart.experiment.handover import UNSCORED
from headstart.experiment.left_below import STAYED, stayed_in
from headstart.experiment.settled import LockedScore, Settled
from headstart.processes.libraries import versions
from headstart.records import Table, Trial, control_of
from headstart.records.adjusted import Adjusted
from headstart.records.plain import plain
from headstart.reporting import findings as found
from headstart.reporting.findings import Findings
from headstart.reporting.live import Live
from headstart.reporting.model_card import model_card
from headstart.reporting.page import page
from headstart.storage.folders import write_file
from headstart.verbs import examining, telling
from headstart.verbs.doubting import doubts_of
from headstart.verbs.next_steps import diagnosed_at_once
from headstart.verbs.opening import Opened
from headstart.verbs.question import Asked
from headstart.verbs.request import Request
from headstart.verbs.run import Run
from headstart.worlds import LOCKED_SEEDS


def silent() -> Live:
    """A watch that says nothing."""
    return Live(io.StringIO(), width=80, silent=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ended:
    """All that is at hand when the last trial has ended."""

    request: Request
    opened: Opened
    asked: Asked
    chosen: Advice
    settled: Settled
    arena: Arena
    locked: Table | None


def close(ended: Ended, changed: Adjusted | None = None) -> Run:
    """Write `verdict.json`, `report.html` and the model card, and return the run.

    Args:
        changed: what `adjust --apply` came to, for a run that adjusted another one.
    """
    findings = replace(gather(ended), changed=changed)
    folder, settled = ended.opened.folder, ended.settled
    kept: dict[str, Any] = {
        "verdict": settled.verdict,
        "test": findings.test,
        "rows": findings.rows,
        **({} if changed is None else {"adjusted": changed}),
    }
    write_file(folder / "verdict.json", json.dumps(plain(kept), indent=1, ensure_ascii=False))
    write_file(settled.folder / "README.md", model_card(findings))
    write_file(folder / "report.html", page(findings))
    return Run(folder=folder, findings=findings)


def gather(ended: Ended) -> Findings:
    """Everything that the terminal, the page, the card and `--json` show."""
    asked, settled, arena = ended.asked, ended.settled, ended.arena
    findings = Findings(
        run=str(ended.opened.folder),
        source=asked.source,
        task=asked.task,
        command=ended.opened.command,
        budget=ended.request.budget,
        seed=ended.request.seed,
        seconds=arena.purse.seconds(),
        interrupted=settled.interrupted,
        profile=asked.profile,
        candidates=ended.chosen.candidates,
        refusals=ended.chosen.refusals,
        trials=settled.trials,
        verdict=settled.verdict,
        test=_test(settled, ended.request.test is not None),
        rows=_rows(asked, arena, ended.locked),
        price=_price(settled),
        curves=curves_of(settled.trials),
        reliability=examining.reliability(asked, settled, ended.request.seed),
        answered=telling.answered(settled),
        promises=telling.promises(settled, asked.task),
        confusion=examining.confusion(asked, settled),
        importance=_importance(settled),
        worst=examining.worst(asked, settled, arena),
        fitted=examining.fitted(asked, settled),
        returns=_returns(asked, arena, settled),
        ledger=tuple(
            found.LedgerLine(
                phase=each.name, estimated=each.estimated, spent=each.spent, trials=each.trials
            )
            for each in settled.phases
        ),
        suitabilities=suitabilities(arena),
        agreements=agreement_with_trials(arena),
        stayed=stayed_in(arena.book.entries(STAYED)),
        versions=versions(),
    )
    found_out = diagnosed_at_once(ended.request, asked, settled, arena)
    return replace(
        findings,
        doubts=doubts_of(findings, found_out, is_refit=settled.refitted, unscored=_unscored(arena)),
        next_steps=() if found_out is None else found_out.actions,
    )


def _test(settled: Settled, test_given: bool) -> found.LockedResult | None:
    score = settled.test
    if score is None:
        return None
    floor = None
    if score.floor_score is not None and score.floor_interval is not None:
        floor = found.FloorResult(
            family=settled.verdict.floor.family,
            score=score.floor_score,
            interval=score.floor_interval,
        )
    return found.LockedResult(
        score=score.score,
        interval=score.interval,
        metrics=tuple(score.metrics.items()),
        floor=floor,
        rows_from=_origin(score, test_given),
        looks=score.looks,
    )


def _origin(score: LockedScore, test_given: bool) -> Literal["locked", "given", "cross_validated"]:
    if score.looks == 0:
        return "cross_validated"
    return "given" if test_given else "locked"


def _unscored(arena: Arena) -> list[str]:
    return [str(each["because"]) for each in arena.book.entries(UNSCORED)]


def _rows(asked: Asked, arena: Arena, locked: Table | None) -> found.RowCounts:
    if not asked.task.has_rows:
        return found.RowCounts(train=arena.material.rows, test=len(LOCKED_SEEDS))
    tested = len(locked) if locked is not None else 0
    return found.RowCounts(
        train=arena.material.all_rows,
        test=tested,
        rejected=asked.profile.rejected,
        unlabelled=asked.profile.unlabelled,
    )


def _price(settled: Settled) -> found.Price:
    members = [trial for trial in settled.trials if trial.candidate in settled.weights]
    refits = [trial for trial in members if trial.draw is None and trial.status == "finished"]
    trained = refits if settled.refitted else _delivered(members)
    scored = [trial for trial in members if trial.predict_seconds]
    size = sum(file.stat().st_size for file in settled.folder.rglob("*") if file.is_file())
    per_row = sum({trial.candidate: trial.predict_seconds for trial in scored}.values()) / 10_000
    return found.Price(
        train_seconds=sum(trial.seconds for trial in trained) if trained else None,
        predict_milliseconds=1000 * per_row if scored else None,
        megabytes=size / 1e6,
    )


def _delivered(members: Sequence[Trial]) -> list[Trial]:
    """Of each member the trial whose model is delivered where nothing could be trained again."""
    scored = [trial for trial in members if trial.loss is not None]
    largest = max((trial.rows or 0 for trial in scored), default=0)
    best: dict[str, Trial] = {}
    for trial in sorted(scored, key=lambda each: each.loss or 0.0):
        if trial.rows == largest:
            best.setdefault(trial.candidate, trial)
    return list(best.values())


def curves_of(trials: Sequence[Trial]) -> tuple[found.CurvePoint, ...]:
    """Every score against the rows that were learned from."""
    return tuple(
        found.CurvePoint(
            candidate=trial.candidate,
            rows=trial.rows,
            draw=trial.draw,
            score=trial.score,
            is_cut=is_cut(trial),
        )
        for trial in trials
        if trial.score is not None and trial.rows and trial.draw is not None
        if control_of(trial.start) is None
    )


def _importance(settled: Settled) -> tuple[found.ColumnImportance, ...]:
    return tuple(
        found.ColumnImportance(
            column=str(each["column"]),
            loss_increase=float(each["increase"]),  # type: ignore[arg-type]
            interval=tuple(each["interval"]) if each.get("interval") else None,  # type: ignore[arg-type]
        )
        for each in settled.importance
    )


def _returns(asked: Asked, arena: Arena, settled: Settled) -> tuple[found.Returns, ...]:
    """Validation returns of the winner and the floor, over all their draws."""
    if asked.task.has_rows:
        return ()
    shown = {settled.verdict.winner.candidate, settled.verdict.floor.candidate}
    values: dict[str, list[float]] = {name: [] for name in sorted(shown)}
    for trial in settled.trials:
        outcome = arena.outcome(trial) if trial.candidate in shown else None
        if outcome is not None and trial.rows == arena.material.rows:
            values[trial.candidate] += [float(each) for each in outcome.prediction.returns]  # type: ignore[union-attr]
    return tuple(found.Returns(candidate=name, values=tuple(v)) for name, v in values.items())
