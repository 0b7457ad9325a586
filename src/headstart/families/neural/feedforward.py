"""Train several feed-forward networks for tables in one tensor, and average them.

A strong second opinion beside boosted trees on tables of a few thousand rows and more: smooth where
trees are steps, and often the better half of a blend. Members differ by their first weights and by
the rows that they hold out; each is stopped by rows it has not seen, and together they use all.

Defaults: after RealMLP and TabM, tuned again for two processor cores.
References: Holzmüller et al. 2024, "Better by Default"; Gorishniy et al. 2024, "TabM".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.features.codes import matrix_columns
from headstart.processes.libraries import need
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Profile,
    Refusal,
    Table,
    Task,
    setting,
)
from headstart.session import Session

if TYPE_CHECKING:
    from headstart.families.neural._table import Architecture, TableNetwork

CARD = Card(
    name="feedforward",
    summary="an ensemble of feed-forward networks in one tensor",
    spelled="FeedForward",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier", "vector"),
    starts=("FineTune", "Scratch"),
    extras=("deep",),
    libraries=("torch",),
    threads="all",
    when_not="with a few hundred rows, or where most columns say nothing: trees ignore them better",
    references=(
        "Holzmüller et al. 2024, 'Better by Default: Strong Pre-Tuned MLPs and Boosted Trees'",
        "Gorishniy et al. 2024, 'TabM: Advancing Tabular Deep Learning with Efficient Ensembling'",
    ),
    no_start=(
        ("Direct", "no network is published that fits other people's columns"),
        ("Transfer", "its first layer means this table's columns; go on from it with FineTune"),
    ),
)

_SECONDS_PER_WEIGHT = 1e-10
_SECONDS_PER_STEP = 2e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Tuned defaults; None depends on the number of rows or the kind of task."""

    members: int = setting(8, "networks in one tensor", low=1, high=64)
    width: int = setting(128, "units of a layer", low=1, high=4096)
    layers: int = setting(3, "hidden layers", low=1, high=16)
    activation: str = setting("relu", "what bends a unit", choices=("relu", "selu", "mish", "silu"))
    dropout: float = setting(0.1, "share of units left out at a step", low=0.0, high=0.9)
    numbers: str = setting(
        "piecewise", "how a number is embedded", choices=("piecewise", "periodic")
    )
    entries: int = setting(8, "entries of a number's embedding", low=2, high=64)
    pieces: int = setting(48, "pieces of a piecewise number", low=1, high=500)
    frequencies: int = setting(16, "cosines of a periodic number", low=1, high=256)
    sigma: float = setting(1.0, "spread of the first frequencies", low=1e-3, high=10.0)
    scaling: str = setting("normal", "how numbers are scaled", choices=("robust", "normal"))
    most_flags: int = setting(9, "values up to which a category becomes flags", low=0, high=1000)
    passes: int | None = setting(None, "most passes over the rows", low=1, high=10_000)
    batch: int | None = setting(None, "rows of a step", low=1, high=65_536)
    learning_rate: float = setting(0.03, "step at the top of the schedule", low=1e-6, high=1.0)
    decay: float = setting(0.02, "weight decay", low=0.0, high=1.0)
    schedule: str = setting(
        "cosine",
        "how the learning rate moves",
        choices=("four_waves", "cosine", "flat_then_cosine", "constant"),
    )
    smoothing: float = setting(0.0, "share of a class's weight spread over all", low=0.0, high=0.5)
    patience: float = setting(0.4, "share of the schedule without gain before the end", low=0.01)


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    width = sum(
        matrix_columns(column.modality, column.distinct)
        for column in profile.inputs()
        if column.modality in CARD.modalities
    )
    if not width:
        return Refusal(family=CARD.name, because="no input column is a number, category or text")
    # The entries of a vector are smooth already: bending each costs much and overfits.
    pieces = Settings(entries=2, pieces=8) if profile.inputs("vector") else Settings()
    waves = Settings(numbers="periodic", sigma=0.1)
    return [
        Candidate(
            name=CARD.name,
            family=CARD.name,
            settings=pieces,
            because=(
                f"{profile.rows:,} rows and {width} columns: a well set ensemble of small networks "
                "stands beside boosted trees (Gorishniy et al. 2024, TabM)"
            ),
            estimate=_estimate(pieces, task, profile.rows, width),
        ),
        Candidate(
            name="feedforward.periodic",
            family=CARD.name,
            settings=waves,
            because=(
                f"{width} columns: cosines of numbers bend more smoothly than pieces do "
                "(Holzmüller et al. 2024, RealMLP)"
            ),
            estimate=_estimate(waves, task, profile.rows, width),
        ),
    ]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TableNetwork:
    need("torch", wanted_by="the family `feedforward`")
    from headstart.families.neural._table import learn

    settings = _resolved(candidate.settings, len(data))
    return learn(_architecture(), replace(candidate, settings=settings), task, data, session)


def load(folder: Path) -> TableNetwork:
    need("torch", wanted_by="the family `feedforward`")
    from headstart.families.neural._table import load_network

    return load_network(folder, _architecture())


def _resolved(settings: Settings, rows: int) -> Settings:
    """More passes over few rows, larger batches of many: some thousand steps at most."""
    near = 2 ** round(math.log2(max(rows, 1) / 60 + 1))
    return replace(
        settings,
        passes=settings.passes or round(min(60, max(8, 40 * (13_000 / max(rows, 1)) ** 0.4))),
        batch=settings.batch or min(1024, max(32, near)),
    )


def _estimate(settings: Settings, task: Task, rows: int, width: int) -> Estimate:
    """Of a fit with two threads; measured at 13,000 rows of 8 numbers and 32,000 of 14 columns."""
    settings = _resolved(settings, rows)
    assert settings.passes is not None
    assert settings.batch is not None
    outputs = sum(map(len, task.classes)) or len(task.targets)
    h = settings.width
    weights = settings.members * (
        width * settings.entries * h + (settings.layers - 1) * h * h + h * outputs
    )
    steps = settings.passes * max(1, rows // settings.batch)
    seconds = settings.passes * rows * weights * _SECONDS_PER_WEIGHT + steps * _SECONDS_PER_STEP
    activations = settings.batch * settings.members * (width * settings.entries + 6 * h)
    megabytes = 350 + (16 * weights + 12 * activations + 16 * rows * width) / 1e6
    return Estimate(seconds=0.5 + seconds, megabytes=megabytes)


def _architecture() -> Architecture:
    from headstart.families.neural._table import Architecture
    from headstart.features.scaled import learn_scaled
    from headstart.training.loop import Course
    from headstart.training.schedule import SCHEDULES

    def course(settings: Settings, rows: int, goes_on: bool) -> Course:
        assert settings.passes is not None
        assert settings.batch is not None
        return Course(
            passes=settings.passes,
            batch=settings.batch,
            learning_rate=settings.learning_rate * (0.25 if goes_on else 1.0),
            decay=settings.decay,
            schedule=SCHEDULES[settings.schedule],
            patience=settings.patience,
        )

    return Architecture(
        name=CARD.name,
        settings=Settings,
        build=network,
        shape=(
            "members",
            "width",
            "layers",
            "activation",
            "numbers",
            "entries",
            "pieces",
            "frequencies",
        ),
        course=course,
        features=lambda settings, rows: learn_scaled(
            rows, scaling=settings.scaling, most_flags=settings.most_flags
        ),
        pieces=lambda settings: settings.pieces,
        members=lambda settings: settings.members,
    )


def network(settings: Settings, columns: Any, outputs: int, generator: Any) -> Any:
    """The untrained network: the target of weight surgery."""
    from headstart.networks.feedforward import FeedForward

    return FeedForward(
        columns,
        outputs,
        k=settings.members,
        h=settings.width,
        layers=settings.layers,
        activation=settings.activation,
        dropout=settings.dropout,
        numbers=settings.numbers,
        entries=settings.entries,
        frequencies=settings.frequencies,
        sigma=settings.sigma,
        generator=generator,
    )
