"""Findings of four invented runs: classes, numbers, a world, and one that was interrupted."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from headstart.families.floors import majority
from headstart.records import (
    Budget,
    Candidate,
    ColumnFacts,
    Crossover,
    Estimate,
    Profile,
    Refusal,
    Scratch,
    Split,
    Standing,
    Task,
    Trap,
    Trial,
    Verdict,
    WorldFacts,
)
from headstart.reporting.findings import (
    ColumnImportance,
    Confusion,
    CurvePoint,
    Findings,
    FittedPoint,
    FloorResult,
    LedgerLine,
    LockedResult,
    Price,
    ReliabilityBin,
    Returns,
    RowCounts,
    WorstRow,
)

RACE = (
    ("lightgbm", "lightgbm", 0.871, 0.006, 12.4),
    ("catboost", "catboost", 0.869, 0.006, 41.0),
    ("feedforward", "feedforward", 0.866, 0.008, 66.0),
    ("xgboost", "xgboost", 0.864, 0.007, 11.0),
    ("tabular_transformer", "tabular_transformer", 0.858, 0.010, 160.0),
    ("random_forest", "random_forest", 0.852, 0.007, 9.1),
    ("linear", "linear", 0.841, 0.007, 0.6),
    ("majority", "majority", 0.759, 0.001, 0.01),
)
SIZES = (968, 2905, 8716, 26150)


@pytest.fixture
def classes() -> Findings:
    return classification()


@pytest.fixture
def numbers() -> Findings:
    return regression()


@pytest.fixture
def world() -> Findings:
    return control()


@pytest.fixture
def tie() -> Findings:
    return tie_with_floor()


@pytest.fixture
def interrupted() -> Findings:
    return stopped_early()


def classification() -> Findings:
    task = Task(
        kind="classification",
        targets=("income",),
        classes=(("<=50K", ">50K"),),
        metric="accuracy",
        positive=">50K",
        split=Split(kind="grouped", column="household"),
    )
    chance = random.Random(0)
    return Findings(
        run="run-1",
        source="census.csv",
        task=task,
        command="headstart fit census.csv --target income --minutes 5 --seed 0",
        budget=Budget(seconds=300),
        seconds=297.4,
        profile=_profile(task),
        candidates=tuple(_candidate(name, family, cost) for name, family, _, _, cost in RACE),
        refusals=(
            Refusal(family="linear", start="Direct", because="it has no pretrained parameters"),
            Refusal(
                family="lightgbm",
                start="FineTune",
                because="no earlier run was given; --weights RUN goes on boosting from one",
            ),
            Refusal(family="random_policy", because="it acts in worlds, and this is a table"),
        ),
        trials=(*_trials(chance), _failed()),
        verdict=_verdict("up"),
        test=LockedResult(
            score=0.8694,
            interval=(0.8621, 0.8765),
            metrics=(("roc_auc", 0.9241), ("log_loss", 0.2833), ("f1", 0.7132), ("brier", None)),
            floor=FloorResult(family="linear", score=0.8402, interval=(0.8322, 0.8480)),
        ),
        rows=RowCounts(train=26150, test=6537, rejected=3, unlabelled=12),
        price=Price(train_seconds=9.8, predict_milliseconds=0.021, megabytes=1.9),
        curves=_curves(chance),
        reliability=tuple(
            ReliabilityBin(
                promised=(k + 0.5) / 10,
                happened=min(1.0, max(0.0, (k + 0.5) / 10 + chance.uniform(-0.03, 0.03))),
                rows=int(3000 / (1 + min(k, 9 - k))),
                interval=(max(0.0, (k + 0.5) / 10 - 0.04), min(1.0, (k + 0.5) / 10 + 0.04)),
            )
            for k in range(10)
        ),
        confusion=(Confusion(labels=("<=50K", ">50K"), counts=((4702, 285), (569, 981))),),
        importance=tuple(
            ColumnImportance(column=name, loss_increase=rise, interval=(rise * 0.85, rise * 1.12))
            for name, rise in (
                ("capital-gain", 0.061),
                ("relationship", 0.048),
                ("education-num", 0.029),
                ("age", 0.027),
                ("occupation", 0.019),
                ("hours-per-week", 0.011),
                ("native-country", -0.0004),
            )
        ),
        worst=tuple(
            WorstRow(
                row=1843 + 911 * k,
                truth=">50K",
                prediction="<=50K (99 %)",
                loss=4.6 - 0.3 * k,
                columns=(
                    ("age", 22 + k),
                    ("education", "11th"),
                    ("occupation", "Sales"),
                    ("hours", 20.5),
                ),
            )
            for k in range(6)
        ),
        ledger=(
            LedgerLine(phase="profile", estimated=2.0, spent=1.4),
            LedgerLine(phase="floors", estimated=1.0, spent=0.8, trials=2),
            LedgerLine(phase="race", estimated=150.0, spent=158.2, trials=31),
            LedgerLine(phase="draws", estimated=75.0, spent=88.1, trials=12),
            LedgerLine(phase="refit", estimated=14.0, spent=12.2, trials=1),
        ),
        doubts=("3,204 rows appear twice; copies stay on one side of every split",),
        would_change=("twice the rows: about +0.3 points (± 0.2)",),
        versions=(("headstart", "0.1.0"), ("lightgbm", "4.7.0"), ("python", "3.11.9")),
    )


def regression() -> Findings:
    chance = random.Random(1)
    task = Task(kind="regression", targets=("median_value",), metric="rmse")
    found = classification()
    assert found.verdict is not None
    assert found.test is not None
    points = []
    for _ in range(1500):
        truth = min(5.0, chance.lognormvariate(0.6, 0.5))
        points.append(FittedPoint(truth=truth, prediction=0.2 + 0.9 * truth + chance.gauss(0, 0.3)))
    return replace(
        found,
        source="houses.parquet",
        task=task,
        command="headstart fit houses.parquet --target median_value",
        profile=replace(_profile(task), source="houses.parquet", balance=()),
        verdict=_verdict("down"),
        trials=tuple(
            replace(t, score=None if t.score is None else 1.3 - t.score) for t in found.trials
        ),
        test=replace(
            found.test,
            score=0.4312,
            interval=(0.418, 0.445),
            metrics=(("mae", 0.281), ("r2", 0.86)),
            floor=FloorResult(family="linear", score=0.551, interval=(0.53, 0.575)),
            looks=2,
        ),
        curves=tuple(replace(point, score=1.3 - point.score) for point in found.curves),
        reliability=(),
        confusion=(),
        fitted=tuple(points),
    )


def control() -> Findings:
    task = Task(kind="control", metric="return")
    chance = random.Random(2)
    ours, floor = (
        Standing(
            candidate="augmented_random_search",
            family="augmented_random_search",
            start=Scratch(),
            score=488.0,
            interval=(471.0, 499.0),
            cost=48,
            draws=3,
        ),
        Standing(
            candidate="random_policy",
            family="random_policy",
            start=Scratch(),
            score=22.1,
            interval=(19.0, 25.5),
            cost=0.1,
            draws=3,
        ),
    )
    facts = WorldFacts(
        observation=(4,),
        states=None,
        actions=2,
        action_size=None,
        episode_steps=500,
        threshold=475.0,
        random_return=22.3,
        episodes=20,
        steps_per_second=41000.0,
    )
    return Findings(
        run="run-2",
        source="gym:CartPole-v1",
        task=task,
        command="headstart fit gym:CartPole-v1 --steps 200",
        budget=Budget(steps=200),
        profile=Profile(source="gym:CartPole-v1", rows=0, columns=(), task=task, world=facts),
        verdict=Verdict(
            winner=ours,
            confidence="clear",
            tied=(),
            floor=floor,
            metric="return",
            direction="up",
            deep_worth_it=True,
            probability_best=0.999,
            region=0.0,
            because="it earns 466 more than random play on the same 20 reset seeds",
            standings=(ours, floor),
        ),
        test=LockedResult(
            score=486.0,
            interval=(468.0, 500.0),
            floor=FloorResult(family="random_policy", score=21.7, interval=(18.2, 25.0)),
        ),
        rows=RowCounts(train=130000, test=40),
        curves=tuple(
            CurvePoint(candidate=name, rows=steps, draw=draw, score=score + chance.uniform(-8, 8))
            for name, scores in (
                ("augmented_random_search", (61, 204, 391, 488)),
                ("random_policy", (22, 22, 22, 22)),
            )
            for steps, score in zip((4815, 14444, 43333, 130000), scores, strict=True)
            for draw in range(3)
        ),
        returns=(
            Returns(
                candidate="augmented_random_search",
                values=tuple(min(500.0, chance.gauss(490, 25)) for _ in range(40)),
            ),
            Returns(
                candidate="random_policy",
                values=tuple(max(8.0, chance.gauss(22, 9)) for _ in range(40)),
            ),
        ),
        ledger=(LedgerLine(phase="race", estimated=180.0, spent=171.0, trials=8),),
        versions=(("headstart", "0.1.0"), ("gymnasium", "1.4.0")),
    )


def tie_with_floor() -> Findings:
    found = classification()
    assert found.verdict is not None
    decided = found.verdict
    return replace(
        found,
        verdict=replace(
            decided,
            winner=decided.floor,
            confidence="tie",
            tied=("lightgbm", "catboost"),
            deep_worth_it=False,
            probability_best=0.58,
            because="nothing is better than linear by more than 0.003 with probability 0.75",
        ),
    )


def stopped_early() -> Findings:
    found = classification()
    return replace(
        found,
        interrupted=True,
        verdict=None,
        test=None,
        trials=found.trials[:3],
        curves=(),
        reliability=(),
        confusion=(),
        importance=(),
        worst=(),
        ledger=(),
        price=Price(),
        rows=RowCounts(train=26150, test=6537),
    )


def _profile(task: Task) -> Profile:
    columns = tuple(
        ColumnFacts(name=name, modality=modality, role="input", missing=missing, distinct=distinct)
        for name, modality, missing, distinct in (
            ("age", "number", 0, 73),
            ("education", "category", 0, 16),
            ("occupation", "category", 1836, 14),
            ("hours", "number", 0, 94),
        )
    )
    target = ColumnFacts(
        name=task.targets[0], modality="category", role="target", missing=12, distinct=2
    )
    return Profile(
        source="census.csv",
        rows=32687,
        columns=(*columns, target),
        task=task,
        traps=(
            Trap(kind="duplicates", because="3,204 rows appear twice; copies stay on one side"),
            Trap(
                kind="leak",
                columns=("closed_on_day",),
                because="closed_on_day is filled in for one class only: it looks as if it was "
                "written after the outcome. --column closed_on_day=number keeps it.",
            ),
        ),
        unlabelled=12,
        rejected=3,
        balance=(0.759, 0.241),
    )


def _candidate(name: str, family: str, cost: float) -> Candidate:
    return Candidate(
        name=name,
        family=family,
        settings=majority.Settings(),
        because="26,150 rows of mixed columns: boosted trees are the strongest default there",
        estimate=Estimate(seconds=cost * 0.9, megabytes=220),
    )


def _verdict(direction: str) -> Verdict:
    def place(name: str, family: str, score: float, half: float, cost: float) -> Standing:
        score = score if direction == "up" else 1.3 - score
        return Standing(
            candidate=name,
            family=family,
            start=Scratch(),
            score=score,
            interval=(score - half, score + half),
            cost=cost,
            draws=5,
        )

    standings = tuple(place(*row) for row in RACE)
    return Verdict(
        winner=standings[0],
        confidence="clear",
        tied=(),
        floor=standings[6],
        metric="accuracy" if direction == "up" else "rmse",
        direction="up" if direction == "up" else "down",
        deep_worth_it=True,
        probability_best=0.962,
        region=0.0026,
        because="lightgbm is better than anything cheaper by more than 0.003 with probability 0.96",
        standings=standings,
        crossovers=(
            Crossover(
                between=("Scratch", "FineTune"),
                labels=103.0,
                interval=(60.0, 150.0),
                because="below it the earlier run's model is as good, in seconds",
                below="FineTune",
                above="Scratch",
            ),
            Crossover(between=("Scratch", "Transfer"), because="cannot tell: one rung in common"),
        ),
    )


def _curves(chance: random.Random) -> tuple[CurvePoint, ...]:
    points = []
    for name, _, score, half, _ in RACE:
        for place, rows in enumerate(SIZES):
            behind = 0.0 if name == "majority" else (3 - place) * (0.006 + half)
            for draw in range(3 if rows < 3000 or name in ("lightgbm", "catboost") else 1):
                noise = chance.gauss(0, half / 2)
                points.append(
                    CurvePoint(candidate=name, rows=rows, draw=draw, score=score - behind + noise)
                )
    return tuple(points)


def _trials(chance: random.Random) -> tuple[Trial, ...]:
    return tuple(
        Trial(
            id=f"{number:04d}",
            candidate=name,
            family=family,
            start=Scratch(),
            status="finished",
            rows=SIZES[0],
            draw=0,
            score=score - 0.03,
            loss=0.4 - chance.uniform(0, 0.1),
            seconds=cost / 8,
            peak_mb=180 + 100 * chance.random(),
        )
        for number, (name, family, score, _, cost) in enumerate(reversed(RACE), start=1)
    )


def _failed() -> Trial:
    return Trial(
        id="0009",
        candidate="tabular_transformer",
        family="tabular_transformer",
        start=Scratch(),
        status="failed",
        cause="memory",
        rows=SIZES[3],
        draw=1,
        because="it needed more than 2,900 MB, which is what this machine has free",
    )
