"""Where candidates meet: one attempt is one trial, on one draw, at one size, within an amount.

The arena knows the data, the book, the engine and the purse; what to try next is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from headstart import metrics
from headstart.delivery.contract import Contract, contract_to_plain
from headstart.evaluation import Outcome
from headstart.experiment import forecasts, vectors
from headstart.experiment.attempt import Attempt
from headstart.experiment.book import Book, as_candidate
from headstart.experiment.endings import ending_of
from headstart.experiment.material import Material
from headstart.experiment.prices import Prices
from headstart.experiment.purse import Purse
from headstart.experiment.rungs import MOST_RUNGS
from headstart.families import candidate_to_plain
from headstart.protocols import Engine
from headstart.records import Candidate, Prediction, Trial
from headstart.session import KEPT

MOST_DRAWS = 10
_SECONDS_BETWEEN_QUESTIONS = 0.25


class Onlooker(Protocol):
    """Is told what happens, for the live line."""

    def began(self, candidate: Candidate, rows: int, draw: int | None) -> None: ...

    def progressed(self, rounds: int, loss: float) -> None: ...

    def finished(self, trial: Trial) -> None: ...


@dataclass(slots=True, eq=False)
class Arena:
    """Runs trials and keeps what they measured.

    Attributes:
        checkpoints: name -> folder, for starts from an earlier model.
        facts: what every trial's model folder says of the data.
        most_megabytes: of a worker and its children.
        prepared: which vectors of frozen encoders are known to be there.
        interrupted: asked while a trial is under way; True ends it without a record.
        most_draws, most_rungs: at most so many; of the rungs the largest.
    """

    material: Material
    contract: Contract
    book: Book
    engine: Engine
    purse: Purse
    onlooker: Onlooker
    seed: int
    threads: int
    most_megabytes: float
    interrupted: Callable[[], bool]
    checkpoints: Mapping[str, Path]
    facts: Mapping[str, Any]
    prepared: set[str] = field(default_factory=set)
    most_draws: int = MOST_DRAWS
    most_rungs: int = MOST_RUNGS

    @property
    def vectors(self) -> Path:
        """The folder of vectors that frozen encoders made."""
        return self.material.folder.with_name("vectors")

    @property
    def slots(self) -> int:
        """How many trials may run side by side."""
        return 1 if self.purse.counts_work else self.engine.resources()

    def is_alone(self, candidate: Candidate, rows: int) -> bool:
        """Whether a trial keeps every core busy."""
        return self.slots == 1 or self.threads_of(candidate, rows) > 1

    def recalled(self, attempt: Attempt) -> bool:
        """Whether the book has this trial; one that ended before a kill is paid for now.

        What ran out of time is tried again where there is twice as much for it.
        """
        key = attempt.candidate.name, attempt.rows, attempt.draw
        if (found := self.book.find(*key)) is not None:
            is_cut = found.cause == "timeout" and not self.purse.counts_work
            return not (is_cut and attempt.amount >= 2.0 * found.seconds)
        again = self.book.recall(*key)
        if again is not None:
            self.purse.pay(again)
        return again is not None

    def end(self, attempt: Attempt, name: str, result: Mapping[str, Any], seconds: float) -> None:
        """A job has ended: its trial goes into the book, and is paid for.

        Args:
            seconds: that it kept others waiting, for one that failed and cannot tell.
        """
        trial = self._record(attempt, name, {"seconds": seconds, **result})
        self.book.end(trial)
        shutil.rmtree(self._live(name), ignore_errors=True)
        self.purse.pay(trial)
        self.onlooker.finished(trial)

    def catch_up(self) -> None:
        """Count what this call had ended before a kill and did not come to again."""
        for trial in self.book.recall_all():
            self.purse.pay(trial)

    def ask(self, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A job's result, or None when the user interrupts."""
        if self.interrupted():
            return None
        ticket = self.engine.submit(job)
        while not self.interrupted():
            ended = self.engine.wait(_SECONDS_BETWEEN_QUESTIONS)
            if ended is not None and ended[0] == ticket:
                return ended[1]
        self.engine.cancel(ticket)
        return None

    @property
    def prices(self) -> Prices:
        """What trials cost, as far as it is known by now."""
        return Prices(
            material=self.material, book=self.book, purse=self.purse, threads=self.threads
        )

    def expected(self, candidate: Candidate, rows: int, draw: int = 0) -> float:
        """What a trial of this size is expected to cost, in the purse's currency."""
        return self.prices.expected(candidate, rows, draw)

    def threads_of(self, candidate: Candidate, rows: int, draw: int | None = 0) -> int:
        """Cores for a trial."""
        return self.prices.threads_of(candidate, rows, draw)

    def outcome(self, trial: Trial) -> Outcome | None:
        """A finished trial's answers beside the truth, for the verdict."""
        if trial.status != "finished" or trial.draw is None or trial.score is None:
            return None
        truth, blocks, weights = self.material.truth(trial.draw)
        return Outcome(
            draw=trial.draw,
            score=trial.score,
            truth=truth,
            prediction=self.prediction(trial),
            blocks=blocks,
            weights=weights,
        )

    def prediction(self, trial: Trial) -> Prediction:
        """What a finished trial answered for its validation rows."""
        path = self.book.folder(trial.id) / "predictions.parquet"
        return forecasts.load(path, self.material.task)

    def model_folder(self, trial: Trial) -> Path:
        """The model folder that a finished trial left."""
        return self.book.folder(trial.id) / "model"

    def job(self, attempt: Attempt, name: str) -> dict[str, Any]:
        """The plain data of a trial, as `experiment.work` takes them."""
        candidate, rows, draw = attempt.candidate, attempt.rows, attempt.draw
        folder = self.book.folder(name)
        return {
            "op": "fit",
            "candidate": candidate_to_plain(candidate),
            "contract": contract_to_plain(self.contract),
            "training": self.material.training(draw, rows),
            "checking": None if draw is None else self.material.checking(draw),
            "folder": str(folder.absolute()),
            "live": str(self._live(name).absolute()),
            "earlier": self._earlier(candidate, rows, draw),
            "log": str(folder.with_name(f"{name}.log").absolute()),
            "cache": str(self.vectors),
            "seed": seed_of(self.seed, candidate.name, rows, draw),
            "threads": self.threads_of(candidate, rows, draw),
            "checkpoints": {name: str(path) for name, path in self.checkpoints.items()},
            "most_megabytes": self.most_megabytes / self._sharers(candidate, rows),
            "facts": {**self.facts, "rows": rows},
            **self.purse.limits(attempt.amount, self.prices.answering(candidate)),
            **({} if self.material.task.has_rows else {"work": rows / 1000}),
        }

    def _sharers(self, candidate: Candidate, rows: int) -> int:
        return 1 if self.is_alone(candidate, rows) else self.slots

    def _live(self, name: str) -> Path:
        """Where a trial under way keeps its state."""
        return self.book.folder(f"{name}.live")

    def _earlier(self, candidate: Candidate, rows: int, draw: int | None) -> str | None:
        """A world's larger rung goes on from the smaller one; a table's trial trains anew."""
        if self.material.task.has_rows:
            return None
        smaller = [
            trial
            for trial in self.book.trials
            if (trial.candidate, trial.draw) == (candidate.name, draw)
            and trial.status == "finished"
            and (trial.rows or 0) < rows
        ]
        if not smaller:
            return None
        last = max(smaller, key=lambda trial: trial.rows or 0)
        return str((self.book.folder(last.id) / KEPT).absolute())

    def _record(self, attempt: Attempt, name: str, result: Mapping[str, Any]) -> Trial:
        candidate, rows, draw = attempt.candidate, attempt.rows, attempt.draw
        settings = {**candidate_to_plain(candidate)["settings"], **result.get("settings", {})}
        trial = as_candidate(
            candidate,
            id=name,
            rows=rows,
            draw=draw,
            status=result["status"],
            cause=result.get("cause"),
            seconds=result.get("seconds", 0.0),
            cpu_seconds=result.get("cpu_seconds", 0.0),
            predict_seconds=result.get("predict_seconds", 0.0),
            peak_mb=result.get("peak_mb", 0.0),
            work=result.get("work", 0.0),
            because=result.get("because", candidate.because) + ending_of(result),
            settings=tuple(settings.items()),
        )
        used, to_answer = result.get("vectors", {}), result.get("vectors_to_answer", {})
        trial = vectors.with_share(self.book, candidate, trial, used, to_answer)
        return self._scored(trial) if draw is not None else trial

    def _scored(self, trial: Trial) -> Trial:
        if trial.status != "finished" or trial.draw is None:
            return trial
        task = self.material.task
        truth, _, weights = self.material.truth(trial.draw)
        answer = self.prediction(trial)
        scale = self.material.scale()
        score = metrics.score(task.metric, truth, answer, task, weights=weights, scale=scale)
        loss = metrics.proper_loss(truth, answer, task, weights=weights, scale=scale)
        return replace(trial, score=score, loss=loss)


def seed_of(seed: int, candidate: str, rows: int, draw: int | None) -> int:
    """A trial's seed, the same on every machine and in every order of trials.

    Example:
        >>> seed_of(0, "linear", 64, 0) == seed_of(0, "linear", 64, 0)
        True
    """
    digest = hashlib.sha256(f"{seed}/{candidate}/{rows}/{draw}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
