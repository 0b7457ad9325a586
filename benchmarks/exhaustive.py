"""Everything that could be chosen, trained to its end on all training rows of one question.

Each candidate that `headstart advise` proposes is fitted in a warm worker, by the family and the
code that the race uses, with no clock to cut it short, and scored on the test rows. Vectors of a
frozen encoder are computed once for all candidates, as the race does it, and counted once. A
question's `NAME-each.json` and `NAME-each.parquet` are written anew after every candidate, so a run
that is stopped goes on where it was.
"""

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.keeping import keep, quiet, record_of, rows_of
from benchmarks.tables.cell import source
from benchmarks.tables.scores import rarer, score

SCHEMA = 1
SHARE = 5
"""Headstart may take a fifth of the time that trying everything takes."""
FEWEST_SECONDS = 15
_LIMIT = 7_200.0
_MINUTES_TO_PROPOSE_FOR = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """What is to be tried, and where it is kept.

    Attributes:
        name: the beginning of the files' names, and of the folder of work.
        asks: what `headstart advise` is asked beside the training rows.
        told: what the record says of the question.
        draws: trainings of each candidate, each with a seed that all candidates share.
        dear: a candidate whose first training took more CPU seconds is trained once.
    """

    name: str
    train: Path
    test: Path
    asks: Mapping[str, Any]
    told: Mapping[str, Any]
    metric: str
    results: Path
    threads: int
    draws: int = 3
    dear: float = 120.0


def name_of(question: str) -> str:
    """The name of a question's files."""
    return f"{question}-each"


def run_everything(asked: Everything, within: float = float("inf")) -> dict[str, Any]:
    """Train and score what is left to do; the record of all of it.

    Args:
        within: seconds after which nothing more is begun.
    """
    os.environ.update(quiet(asked.threads))  # the worker inherits it
    ends = time.monotonic() + within
    bench = Bench(asked)
    try:
        for draw in range(asked.draws):
            for candidate in bench.candidates:
                if time.monotonic() < ends and not bench.is_done(candidate, draw):
                    bench.train(candidate, draw)
    finally:
        bench.close()
    return bench.record


class Bench:
    """The live state of one question: its rows as files, a warm worker, what was kept so far."""

    def __init__(self, asked: Everything) -> None:
        from headstart.delivery import contract_of
        from headstart.delivery.contract import contract_to_plain
        from headstart.experiment.engines.local import LocalEngine
        from headstart.experiment.material import truth_of, write_table
        from headstart.verbs import describing
        from headstart.verbs.opening import checkpoints
        from headstart.verbs.question import ask, read_test

        self.asked = asked
        question, test = read_test(asked.test, ask(asked.train, **asked.asks))
        advised = describing.advise(asked.train, **asked.asks, minutes=_MINUTES_TO_PROPOSE_FOR)
        self.candidates, self._task = advised.candidates, question.task
        self._truth = truth_of(test, question.task)[0][:, 0]
        self._folder = CACHE / "each" / asked.name
        shutil.rmtree(self._folder, ignore_errors=True)
        write_table(self._folder / "train.arrow", question.data)
        write_table(self._folder / "test.arrow", test)
        self._checkpoints = checkpoints(self.candidates)
        self._contract = contract_to_plain(contract_of(question.data, question.task))
        self._engine = LocalEngine(slots=1, threads=asked.threads)
        self._layers: dict[str, int] = {}
        kept = record_of(name_of(asked.name), asked.results)
        self.record = kept or self._fresh(advised)
        self._rows = rows_of(name_of(asked.name), asked.results) if kept else {}

    def is_done(self, candidate: Any, draw: int) -> bool:
        """Whether this trial is kept, or is not worth its time: dear, or the same with any seed."""
        from headstart.records import Direct

        trials = self.record["trials"]
        first = trials.get(f"{candidate.name}#0")
        is_dear = first is not None and first["cpu"] > self.asked.dear
        once = is_dear or isinstance(candidate.start, Direct)
        return f"{candidate.name}#{draw}" in trials or (draw > 0 and once)

    def train(self, candidate: Any, draw: int) -> None:
        """Fit one candidate once, score it on the test rows, keep both."""
        key = f"{candidate.name}#{draw}"
        candidate = self._with_vectors(candidate)
        folder = self._folder / "trials" / key
        watch, load = _Watch(), os.getloadavg()[0]
        fitted = self._ask(self._job(candidate, draw, folder))
        trial = {name: fitted.get(name) for name in ("status", "cause", "because", "stopped_by")}
        trial |= {"fit_seconds": fitted.get("seconds"), "settings": fitted.get("settings")}
        trial["load"] = round(load, 2)
        if fitted["status"] == "finished":
            trial |= self._score(key, folder)
        self.record["trials"][key] = {**trial, **watch.spent()}
        keep(name_of(self.asked.name), self.record, self._rows, self.asked.results)
        shutil.rmtree(folder, ignore_errors=True)
        told = trial.get("score", trial["because"])
        spent = self.record["trials"][key]["wall"]
        print(f"  {self.asked.name} {key}: {told} in {spent:.1f} s", flush=True)

    def close(self) -> None:
        """End the worker, and forget what only this process needs."""
        self._engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fresh(self, advised: Any) -> dict[str, Any]:
        from headstart.records.plain import plain
        from headstart.verbs.opening import versions

        return {
            "schema": SCHEMA,
            **self.asked.told,
            "metric": self.asked.metric,
            "threads": self.asked.threads,
            "source": source(),
            "machine": measure.machine(),
            "versions": dict(versions()),
            "candidates": [
                {"candidate": each.name, "family": each.family, "start": plain(each.start)}
                for each in self.candidates
            ],
            "refusals": [
                {"family": each.family, "start": each.start, "because": each.because}
                for each in advised.refusals
            ],
            "vectors": {},
            "trials": {},
        }

    def _with_vectors(self, candidate: Any) -> Any:
        """An embedded candidate with the best layer in its start, and its vectors on disk.

        What they cost is kept once for the question, with the first seed's first such candidate.
        """
        from headstart.experiment.probing import best_layer
        from headstart.experiment.vectors import is_embedded

        if not is_embedded(candidate):
            return candidate
        name = candidate.start.checkpoints[0]
        if name not in self._layers:
            watch = _Watch()
            probed = self._ask({**self._job(candidate, 0, self._folder / "probe"), "op": "probe"})
            self._layers[name] = best_layer(probed["layers"])
            chosen = replace(candidate, start=replace(candidate.start, layer=self._layers[name]))
            job = self._job(chosen, 0, self._folder / "embed")
            self._ask({**job, "op": "embed", "checking": self._source("test")})
            told = {"layer": self._layers[name], **watch.spent()}
            self.record["vectors"].setdefault(name, told)
        return replace(candidate, start=replace(candidate.start, layer=self._layers[name]))

    def _score(self, key: str, folder: Path) -> dict[str, Any]:
        from headstart.experiment import forecasts

        out = folder / "test.parquet"
        job = {"op": "predict", "model": str(folder / "model"), "data": self._source("test")}
        told = self._ask({**job, "out": str(out), "cache": str(self._folder / "vectors")})
        if told["status"] != "finished":
            return {"status": "failed", "because": told["because"]}
        rows = outcomes(forecasts.load(out, self._task), self._truth, self.asked.metric)
        self._rows[key] = rows["value"].astype(np.float32)
        if "truth" in rows:
            self._rows["truth"] = rows["truth"].astype(np.float32)
        return {"score": score(self.asked.metric, rows), "predict_seconds": told["seconds"]}

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """The result of one job of the worker."""
        ticket = self._engine.submit({**job, "kill_after": _LIMIT, "no_later_than": _LIMIT})
        while (ended := self._engine.wait(_LIMIT)) is None or ended[0] != ticket:
            continue
        return dict(ended[1])

    def _source(self, part: str) -> dict[str, Any]:
        return {"table": str(self._folder / f"{part}.arrow"), "rows": None}

    def _job(self, candidate: Any, seed: int, folder: Path) -> dict[str, Any]:
        """The plain data of one job, as the race writes them; no clock, all training rows."""
        from headstart.families import candidate_to_plain, family

        alone = family(candidate.family).CARD.threads == "one"
        return {
            "op": "fit",
            "candidate": candidate_to_plain(candidate),
            "contract": self._contract,
            "training": self._source("train"),
            "checking": None,
            "folder": str(folder),
            "live": f"{folder}.live",
            "earlier": None,
            "log": f"{folder}.log",
            "cache": str(self._folder / "vectors"),
            "seed": seed,
            "threads": 1 if alone else self.asked.threads,
            "checkpoints": {name: str(path) for name, path in self._checkpoints.items()},
            "facts": {},
            "seconds": None,
            "work": None,
        }


def outcomes(answer: Any, truth: np.ndarray, metric: str) -> dict[str, np.ndarray]:
    """Row by row what the metric needs of a prediction, as `tables/scores.py` has it.

    Args:
        truth: indices of classes, or numbers, (n,).

    >>> from headstart.records import Numbers
    >>> answer = Numbers(values=np.array([[1.0], [4.0]]))
    >>> outcomes(answer, np.array([1.0, 2.0]), "rmse")["value"].tolist()
    [0.0, 4.0]
    """
    if metric == "rmse":
        return {"value": (answer.values[:, 0] - truth) ** 2}
    chances = answer.values[0]
    if metric == "accuracy":
        return {"value": (chances.argmax(axis=1) == truth).astype(float)}
    wanted = int(rarer(truth))
    return {"value": chances[:, wanted], "truth": (truth == wanted).astype(float)}


class _Watch:
    """Wall seconds, and processor seconds of the worker, since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), _cpu_of_children()

    def spent(self) -> dict[str, float]:
        wall, cpu = time.monotonic() - self._wall, _cpu_of_children() - self._cpu
        return {"wall": round(wall, 3), "cpu": round(cpu, 3)}


def _cpu_of_children() -> float:
    """Of the living ones and of those that ended."""
    import psutil

    living = [each.cpu_times() for each in psutil.Process().children(recursive=True)]
    return sum(each.user + each.system for each in living) + sum(os.times()[2:4])


def seconds_of(record: dict[str, Any], clock: str = "wall", *, draws: int | None = None) -> float:
    """Seconds (`wall` or `cpu`) of trying everything, vectors included; so many draws, or all.

    >>> record = {"trials": {"a#0": {"wall": 3.0}, "a#1": {"wall": 2.0}}, "vectors": {}}
    >>> seconds_of(record), seconds_of(record, draws=1)
    (5.0, 3.0)
    """
    trials = [
        trial[clock]
        for key, trial in record["trials"].items()
        if draws is None or int(key.rpartition("#")[2]) < draws
    ]
    return sum(trials) + sum(each[clock] for each in record["vectors"].values())


def budget_for(record: dict[str, Any], clock: str = "wall", fewest: int = FEWEST_SECONDS) -> int:
    """Seconds for Headstart: a fifth of trying everything.

    On a machine that is busy now and was idle then, or the other way round, `cpu` is the clock that
    says how much work it was.

    >>> trial = {"wall": 400.0, "cpu": 500.0}
    >>> budget_for({"trials": {"a#0": trial}, "vectors": {}})
    80
    """
    return max(fewest, int(seconds_of(record, clock) / SHARE))


def is_whole(record: dict[str, Any]) -> bool:
    """Whether every candidate has been tried once."""
    return all(f"{each['candidate']}#0" in record["trials"] for each in record["candidates"])
