"""What a worker does with one job: fit, predict or measure, inside the border of a trial.

A job is plain JSON data. Whatever happens in a family ends here: an exception becomes a result
with a cause and a sentence, and its traceback goes to the trial's log.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from headstart import delivery
from headstart.delivery.contract import contract_from_plain
from headstart.errors import HeadstartError
from headstart.evaluation import importance
from headstart.experiment import forecasts
from headstart.experiment.material import read_table
from headstart.experiment.probing import probed
from headstart.experiment.vectors import step_of
from headstart.families import candidate_from_plain, family
from headstart.features.encoding import Encoding, encoding_to_plain, kept_by
from headstart.features.novelty import learn_novelty
from headstart.processes.libraries import need_lean
from headstart.protocols import Model
from headstart.records import Candidate, Data, Episodes, Prediction, Table, Task, World
from headstart.records.plain import plain
from headstart.records.settings import to_plain
from headstart.session import KEPT, Diverged, Session, counts_of
from headstart.storage.folders import new_folder, write_file

Job: TypeAlias = Mapping[str, Any]
Result: TypeAlias = dict[str, Any]
Tell: TypeAlias = Callable[[int, float], None]
_ROWS_READ_BACK = 32
_CARRIED = "carried"


def perform(
    job: Job, tell: Tell = lambda rounds, loss: None, ready: Callable[[], None] = lambda: None
) -> Result:
    """Do a job and say how it ended: `status` is `finished` or `failed`.

    `ready` is called when everything is imported, so that a trial's clock does not pay for it.
    """
    work = _OPERATIONS[job["op"]]
    try:
        _prepare(job)
        ready()
        return {"status": "finished", **work(job, tell)}
    except Diverged as error:
        return _failed("diverged", error)
    except MemoryError as error:
        return _failed("memory", error)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the border: its failure is a row
        return _failed("error", error)


def _prepare(job: Job) -> None:
    name = job["candidate"]["family"] if job["op"] == "fit" else None
    for library in family(name).CARD.libraries if name else ():
        need_lean(library, wanted_by=f"the family `{name}`")


def _warm(job: Job, tell: Tell) -> Result:
    for name in job["modules"]:
        import_module(name)
    return {}


def _fit(job: Job, tell: Tell) -> Result:
    """Train one candidate, answer its validation rows, and commit the trial's folder."""
    candidate = candidate_from_plain(job["candidate"])
    contract = contract_from_plain(job["contract"])
    from threadpoolctl import threadpool_limits

    learner = family(candidate.family)
    step = step_of(candidate)
    data = _embedded(step, _data(job["training"]), job)
    live = Path(job["live"])
    before = _go_on(job, live)
    session = _session(job, live, data, tell)
    began, burned = time.monotonic(), _cpu_seconds()
    with threadpool_limits(job["threads"]):
        model = learner.fit(candidate, contract.task, data, session)
    seconds, cpu_seconds = time.monotonic() - began, _cpu_seconds() - burned
    candidate = _settled(model, candidate)
    answer: Result = {}
    with new_folder(Path(job["folder"])) as folder:
        write_file(folder / "candidate.json", _json(job["candidate"]))
        if job["checking"] is not None:
            answer = _check(model, step, job, contract, folder)
        _commit_model(model, candidate, step, job, folder, live)
        if (live / _CARRIED).is_dir():
            shutil.copytree(live / _CARRIED, folder / KEPT)
        _read_back(model, candidate, step, job, folder)
    return {
        **answer,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
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


def _embed(job: Job, tell: Tell) -> Result:
    """Compute the vectors of the rows that a trial will need, so that its clock need not pay."""
    step = step_of(candidate_from_plain(job["candidate"]))
    assert step is not None
    cache = Path(job["cache"])
    sources = [_data(job[part]) for part in ("training", "checking") if job[part] is not None]
    embedded = []
    for reader in step.readers:
        if any(isinstance(data, Table) and reader.lacks(data, cache) for data in sources):
            reader.load()  # once in a process, and no price of a row
        before = kept_by(reader, cache)
        began, burned = time.monotonic(), _cpu_seconds()
        for data in sources:
            _embedded(Encoding(readers=(reader,)), data, job)
        seconds, cpu_seconds = time.monotonic() - began, _cpu_seconds() - burned
        rows = kept_by(reader, cache) - before
        spent = {"rows": rows, "seconds": seconds, "cpu_seconds": cpu_seconds}
        embedded.append({"checkpoint": reader.checkpoint, **spent})
    return {"embedded": embedded}


def _probe(job: Job, tell: Tell) -> Result:
    """How well each layer of an encoder suits the task, on training rows alone."""
    step = step_of(candidate_from_plain(job["candidate"]))
    task = contract_from_plain(job["contract"]).task
    data = _data(job["training"])
    assert step is not None
    assert isinstance(data, Table)
    (reader,) = step.readers
    reader.load(every_layer=True)
    began, burned = time.monotonic(), _cpu_seconds()
    layers = reader.layers(data, job["threads"], Path(job["cache"]))
    seconds, cpu_seconds = time.monotonic() - began, _cpu_seconds() - burned
    return {
        "layers": probed(layers, data, task),
        "similarity": plain(reader.similarity(data)),
        "rows": len(data),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
    }


def _embedded(step: Encoding | None, data: Data, job: Job) -> Data:
    if step is None or not isinstance(data, Table):
        return data
    return step.apply(data, job["threads"], Path(job["cache"]))


def _check(
    model: Model, step: Encoding | None, job: Job, contract: delivery.Contract, folder: Path
) -> Result:
    """Answer the validation rows; an answer of a wrong kind or shape is the family's failure."""
    data = _data(job["checking"])
    inputs = contract.align(data) if isinstance(data, Table) else data
    inputs = _embedded(step, inputs, job)
    began = time.monotonic()
    prediction = model.predict(inputs)
    seconds = time.monotonic() - began
    count = len(data) if isinstance(data, Table) else len(data.seeds)
    _refuse_faults(prediction, contract.task, count)
    row_ids = data.row_ids if isinstance(data, Table) else np.asarray(data.seeds)
    forecasts.save(folder / "predictions.parquet", prediction, row_ids)
    asked = count if isinstance(data, Table) else int(_steps(prediction))
    return {"predict_seconds": seconds * 10_000 / max(asked, 1)}


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
    model: Model, candidate: Candidate, step: Encoding | None, job: Job, folder: Path
) -> None:
    """A model that comes back from the disk as another one is the family's failure."""
    restored = family(candidate.family).load(folder / "model" / "member-0")
    data, contract = _data(job["checking"] or job["training"]), contract_from_plain(job["contract"])
    if not isinstance(data, Table):
        return
    few = contract.align(data.take(np.arange(min(len(data), _ROWS_READ_BACK))))
    inputs = _embedded(step, few, job)
    answer = restored.predict(inputs)
    if forecasts.fault(answer, contract.task, len(few)) or not forecasts.agree(
        answer, model.predict(inputs)
    ):
        raise HeadstartError("its model answers differently once it was written and read again.")


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


def _predict(job: Job, tell: Tell) -> Result:
    """Answers of a delivered model, written beside nothing else: the locked score."""
    data = _data(job["data"])
    model = delivery.load(Path(job["model"]), cache=_cache(job))
    began = time.monotonic()
    prediction = model.predict(data)
    seconds = time.monotonic() - began
    row_ids = data.row_ids if isinstance(data, Table) else np.asarray(data.seeds)
    forecasts.save(Path(job["out"]), prediction, row_ids)
    return {"seconds": seconds}


def _importance(job: Job, tell: Tell) -> Result:
    """How much the loss grows when a column is shuffled, on validation rows."""
    model = delivery.load(Path(job["model"]), cache=_cache(job))
    data = _data(job["data"])
    assert isinstance(data, Table)
    found = importance(
        model.predict, data, model.contract.task, seed=job["seed"], seconds=job["seconds"]
    )
    return {"importance": plain(found)}


def _novelty(job: Job, tell: Tell) -> Result:
    """By what it is told how new a row is, from the rows as the first member sees them."""
    step = step_of(candidate_from_plain(job["candidate"]))
    data = _data(job["training"])
    assert isinstance(data, Table)
    seen = _embedded(step, contract_from_plain(job["contract"]).align(data), job)
    assert isinstance(seen, Table)
    found = learn_novelty(seen, job["seed"], job["threads"])
    if found is not None:
        found.write(Path(job["out"]))
    return {"told": found is not None}


_OPERATIONS: Mapping[str, Callable[[Job, Tell], Result]] = MappingProxyType(
    {
        "warm": _warm,
        "embed": _embed,
        "probe": _probe,
        "fit": _fit,
        "predict": _predict,
        "importance": _importance,
        "novelty": _novelty,
    }
)


def _cache(job: Job) -> Path | None:
    return Path(job["cache"]) if "cache" in job else None


def _data(source: Mapping[str, Any]) -> Data:
    """The rows or the world that a job names."""
    if "world" in source:
        world = source["world"]
        settings = tuple((name, value) for name, value in world["settings"])
        return World(id=world["id"], settings=settings, seeds=range(*source["seeds"]))
    table = read_table(Path(source["table"]))
    if source.get("rows") is None:
        return table
    return table.take(np.load(source["rows"], allow_pickle=False))


def _failed(cause: str, error: BaseException) -> Result:
    traceback.print_exc(file=sys.stderr)
    said = error.message if isinstance(error, HeadstartError) else f"{error}"
    sentence = said if isinstance(error, HeadstartError) else f"{type(error).__name__}: {said}"
    return {"status": "failed", "cause": cause, "because": " ".join(sentence.split())[:500]}


def _cpu_seconds() -> float:
    """User and system time of this process and its finished children."""
    return sum(os.times()[:4])


def _json(value: Any) -> str:
    import json

    return json.dumps(plain(value), indent=1, ensure_ascii=False)
