"""What a worker does with one job: fit, predict or measure, inside the border of a trial.

A job is plain JSON data. Whatever happens in a family ends here: an exception becomes a result
with a cause and a sentence, and its traceback goes to the trial's log.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import numpy as np

from headstart import delivery
from headstart.delivery.contract import contract_from_plain
from headstart.errors import HeadstartError
from headstart.evaluation import importance
from headstart.experiment import forecasts
from headstart.experiment.fitting import fit
from headstart.experiment.jobs import Job, Result, Tell, as_seen, cpu_seconds, data_of
from headstart.experiment.probing import probed
from headstart.experiment.vectors import step_of
from headstart.families import candidate_from_plain, family
from headstart.features.encoding import Encoding, kept_by
from headstart.features.novelty import learn_novelty
from headstart.processes.libraries import need_lean
from headstart.records import Table
from headstart.records.plain import plain
from headstart.session import Diverged


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


def _embed(job: Job, tell: Tell) -> Result:
    """Compute the vectors of the rows that a trial will need, so that its clock need not pay."""
    step = step_of(candidate_from_plain(job["candidate"]))
    assert step is not None
    cache = Path(job["cache"])
    sources = [data_of(job[part]) for part in ("training", "checking") if job[part] is not None]
    embedded = []
    for reader in step.readers:
        if any(isinstance(data, Table) and reader.lacks(data, cache) for data in sources):
            reader.load()  # once in a process, and no price of a row
        before = kept_by(reader, cache)
        began, burned = time.monotonic(), cpu_seconds()
        for data in sources:
            as_seen(Encoding(readers=(reader,)), data, job)
        seconds, cpu = time.monotonic() - began, cpu_seconds() - burned
        rows = kept_by(reader, cache) - before
        spent = {"rows": rows, "seconds": seconds, "cpu_seconds": cpu}
        embedded.append({"checkpoint": reader.checkpoint, **spent})
    return {"embedded": embedded}


def _probe(job: Job, tell: Tell) -> Result:
    """How well each layer of an encoder suits the task, on training rows alone."""
    step = step_of(candidate_from_plain(job["candidate"]))
    task = contract_from_plain(job["contract"]).task
    data = data_of(job["training"])
    assert step is not None
    assert isinstance(data, Table)
    (reader,) = step.readers
    reader.load(every_layer=True)
    began, burned = time.monotonic(), cpu_seconds()
    layers = reader.layers(data, job["threads"], Path(job["cache"]))
    seconds, cpu = time.monotonic() - began, cpu_seconds() - burned
    return {
        "layers": probed(layers, data, task),
        "similarity": plain(reader.similarity(data)),
        "rows": len(data),
        "seconds": seconds,
        "cpu_seconds": cpu,
    }


def _predict(job: Job, tell: Tell) -> Result:
    """Answers of a delivered model, written beside nothing else: the locked score."""
    data = data_of(job["data"])
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
    data = data_of(job["data"])
    assert isinstance(data, Table)
    found = importance(
        model.predict, data, model.contract.task, seed=job["seed"], seconds=job["seconds"]
    )
    return {"importance": plain(found)}


def _novelty(job: Job, tell: Tell) -> Result:
    """By what it is told how new a row is, from the rows as the first member sees them."""
    step = step_of(candidate_from_plain(job["candidate"]))
    data = data_of(job["training"])
    assert isinstance(data, Table)
    seen = as_seen(step, contract_from_plain(job["contract"]).align(data), job)
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
        "fit": fit,
        "predict": _predict,
        "importance": _importance,
        "novelty": _novelty,
    }
)


def _cache(job: Job) -> Path | None:
    return Path(job["cache"]) if "cache" in job else None


def _failed(cause: str, error: BaseException) -> Result:
    traceback.print_exc(file=sys.stderr)
    said = error.message if isinstance(error, HeadstartError) else f"{error}"
    sentence = said if isinstance(error, HeadstartError) else f"{type(error).__name__}: {said}"
    return {"status": "failed", "cause": cause, "because": " ".join(sentence.split())[:500]}
