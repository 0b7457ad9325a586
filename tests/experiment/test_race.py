from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from headstart.experiment import race
from headstart.experiment.attempt import Attempt
from headstart.experiment.standings import rungs
from headstart.records import Candidate, Estimate, FineTune, Trial


def test_rungs_are_thirds_of_thirds_and_end_with_all_rows():
    assert rungs(27_000) == (1000, 3000, 9000, 27_000)


def test_no_rung_has_fewer_than_64_rows_unless_there_are_no_more():
    assert rungs(300) == (64, 100, 300)
    assert rungs(50) == (50,)


def test_of_too_many_rungs_the_largest_stay():
    assert rungs(27_000, most=2) == (9000, 27_000)
    assert rungs(50, most=1) == (50,)


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

    def __post_init__(self):
        self.purse = SimpleNamespace(
            left=lambda: self.seconds - 10 * len(self.tried),
            price=lambda trial: 10.0,
            counts_work=self.counts_work,
        )
        self.book = SimpleNamespace(trials=self.trials, begin=lambda name, rows, draw: name)
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

    def expected(self, candidate, rows):
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


def test_who_was_best_where_the_time_ended_is_a_finalist():
    course = Course({("a", 64): 0.3, ("b", 64): 0.2}, seconds=20)

    finalists = race.run(course, [scratch("a"), scratch("b", "xgboost")], keep=0)

    assert course.tried == [("a", 64), ("b", 64)]
    assert [each.name for each in finalists] == ["b", "a"]


def test_who_fails_takes_no_time_from_the_others():
    hostile = [scratch(f"hostile-{number}") for number in range(24)]
    good = [scratch("a", "xgboost"), scratch("b", "catboost")]
    told = {(each.name, rows): 0.2 for each in good for rows in (64, 100, 300)}
    course = Course(told, seconds=400)

    finalists = race.run(course, [*hostile, *good], keep=0)

    assert [name for name, rows in course.tried if rows == 64][-2:] == ["a", "b"]
    assert {each.name for each in finalists} == {"a", "b"}


def test_a_rung_that_costs_too_much_ends_once_somebody_has_finished():
    field = [scratch(f"c{number}") for number in range(12)]
    course = Course({(each.name, 64): 0.2 for each in field}, seconds=100)

    race.run(course, field, keep=0)

    assert 1 < sum(rows == 64 for _, rows in course.tried) < 12


def tuned(name: str) -> Candidate:
    return replace(scratch(name, "text_encoder"), start=FineTune(checkpoints=("a",)))


def test_a_start_that_the_clock_cut_altogether_is_tried_again_with_more_time():
    others = [scratch(f"c{number}", "xgboost") for number in range(8)]
    told = {(each.name, rows): 0.2 for each in others for rows in (64, 100, 300)}
    course = Course(told, seconds=900, counts_work=False, patient={"slow": 200.0})

    race.run(course, [tuned("slow"), *others], keep=0)

    assert course.tried.count(("slow", 64)) == 2
    assert ("slow", 100) in course.tried


def test_a_second_candidate_of_a_start_that_has_finished_is_not_tried_again():
    others = [tuned("quick"), *(scratch(f"c{number}", "xgboost") for number in range(7))]
    told = {(each.name, rows): 0.2 for each in others for rows in (64, 100, 300)}
    course = Course(told, seconds=900, counts_work=False, patient={"slow": 200.0})

    race.run(course, [tuned("slow"), *others], keep=0)

    assert course.tried.count(("slow", 64)) == 1


def test_the_best_of_each_start_comes_to_all_rows_before_siblings_do():
    quick = [scratch(f"c{number}", "xgboost") for number in range(3)]
    told = {(each.name, rows): 0.2 for each in quick for rows in (64, 100, 300)}
    told |= {("slow", rows): 0.9 for rows in (64, 100, 300)}
    course = Course(told, seconds=900)

    race.run(course, [*quick, tuned("slow")], keep=0)

    assert [name for name, rows in course.tried if rows == 300] == ["c0", "slow", "c1", "c2"]


@dataclass
class Priced(Course):
    """A course on which candidates have prices of their own from 100 rows on."""

    prices: dict[str, float] = field(default_factory=dict)

    def expected(self, candidate, rows):
        return self.prices.get(candidate.name, 1.0) if rows >= 100 else 1.0


def test_the_best_is_left_behind_when_it_would_take_more_than_half_of_what_is_left():
    told = {
        (name, rows): loss
        for name, loss in (("net", 0.1), ("tree", 0.2))
        for rows in (64, 100, 300)
    }
    course = Priced(told, seconds=100, prices={"net": 60.0})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=40)

    assert [name for name, rows in course.tried if rows == 100] == ["tree"]


def test_who_is_alone_climbs_whatever_it_costs():
    told = {("net", rows): 0.1 for rows in (64, 100, 300)}
    course = Priced(told, seconds=100, prices={"net": 60.0})

    race.run(course, [scratch("net", "feedforward")], keep=10)

    assert ("net", 100) in course.tried


def test_what_is_quick_arrives_on_what_is_kept_back_for_the_favourite():
    told = {("net", 64): 0.1, ("tree", 64): 0.2, ("tree", 100): 0.2}
    course = Priced(told, seconds=30, rows=100, prices={"net": 60.0, "tree": 0.5})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=7)

    assert ("tree", 100) in course.tried
