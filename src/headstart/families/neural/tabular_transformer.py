"""Let the features of a row attend to each other: a Transformer whose tokens are columns.

Strong where interactions of columns decide and rows are many; it costs the square of the number of
columns, and on small tables it learns less per second than a feed-forward ensemble.

Defaults: smaller than the paper's (64 instead of 192 entries of a token), for processor cores.
Reference: Gorishniy et al. 2021, "Revisiting Deep Learning Models for Tabular Data".
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
    name="tabular_transformer",
    summary="a Transformer whose tokens are the columns of a row",
    kinds=("classification", "regression"),
    modalities=("number", "category", "text", "time", "identifier"),
    starts=("FineTune", "Scratch"),
    extras=("deep",),
    libraries=("torch",),
    threads="all",
    when_not="with fewer than some thousand rows, or with hundreds of columns",
    references=(
        "Gorishniy et al. 2021, 'Revisiting Deep Learning Models for Tabular Data', section 3.3",
    ),
    no_start=(
        ("Direct", "no such network is published that fits other people's columns"),
        ("Transfer", "its tokens mean this table's columns; go on from it with FineTune"),
    ),
)

_FEWEST_ROWS = 2_000
_MOST_TOKENS = 200
_MOST_SECONDS = 3_600.0
_SECONDS_PER_PRODUCT = 2e-10
_SECONDS_PER_STEP = 4e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for processor cores; None depends on the number of rows."""

    width: int = setting(64, "entries of a token; a multiple of `heads`", low=8, high=1024)
    blocks: int = setting(2, "blocks of attention and a gated layer", low=1, high=12)
    heads: int = setting(8, "attention heads", low=1, high=64)
    dropout: float = setting(0.1, "share of attention and units left out", low=0.0, high=0.9)
    frequencies: int = setting(16, "cosines per number", low=1, high=256)
    sigma: float = setting(1.0, "spread of the first frequencies", low=1e-3, high=10.0)
    scaling: str = setting("robust", "how numbers are scaled", choices=("robust", "normal"))
    passes: int | None = setting(None, "most passes over the rows", low=1, high=10_000)
    batch: int | None = setting(None, "rows of a step", low=1, high=65_536)
    learning_rate: float = setting(1e-3, "step at the top of the schedule", low=1e-6, high=1.0)
    decay: float = setting(1e-4, "weight decay", low=0.0, high=1.0)
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
    tokens = sum(
        matrix_columns(column.modality, column.distinct)
        for column in profile.inputs()
        if column.modality in CARD.modalities
    )
    estimate = _estimate(Settings(), profile.rows, tokens)
    refused = _refused(profile.rows, tokens, estimate)
    if refused:
        return Refusal(family=CARD.name, because=refused)
    return [
        Candidate(
            name=CARD.name,
            family=CARD.name,
            settings=Settings(),
            because=(
                f"{profile.rows:,} rows are enough for attention among {tokens} columns "
                "(Gorishniy et al. 2021)"
            ),
            estimate=estimate,
        )
    ]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TableNetwork:
    need("torch", wanted_by="the family `tabular_transformer`")
    from headstart.families.neural._table import learn

    settings = _resolved(candidate.settings, len(data))
    return learn(_architecture(), replace(candidate, settings=settings), task, data, session)


def load(folder: Path) -> TableNetwork:
    need("torch", wanted_by="the family `tabular_transformer`")
    from headstart.families.neural._table import load_network

    return load_network(folder, _architecture())


def network(settings: Settings, columns: Any, outputs: int, generator: Any) -> Any:
    """The untrained network: the target of weight surgery."""
    from headstart.networks.feature_transformer import FeatureTransformer

    return FeatureTransformer(
        columns,
        outputs,
        d=settings.width,
        blocks=settings.blocks,
        heads=settings.heads,
        dropout=settings.dropout,
        frequencies=settings.frequencies,
        sigma=settings.sigma,
        generator=generator,
    )


def _refused(rows: int, tokens: int, estimate: Estimate) -> str:
    """Why it is not worth trying, with the numbers; empty where it is."""
    if not tokens:
        return "no input column is a number, category or text"
    if rows < _FEWEST_ROWS:
        return f"{rows:,} rows: attention among columns wants {_FEWEST_ROWS:,} and more"
    if tokens > _MOST_TOKENS:
        return f"{tokens} columns: attention costs their square, so it takes {_MOST_TOKENS} at most"
    if estimate.seconds > _MOST_SECONDS:
        minutes = estimate.seconds / 60
        return f"{rows:,} rows of {tokens} columns would take about {minutes:.0f} minutes"
    return ""


def _resolved(settings: Settings, rows: int) -> Settings:
    """More passes over few rows, larger batches of many."""
    near = 2 ** round(math.log2(max(rows, 1) / 60 + 1))
    return replace(
        settings,
        passes=settings.passes or round(min(60, max(6, 30 * (13_000 / max(rows, 1)) ** 0.4))),
        batch=settings.batch or min(1024, max(32, near)),
    )


def _estimate(settings: Settings, rows: int, tokens: int) -> Estimate:
    """Of a fit with two threads; measured at 13,000 rows of 8 numbers."""
    settings = _resolved(settings, rows)
    assert settings.passes is not None
    assert settings.batch is not None
    d, t = settings.width, tokens + 1
    # Per token and block: 4 d^2 for attention, 4 d^2 for the gated layer, 2 t d for the scores.
    products = settings.blocks * t * (8 * d * d + 2 * t * d)
    steps = settings.passes * max(1, rows // settings.batch)
    seconds = settings.passes * rows * products * _SECONDS_PER_PRODUCT + steps * _SECONDS_PER_STEP
    activations = settings.batch * settings.blocks * t * (16 * d + 2 * settings.heads * t)
    megabytes = 350 + (4 * activations + 16 * rows * tokens) / 1e6
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
            momentum=0.999,
            patience=settings.patience,
            clip=1.0,
        )

    return Architecture(
        name=CARD.name,
        settings=Settings,
        build=network,
        shape=("width", "blocks", "heads", "frequencies"),
        course=course,
        features=lambda settings, rows: learn_scaled(rows, scaling=settings.scaling, most_flags=0),
        pieces=lambda settings: 1,
        members=lambda settings: 1,
    )
