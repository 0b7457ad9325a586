"""Races whose trials are told beforehand."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.records import Candidate, Estimate, FineTune, Trial


def scratch(name: str, family: str = "lightgbm") -> Candidate:
    return Candidate(name=name, family=family, settings=None, estimate=Estimate(seconds=1.0))


@dataclass
class Course:
    """An arena whose trials are told beforehand: (candidate, rows) -> loss, or None if it fails.

    Every trial costs 10 seconds; what is not told is never finished in time, but for `patient`
    ones when they get so many seconds.
    """

    told: dict[tuple[str, int], float | None]
    seconds: float
    rows: int = 300
    most_draws: int = 1
    most_rungs: int = 4
    counts_work: bool = True
    patient: dict[str, float] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    tried: list[tuple[str, int]] = field(default_factory=list)
    noted: list[dict] = field(default_factory=list)
    slots = Arena.slots
    is_alone = Arena.is_alone

    def __post_init__(self):
        self.purse = SimpleNamespace(
            left=lambda: self.seconds - 10 * len(self.tried),
            price=lambda trial: 10.0,
            counts_work=self.counts_work,
        )
        self.book = SimpleNamespace(
            trials=self.trials,
            begin=lambda name, rows, draw: name,
            note=self.noted.append,
            entries=lambda kind: [each for each in self.noted if each["type"] == kind],
        )
        task = SimpleNamespace(has_rows=True)
        self.material = SimpleNamespace(rows=self.rows, all_rows=self.rows, task=task)
        self.onlooker = SimpleNamespace(began=lambda candidate, rows, draw: None)
        self.engine = self
        self.jobs: list[Attempt] = []

    def interrupted(self):
        return False

    def resources(self):
        return 1

    def recalled(self, attempt):
        return False

    def expected(self, candidate, rows, draw=0):
        return 1.0

    def job(self, attempt, name):
        return attempt

    def submit(self, attempt):
        self.jobs.append(attempt)
        return len(self.jobs)

    def wait(self, seconds):
        return len(self.jobs), {}

    def end(self, attempt, name, result, seconds):
        self.tried.append((name, attempt.rows))
        loss = self.told.get((name, attempt.rows))
        if attempt.amount >= self.patient.get(name, float("inf")):
            loss = 0.1
        self.trials.append(
            Trial(
                id=f"{len(self.tried):04d}",
                candidate=name,
                family=attempt.candidate.family,
                start=attempt.candidate.start,
                status="finished" if loss is not None else "failed",
                cause=None if loss is not None else "timeout",
                seconds=10.0,
                rows=attempt.rows,
                draw=attempt.draw,
                loss=loss,
            )
        )


def tuned(name: str) -> Candidate:
    return replace(scratch(name, "text_encoder"), start=FineTune(checkpoints=("a",)))


@dataclass
class Priced(Course):
    """A course on which candidates have prices of their own from 100 rows on."""

    prices: dict[str, float] = field(default_factory=dict)

    def expected(self, candidate, rows, draw=0):
        return self.prices.get(candidate.name, 1.0) if rows >= 100 else 1.0
