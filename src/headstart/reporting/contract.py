"""The `--json` documents: a contract that other programs rely on.

Every document is strict JSON with `schema`, the version of the contract; an undefined number is
null. Fields may be added; a field that is there keeps its name and meaning within a version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headstart.errors import HeadstartError
from headstart.families import candidate_to_plain
from headstart.metrics import metric
from headstart.records import Candidate, Profile, Refusal, Start, Task, Trial, Verdict
from headstart.records.adjusted import Adjusted
from headstart.records.diagnosis import Diagnosis
from headstart.records.inspection import Inspection
from headstart.records.plain import plain
from headstart.records.suitability import Suitability
from headstart.records.verdict import Standing
from headstart.reporting.findings import Findings, LockedResult
from headstart.reporting.inventory import Check, CheckpointEntry, FamilyEntry

SCHEMA = 1
Document = dict[str, Any]


def profile_document(profile: Profile) -> Document:
    """Facts and warnings; `warnings` are the traps, with columns named as they are in the file."""
    columns = [
        {
            "name": column.name,
            "modality": column.modality,
            "role": column.role,
            "missing": column.missing,
            "distinct": column.distinct,
            **({"pictures": column.pictures} if column.pictures else {}),
        }
        for column in profile.columns
    ]
    return _document(
        source=profile.source,
        rows=profile.rows,
        columns=columns,
        task=_task(profile.task),
        warnings=_warnings(profile),
        unlabelled=profile.unlabelled,
        rejected=profile.rejected,
        balance=profile.balance,
        notes=profile.notes,
        world=profile.world,
    )


def advise_document(
    profile: Profile, candidates: Sequence[Candidate], refusals: Sequence[Refusal]
) -> Document:
    """Candidates and refusals, each with its reason. The estimates are modelled, not measured."""
    return _document(
        task=_task(profile.task),
        rows=profile.rows,
        candidates=[_candidate(each) for each in candidates],
        refusals=[_refusal(each) for each in refusals],
        warnings=_warnings(profile),
        notes=profile.notes,
    )


def fit_document(findings: Findings) -> Document:
    """The whole run; `verdict` and `test` are null as long as there is none."""
    return _document(
        run=findings.run,
        task=_task(findings.task),
        seconds=findings.seconds,
        rows=findings.rows,
        trials=[_trial(each) for each in findings.trials],
        verdict=_verdict(findings.verdict) if findings.verdict else None,
        test=_test(findings.test) if findings.test else None,
        warnings=_warnings(findings.profile) if findings.profile else [],
        notes=findings.profile.notes if findings.profile else [],
        doubts=findings.doubts,
        next=findings.next_steps,
        interrupted=findings.interrupted,
        seed=findings.seed,
        budget=findings.budget,
        price=findings.price,
        ledger=findings.ledger,
        suitability=[_suitability(each) for each in findings.suitabilities],
        agreements=findings.agreements,
        versions=dict(findings.versions),
    )


def _suitability(found: Suitability) -> Document:
    """A checkpoint's scores: of its best layer, and of all of them."""
    return {
        "checkpoint": found.checkpoint,
        "rows": found.rows,
        "layer": found.layer,
        "scores": found.scores,
        "layers": found.layers,
        "similarity": found.similarity,
    }


def predict_document(rows: int, out: str, notes: Sequence[str] = ()) -> Document:
    """How many lines were written, and where; `notes` say what was unlike the training data."""
    return _document(rows=rows, out=out, notes=notes)


def report_document(run: str, report: str) -> Document:
    """Where the page is."""
    return _document(run=run, report=report)


def adjust_document(run: str, found: Diagnosis) -> Document:
    """What limits a run's result, the next steps best first, and labels to look at."""
    return _document(
        run=run, findings=found.findings, actions=found.actions, suspects=found.suspects
    )


def applied_document(out: str, found: Diagnosis, changed: Adjusted) -> Document:
    """The same, what was tried against the old model, and where the new run is."""
    return {**adjust_document(changed.run, found), **_document(out=out, applied=changed)}


def models_document(
    families: Sequence[FamilyEntry], checkpoints: Sequence[CheckpointEntry]
) -> Document:
    """Families and checkpoints; `because` says why one is not available, or where it is."""
    return _document(
        families=[
            {
                "name": entry.card.name,
                "summary": entry.card.summary,
                "kinds": entry.card.kinds,
                "modalities": entry.card.modalities,
                "starts": entry.card.starts,
                "available": entry.available,
                "because": entry.because,
                "extras": entry.card.extras,
                "is_floor": entry.card.is_floor,
                "when_not": entry.card.when_not,
                "references": entry.card.references,
            }
            for entry in families
        ],
        checkpoints=checkpoints,
    )


def fetched_document(name: str, path: str, verified: str) -> Document:
    """A checkpoint that was brought: where it is, and how it was verified."""
    return _document(name=name, path=path, verified=verified)


def doctor_document(checks: Sequence[Check], versions: Mapping[str, str]) -> Document:
    """What works on this machine; `works` is whether all of it does."""
    return _document(
        works=all(check.works for check in checks), checks=checks, versions=dict(versions)
    )


def inspect_document(found: Inspection) -> Document:
    """What a checkpoint or a model is made of; the layers stand in the order of a run."""
    fields = plain(found)
    members = [inspect_document(each) for each in found.members]
    return _document(**{**fields, "members": members})


def error_document(error: HeadstartError) -> Document:
    """A refusal in words; it goes with a non-zero exit code."""
    return _document(error={"kind": error.kind, "message": error.message, "hint": error.hint})


def _document(**fields: Any) -> Document:
    return {"schema": SCHEMA, **plain(fields)}


def _task(task: Task) -> Document:
    return {
        "kind": task.kind,
        "targets": task.targets,
        "metric": task.metric,
        "direction": metric(task.metric).direction if task.metric else None,
        "split": task.split.kind,
        "split_column": task.split.column,
        "classes": task.classes,
        "positive": task.positive,
        "horizon": task.horizon,
    }


def _warnings(profile: Profile) -> list[Document]:
    return [
        {"kind": trap.kind, "columns": trap.columns, "because": trap.because}
        for trap in profile.traps
    ]


def _start(start: Start | None) -> Document:
    """A start's name, with what belongs to it beside."""
    described = plain(start) or {}
    return {
        "start": described.get("kind"),
        "layers": described.get("layers"),
        "method": described.get("method"),
        "part": described.get("part"),
        "control": described.get("control"),
        "labels": described.get("labels"),
        "checkpoints": described.get("checkpoints", []),
    }


def _candidate(candidate: Candidate) -> Document:
    return {
        "candidate": candidate.name,
        "family": candidate.family,
        **_start(candidate.start),
        "settings": candidate_to_plain(candidate)["settings"],
        "because": candidate.because,
        "estimate": {
            "seconds": candidate.estimate.seconds,
            "mb": candidate.estimate.megabytes,
        },
    }


def _refusal(refusal: Refusal) -> Document:
    return {"family": refusal.family, "start": refusal.start, "because": refusal.because}


def _trial(trial: Trial) -> Document:
    return {
        "id": trial.id,
        "candidate": trial.candidate,
        "family": trial.family,
        **_start(trial.start),
        "rows": trial.rows,
        "draw": trial.draw,
        "status": trial.status,
        "cause": trial.cause,
        "score": trial.score,
        "loss": trial.loss,
        "seconds": trial.seconds,
        "peak_mb": trial.peak_mb,
        "because": trial.because,
        "cpu_seconds": trial.cpu_seconds,
        "predict_seconds": trial.predict_seconds,
        "work": trial.work,
        "settings": dict(trial.settings),
    }


def _standing(standing: Standing) -> Document:
    return {
        "candidate": standing.candidate,
        "family": standing.family,
        **_start(standing.start),
        "score": standing.score,
        "interval": standing.interval,
        "cost": standing.cost,
        "draws": standing.draws,
        "first": standing.first,
        "members": dict(standing.members),
    }


def _verdict(verdict: Verdict) -> Document:
    return {
        "winner": _standing(verdict.winner),
        "confidence": verdict.confidence,
        "tied": verdict.tied,
        "floor": _standing(verdict.floor),
        "metric": verdict.metric,
        "direction": verdict.direction,
        "chosen_by": verdict.chosen_by,
        "deep_worth_it": verdict.deep_worth_it,
        "probability_best": verdict.probability_best,
        "region": verdict.region,
        "crossovers": verdict.crossovers,
        "floor_crossovers": verdict.floor_crossovers,
        "curves": verdict.curves,
        "by_labels": verdict.by_labels,
        "more_labels": verdict.more_labels,
        "controls": verdict.controls,
        "standings": [_standing(each) for each in verdict.standings],
        "because": verdict.because,
    }


def _test(test: LockedResult) -> Document:
    return {
        "score": test.score,
        "interval": test.interval,
        "metrics": dict(test.metrics),
        "floor": test.floor,
        "rows_from": test.rows_from,
        "looks": test.looks,
    }
