"""Everything that could be chosen, trained to its end on all training rows of one question.

Each candidate that `headstart advise` proposes is fitted in a warm worker, by the family and the
code that the race uses, with no clock to cut it short, and scored on the test rows. Vectors of the
frozen encoder are computed once for all candidates, as the race does it, and counted once. A
question's `NAME-each.json` and `NAME-each.parquet` are written anew after every candidate, so a run
that is stopped goes on where it was.
"""

import os
import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.starts.cell import CHECKPOINT, RESULTS, SCHEMA, keep, quiet, record_of
from benchmarks.starts.material import TARGET, Question, files_of
from benchmarks.starts.sets import SETS
from benchmarks.tables.cell import source

SEEDS = 3
CHEAP_SECONDS = 120.0
LIMIT = 7_200.0
_MINUTES_TO_PROPOSE_FOR = 120.0


def name_of(question: Question) -> str:
    """The name of a question's files."""
    return f"{question.name}-each"


def run_question(question: Question, *, threads: int, results: Path = RESULTS) -> dict[str, Any]:
    """Train and score what is left to do of one question; the record of all of it.

    A candidate whose first seed took more CPU than `CHEAP_SECONDS` is trained with that seed alone.
    """
    os.environ.update(quiet(threads))  # the worker inherits it
    bench = Bench(question, threads, results)
    try:
        for seed in range(SEEDS):
            for candidate in bench.candidates:
                if not bench.is_done(candidate, seed):
                    bench.train(candidate, seed)
    finally:
        bench.close()
    return bench.record


class Bench:
    """The live state of one question: its rows as files, a warm worker, what was kept so far."""

    def __init__(self, question: Question, threads: int, results: Path) -> None:
        from headstart.delivery import contract_of
        from headstart.delivery.contract import contract_to_plain
        from headstart.experiment.engines.local import LocalEngine
        from headstart.experiment.material import truth_of, write_table
        from headstart.verbs import describing
        from headstart.verbs.opening import checkpoints
        from headstart.verbs.question import ask, read_test

        files = files_of(SETS[question.set], question)
        self.question, self.results, self.threads = question, results, threads
        asks: dict[str, Any] = {"target": TARGET, "task": "classification", "metric": "accuracy"}
        asks |= {"columns": {"text": "text"}}
        asked, test = read_test(files.test, ask(files.train, **asks))
        advised = describing.advise(files.train, **asks, minutes=_MINUTES_TO_PROPOSE_FOR)
        self.candidates, self._task = advised.candidates, asked.task
        self._truth = truth_of(test, asked.task)[0][:, 0]
        self._folder = CACHE / "starts-each" / question.name
        shutil.rmtree(self._folder, ignore_errors=True)
        write_table(self._folder / "train.arrow", asked.data)
        write_table(self._folder / "test.arrow", test)
        self._checkpoints = checkpoints(self.candidates)
        self._contract = contract_to_plain(contract_of(asked.data, asked.task))
        self._engine = LocalEngine(slots=1, threads=threads)
        self._layers: dict[str, int] = {}
        kept = record_of(name_of(question), results)
        self.record = kept or self._fresh(advised)
        self._rows = _kept_rows(question, results) if kept else {}

    def is_done(self, candidate: Any, seed: int) -> bool:
        """Whether this trial is kept, or is not worth its time: dear, or the same with any seed."""
        from headstart.records import Direct

        trials = self.record["trials"]
        first = trials.get(f"{candidate.name}#0")
        is_dear = first is not None and first["cpu"] > CHEAP_SECONDS
        once = is_dear or isinstance(candidate.start, Direct)
        return f"{candidate.name}#{seed}" in trials or (seed > 0 and once)

    def train(self, candidate: Any, seed: int) -> None:
        """Fit one candidate with one seed, score it on the test rows, keep both."""
        key = f"{candidate.name}#{seed}"
        candidate = self._with_vectors(candidate)
        folder = self._folder / "trials" / key
        watch, load = _Watch(), os.getloadavg()[0]
        fitted = self._ask(self._job(candidate, seed, folder))
        trial = {name: fitted.get(name) for name in ("status", "cause", "because", "stopped_by")}
        trial |= {"fit_seconds": fitted.get("seconds"), "settings": fitted.get("settings")}
        trial["load"] = round(load, 2)
        if fitted["status"] == "finished":
            trial |= self._score(key, folder)
        self.record["trials"][key] = {**trial, **watch.spent()}
        keep(name_of(self.question), self.record, self._rows, self.results)
        shutil.rmtree(folder, ignore_errors=True)
        told = trial.get("score", trial["because"])
        spent = self.record["trials"][key]["wall"]
        print(f"  {self.question.name} {key}: {told} in {spent:.1f} s", flush=True)

    def close(self) -> None:
        """End the worker, and forget what only this process needs."""
        self._engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fresh(self, advised: Any) -> dict[str, Any]:
        from headstart.records.plain import plain

        return {
            "schema": SCHEMA,
            **asdict(self.question),
            "checkpoint": CHECKPOINT,
            "threads": self.threads,
            "source": source(),
            "machine": measure.machine(),
            "versions": _versions(),
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
        from headstart.experiment.embeddings import is_embedded
        from headstart.experiment.probing import best_layer

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
        chances = forecasts.load(out, self._task).values[0]
        self._rows[key] = (chances.argmax(axis=1) == self._truth).astype(np.float32)
        return {"score": float(self._rows[key].mean()), "predict_seconds": told["seconds"]}

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """The result of one job of the worker."""
        ticket = self._engine.submit({**job, "kill_after": LIMIT, "no_later_than": LIMIT})
        while (ended := self._engine.wait(LIMIT)) is None or ended[0] != ticket:
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
            "threads": 1 if alone else self.threads,
            "checkpoints": {name: str(path) for name, path in self._checkpoints.items()},
            "facts": {},
            "seconds": None,
            "work": None,
        }


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


def seconds_of(record: dict[str, Any], clock: str = "wall", *, seeds: int = SEEDS) -> float:
    """Seconds (`wall` or `cpu`) of trying everything with so many seeds, vectors included.

    >>> record = {"trials": {"a#0": {"wall": 3.0}, "a#1": {"wall": 2.0}}, "vectors": {}}
    >>> seconds_of(record), seconds_of(record, seeds=1)
    (5.0, 3.0)
    """
    trials = [
        trial[clock]
        for key, trial in record["trials"].items()
        if int(key.rpartition("#")[2]) < seeds
    ]
    return sum(trials) + sum(each[clock] for each in record["vectors"].values())


def is_whole(record: dict[str, Any]) -> bool:
    """Whether every candidate has been tried with the first seed."""
    return all(f"{each['candidate']}#0" in record["trials"] for each in record["candidates"])


def _kept_rows(question: Question, results: Path) -> dict[str, np.ndarray]:
    import pyarrow.parquet as parquet

    path = results / f"{name_of(question)}.parquet"
    if not path.exists():
        return {}
    table = parquet.read_table(path)
    return {name: table[name].to_numpy() for name in table.column_names}


def _versions() -> dict[str, str]:
    from headstart.verbs.opening import versions

    return dict(versions())
