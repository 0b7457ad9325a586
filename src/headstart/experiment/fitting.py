"""One trial in a worker: train a candidate, answer its validation rows, commit its folder.

What counts as the family's failure: an answer of a wrong kind or shape, numbers that are not
finite, probabilities that are none, and a model that comes back from the disk as another one.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from headstart import delivery
from headstart.delivery.contract import contract_from_plain
from headstart.errors import HeadstartError
from headstart.experiment import forecasts
from headstart.experiment.answering import answered
from headstart.experiment.jobs import Job, Result, Tell, as_seen, cpu_seconds, data_of
from headstart.experiment.vectors import step_of
from headstart.families import candidate_from_plain, family
from headstart.features.encoding import Encoding, encoding_to_plain
from headstart.protocols import Model
from headstart.records import Candidate, Data, Episodes, Prediction, Table, Task, World
from headstart.records.plain import plain
from headstart.records.settings import to_plain
from headstart.session import KEPT, Diverged, Session, counts_of
from headstart.storage.folders import new_folder, write_file

_FEWEST_READ_BACK, _ROWS_READ_BACK = 4, 32
_MOST_SECONDS = 0.5
_CARRIED = "carried"


def fit(job: Job, tell: Tell) -> Result:
    """Train one candidate, answer its validation rows, and commit the trial's folder."""
    candidate = candidate_from_plain(job["candidate"])
    contract = contract_from_plain(job["contract"])
    from threadpoolctl import threadpool_limits

    learner = family(candidate.family)
    step = step_of(candidate)
    data = as_seen(step, data_of(job["training"]), job)
    live = Path(job["live"])
    before = _go_on(job, live)
    session = _session(job, live, data, tell)
    began, burned = time.monotonic(), cpu_seconds()
    with threadpool_limits(job["threads"]):
        model = learner.fit(candidate, contract.task, data, session)
    seconds, cpu = time.monotonic() - began, cpu_seconds() - burned
    candidate = _settled(model, candidate)
    answer: Result = {}
    with new_folder(Path(job["folder"])) as folder:
        write_file(
            folder / "candidate.json",
            json.dumps(plain(job["candidate"]), indent=1, ensure_ascii=False),
        )
        if job["checking"] is not None:
            answer = _check(model, step, job, contract, folder)
        _commit_model(model, candidate, step, job, folder, live)
        if (live / _CARRIED).is_dir():
            shutil.copytree(live / _CARRIED, folder / KEPT)
        _read_back(model, candidate, step, job, folder, _few(job, answer))
    return {
        **answer,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "work": session.spent - before,
        "stopped_by": session.stopped_by,
        "losses": session.losses[-200:],
        "settings": _told_settings(model, candidate),
        "vectors": {name: asdict(used) for name, used in session.vectors.items()},
    }


def _go_on(job: Job, live: Path) -> float:
    """Take over what a smaller trial has kept, unless this one has; work units behind it."""
    live.mkdir(parents=True, exist_ok=True)
    if job["earlier"] is None:
        return 0.0
    earlier = Path(job["earlier"])
    if earlier.is_dir() and not (live / KEPT).is_dir():
        with new_folder(live / KEPT) as folder:
            shutil.copytree(earlier, folder, dirs_exist_ok=True)
    return counts_of(earlier)[1]


def _session(job: Job, live: Path, data: Data, tell: Tell) -> Session:
    return Session(
        seed=job["seed"],
        folder=live,
        rows=len(data) if isinstance(data, Table) else 0,
        threads=job["threads"],
        seconds=job["seconds"],
        work=job["work"],
        checkpoints={name: Path(path) for name, path in job["checkpoints"].items()},
        cache=Path(job["cache"]),
        carry_to=live / _CARRIED if isinstance(data, World) else None,
        watch=tell,
    )


def _check(
    model: Model, step: Encoding | None, job: Job, contract: delivery.Contract, folder: Path
) -> Result:
    """Answer the validation rows; an answer of a wrong kind or shape is the family's failure."""
    data = data_of(job["checking"])
    inputs = contract.align(data) if isinstance(data, Table) else data
    inputs = as_seen(step, inputs, job)
    found = answered(model, inputs, job)
    prediction = found.prediction
    count = len(data) if isinstance(data, Table) else len(data.seeds)
    _refuse_faults(prediction, contract.task, count)
    row_ids = data.row_ids if isinstance(data, Table) else np.asarray(data.seeds)
    forecasts.save(folder / "predictions.parquet", prediction, row_ids)
    asked = count if isinstance(data, Table) else int(_steps(prediction))
    return {
        "predict_seconds": found.seconds * 10_000 / max(asked, 1),
        "vectors_to_answer": {name: asdict(used) for name, used in found.vectors.items()},
    }


def _refuse_faults(prediction: Prediction, task: Task, count: int) -> None:
    where = "its answers for the validation rows"
    if wrong := forecasts.fault(prediction, task, count):
        raise HeadstartError(f"{where} cannot be used: {wrong}.")
    if not forecasts.is_finite(prediction):
        raise Diverged(f"{where} are not finite numbers.")
    if not forecasts.is_probable(prediction):
        raise HeadstartError(f"{where} are no probabilities: below 0, or not 1 in sum.")


def _steps(prediction: Prediction) -> float:
    """Environment steps that were played."""
    return float(prediction.steps.sum()) if isinstance(prediction, Episodes) else len(prediction)


def _commit_model(
    model: Model,
    candidate: Candidate,
    step: Encoding | None,
    job: Job,
    folder: Path,
    live: Path,
) -> None:
    """A trial's model is a model folder like any other: it can predict and be started from."""
    bare = live / "bare"
    shutil.rmtree(bare, ignore_errors=True)
    bare.mkdir()
    model.save(bare)
    member = delivery.Member(
        family=candidate.family,
        folder="member-0",
        candidate=plain(job["candidate"]),
        embedding=None if step is None else encoding_to_plain(step),
    )
    contract = contract_from_plain(job["contract"])
    (folder / "model").mkdir()
    delivery.fill(folder / "model", [(member, bare)], contract, facts=job["facts"])


def _read_back(
    model: Model, candidate: Candidate, step: Encoding | None, job: Job, folder: Path, rows: int
) -> None:
    """A model that comes back from the disk as another one is the family's failure."""
    restored = family(candidate.family).load(folder / "model" / "member-0")
    data, contract = (
        data_of(job["checking"] or job["training"]),
        contract_from_plain(job["contract"]),
    )
    if not isinstance(data, Table):
        return
    few = contract.align(data.take(np.arange(min(len(data), rows))))
    inputs = as_seen(step, few, job)
    answer = restored.predict(inputs)
    if forecasts.fault(answer, contract.task, len(few)) or not forecasts.agree(
        answer, model.predict(inputs)
    ):
        raise HeadstartError("its model answers differently once it was written and read again.")


def _few(job: Job, answer: Result) -> int:
    """Rows for a model to be asked twice: where seconds count, fewer of those that take long.

    Example:
        >>> _few({"seconds": 9.0}, {"predict_seconds": 500.0}), _few({"seconds": None}, {})
        (10, 32)
        >>> _few({"seconds": 9.0}, {"predict_seconds": 500.0, "vectors_to_answer": {"eyes": {}}})
        4
    """
    if job["seconds"] is not None and answer.get("vectors_to_answer"):
        return _FEWEST_READ_BACK  # who plans leaves the encoder's time to answer out
    each = answer.get("predict_seconds", 0.0) / 10_000
    if job["seconds"] is None or not each:
        return _ROWS_READ_BACK
    return max(_FEWEST_READ_BACK, min(_ROWS_READ_BACK, int(_MOST_SECONDS / each)))


def _settled(model: Model, candidate: Candidate) -> Candidate:
    """The candidate with the settings that the fit resolved, where the model tells them."""
    settled = getattr(model, "candidate", None)
    return settled if isinstance(settled, Candidate) else candidate


def _told_settings(model: Model, candidate: Candidate) -> dict[str, Any]:
    """The settings as the model says that its fit resolved them, else as they were proposed."""
    told = getattr(model, "settings", None)
    if isinstance(told, dict | type(candidate.settings)):
        known = told if isinstance(told, dict) else to_plain(told)
        names = {each.name for each in fields(candidate.settings)}
        return {name: value for name, value in known.items() if name in names}
    return to_plain(candidate.settings)
