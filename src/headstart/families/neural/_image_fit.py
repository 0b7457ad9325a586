"""How a pretrained network for pictures is trained: a head on what stands, then what may learn.

What stands still is computed once. The vectors of a checkpoint's top are those that the embedding
step keeps (`features.picture_embedding`): what one trial has computed the next one takes. Where
only upper stages learn, the maps below them are written to a file, and every pass reads that.

Shapes: n rows, m image columns, c columns beside, p features of the head.
References: Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features" (head first); Howard &
Ruder 2018, "ULMFiT" (rates by layer).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from headstart.errors import WeightsError
from headstart.families.neural._image_model import ImageModel
from headstart.families.neural._lesson import Lesson, decayed, held_out_part
from headstart.families.neural._picture_fit import cache_of
from headstart.features.kept_vectors import KeptVectors
from headstart.features.picture_embedding import PictureEmbedding, picture_keys
from headstart.networks.encoder_network import UpperPart
from headstart.networks.low_rank import add_low_rank, merge_low_rank
from headstart.networks.pretrained import own_randomness
from headstart.records import Table, Task
from headstart.session import Session, Vectors
from headstart.training.adam import Group
from headstart.training.holding import HeldOut, held_out_loss
from headstart.training.loop import Course, Examples, train
from headstart.training.probing import Parts, probe
from headstart.training.schedule import cosine
from headstart.training.threads import threads

_MOST_HELD = 500
_ROWS_FOR_SIZES = 64
_ROUND_ROWS = 1_024
_KEPT_AT_ONCE = 512  # rows whose vectors become one file

Trunk = Literal["frozen", "last", "all", "low_rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How far a network is trained.

    Attributes:
        trunk: what of the encoder learns: nothing, its last stages, everything, or small changes
            beside its layers.
        probes: whether the head is found on the standing encoder first.
        standing: whose vectors are kept for other trials; None for an encoder that has learned.
        blank: whether the weights know nothing, wherever they were taken from.
    """

    trunk: Trunk
    probes: bool
    standing: PictureEmbedding | None = None
    blank: bool = False


def learn(model: ImageModel, plan: Plan, lesson: Lesson, session: Session) -> ImageModel:
    """Train a model in place: sizes and head on the standing encoder first, then what learns."""
    generator = torch.Generator().manual_seed(session.seed)
    cache = cache_of(session) if plan.trunk in ("all", "low_rank") else None
    with own_randomness(session.seed), threads(session.threads):
        inputs = model.inner.inputs(lesson.rows, cores=session.threads, cache=cache)
        if plan.trunk == "frozen":
            _learn_head(model, plan, inputs, lesson, session, generator)
            return model
        held = held_out_part(lesson, session.seed, _MOST_HELD)
        if not session.kept:
            _begin(model, plan, inputs, lesson, held, session, generator)
        with _learning(model, plan, generator) as groups:
            if plan.trunk == "last":
                _descend_on_maps(model, groups, inputs, lesson, held, session, generator)
            else:
                _descend(model, model.network, groups, inputs, lesson, held, session, generator)
    return model


def _begin(
    model: ImageModel,
    plan: Plan,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    held: HeldOut | None,
    session: Session,
    generator: torch.Generator,
) -> None:
    """Sizes of the features, and the head on the rows that are not held out."""
    order = torch.randperm(len(lesson.rows), generator=generator)
    if held is not None:
        order = order[~torch.isin(order, held.rows[0])]
    if plan.probes:
        rows, found = _features(model, plan, inputs, lesson, order, session, share=0.3)
        session.spend(len(rows) / 1000)
        _set_head(model, rows.numpy(), found, lesson, session.seed)
    elif plan.blank or not model.receipt.moves:
        few = order[:_ROWS_FOR_SIZES]
        vectors = _computed(model, inputs, few, session, share=0.3)[1]
        model.network.measure_sizes(_joined(model, vectors, inputs, few[: len(vectors)]))


def _learn_head(
    model: ImageModel,
    plan: Plan,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    session: Session,
    generator: torch.Generator,
) -> None:
    """All that a frozen encoder allows, in one round."""
    order = torch.randperm(len(lesson.rows), generator=generator)
    for _ in session.rounds(1):
        places, found = _features(model, plan, inputs, lesson, order, session, share=0.9)
        rows = places.numpy()
        _set_head(model, rows, found, lesson, session.seed)
        truth = model.inner.heads.tensor(lesson.truth[rows])
        with torch.no_grad():
            losses = model.inner.heads.losses(model.network.answer(found), truth)[0]
        weights = torch.from_numpy(lesson.weights[rows])
        session.report(float((losses * weights).sum() / weights.sum().clamp_min(1e-6)))


def _features(
    model: ImageModel,
    plan: Plan,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    order: Tensor,
    session: Session,
    *,
    share: float,
) -> tuple[Tensor, Tensor]:
    """Rows and the features of their standing pictures, in a share of the session's time."""
    names = model.inner.sight.names
    step = plan.standing
    if session.cache is None or step is None or len(names) != 1:
        rows, vectors = _computed(model, inputs, order, session, share=share)
        return rows, _joined(model, vectors, inputs, rows)
    kept = KeptVectors(step.folder(session.cache))
    keys = picture_keys(lesson.rows, names[0])
    seen_as = f"{step.checkpoint} at {step.size}" if step.size else step.checkpoint
    used = session.vectors.setdefault(seen_as, Vectors())
    wanted = [keys[row] for row in order.tolist()]
    used.taken += len(kept.there(wanted))
    missing = order[kept.missing(wanted)]
    if len(missing):
        began, burned = time.monotonic(), time.process_time()
        made, vectors = _computed(model, inputs, missing, session, share=share)
        for rows in torch.split(torch.arange(len(made)), _KEPT_AT_ONCE):
            kept.add([keys[row] for row in made[rows].tolist()], vectors[rows, 0].numpy())
        used.made += len(made)
        used.seconds += time.monotonic() - began
        used.cpu_seconds += time.process_time() - burned
    there = order[kept.there(wanted)]
    found = torch.from_numpy(kept.get([keys[row] for row in there.tolist()]))
    return there, _joined(model, found[:, None], inputs, there)


def _joined(model: ImageModel, vectors: Tensor, inputs: tuple[Any, ...], rows: Tensor) -> Tensor:
    return model.network.joined(vectors, inputs[1][rows], inputs[2][rows])


def _computed(
    model: ImageModel, inputs: tuple[Any, ...], order: Tensor, session: Session, *, share: float
) -> tuple[Tensor, Tensor]:
    """Rows and their pictures' vectors (n, m, d); at least those of one batch."""
    network, m = model.network, inputs[1].shape[1]

    def read(rows: Tensor) -> Tensor:
        values = network.lower(inputs[0][rows], network.trunk.depth)
        return network.trunk.upper(values, network.trunk.depth).view(len(rows), m, -1)

    if not m:
        return order, torch.zeros(len(order), 0, network.trunk.width)
    done, found = [], []
    for rows, values in _read(model, order, read, session, share):
        done.append(rows)
        found.append(values)
    return torch.cat(done), torch.cat(found).clone()


def _read(
    model: ImageModel, order: Tensor, read: Any, session: Session, share: float
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of rows and what is read of them, until a share of the session's time has passed."""
    left = session.seconds_left
    reserve = max(left, 0.0) * (1 - share) if math.isfinite(left) else -math.inf
    for number, rows in enumerate(torch.split(order, model.inner.sight.at_once)):
        if number and session.seconds_left <= reserve:
            return
        with (
            torch.inference_mode(),
            torch.autocast("cpu", dtype=torch.bfloat16, enabled=bool(model.settings.half)),
        ):
            values = read(rows)
        yield rows, values


def _divisions(rows: Table, task: Task, seed: int) -> Parts:
    """Several divisions of few rows, where one would be luck."""
    from headstart.intake.splits import holdout

    n = len(rows)
    if n < 10:
        return ()
    repeats = 3 if n < 1_000 else 1
    parts = [holdout(rows, task, 0.2, seed + number) for number in range(repeats)]
    return [part for part in parts if all(map(len, part))]


def _set_head(
    model: ImageModel, rows: np.ndarray, found: Tensor, lesson: Lesson, seed: int
) -> None:
    """The linear head that is best on these rows' features."""
    network = model.network
    network.measure_sizes(found)
    shares = network.shares().numpy()
    scaled = network.scaled(found).numpy() * shares  # the penalty wants all of one size
    order = np.argsort(rows)  # in the order of the source, as the divisions want them
    part = lesson.rows.take(rows[order])
    fitted = probe(
        scaled[order],
        model.inner.heads,
        lesson.truth[rows[order]],
        lesson.weights[rows[order]],
        _divisions(part, lesson.task, seed),
        model.settings.penalty,
    )
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(fitted.weights * shares))
        network.head.bias.copy_(torch.from_numpy(fitted.biases))


@contextmanager
def _learning(model: ImageModel, plan: Plan, generator: torch.Generator) -> Iterator[list[Group]]:
    """Groups of what learns, the lower the stage the slower; afterwards all is as it was."""
    network, settings = model.network, model.settings
    stages = network.trunk.stages()
    paces = [settings.layer_decay ** (len(stages) - 1 - place) for place in range(len(stages))]
    if plan.trunk == "low_rank":
        changes = add_low_rank(network.trunk, settings.rank, 2.0 * settings.rank, generator)
        if not changes:
            raise WeightsError(
                "small changes beside its layers need linear layers, and this network has none.",
                "Let its last stages learn: FineTune with layers `last`.",
            )
        groups = [Group(parameters=changes, pace=settings.rank_pace, decays=0.0)]
    else:
        standing = standing_stages(model) if plan.trunk == "last" else 0
        for parameter in (each for stage in stages[:standing] for each in stage):
            parameter.requires_grad_(False)
        moving = zip(stages[standing:], paces[standing:], strict=True)
        groups = [group for stage, pace in moving for group in decayed(stage, pace)]
    try:
        yield [*groups, *decayed(network.head_parameters(), settings.head_pace)]
    finally:
        if plan.trunk == "low_rank":
            merge_low_rank(network.trunk)
        network.requires_grad_(True)


def standing_stages(model: ImageModel) -> int:
    """How many stages stand still where only the last ones learn."""
    return max(0, model.network.trunk.depth - int(model.settings.last))


def _descend_on_maps(
    model: ImageModel,
    groups: list[Group],
    inputs: tuple[Any, ...],
    lesson: Lesson,
    held: HeldOut | None,
    session: Session,
    generator: torch.Generator,
) -> None:
    """The upper stages learn from the maps of the lower ones, which are computed once."""
    start = standing_stages(model)
    path = session.folder / "maps.bin"
    try:
        rows, maps = _maps(model, inputs, lesson, held, start, session, path, generator)
        upper = UpperPart(model.network, start)
        below = (_Gathered(maps, rows, len(lesson.rows)), *inputs[1:])
        _descend(model, upper, groups, below, lesson, held, session, generator, only=rows)
    finally:
        path.unlink(missing_ok=True)


def _maps(
    model: ImageModel,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    held: HeldOut | None,
    start: int,
    session: Session,
    path: Path,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Rows and their maps (n, m, ...), as half-precision floats in a file; held-out rows first."""
    network, m = model.network, inputs[1].shape[1]
    order = torch.randperm(len(lesson.rows), generator=generator)
    if held is not None:
        order = torch.cat([held.rows[0], order[~torch.isin(order, held.rows[0])]])

    def read(rows: Tensor) -> Tensor:
        values = network.lower(inputs[0][rows], start)
        return values.reshape(len(rows), m, *values.shape[1:]).clamp(-65_000, 65_000).half()

    maps, done = torch.empty(0), 0
    for _, values in _read(model, order, read, session, share=0.5):
        if not done:
            shape = (len(order), *values.shape[1:])
            size = math.prod(shape)
            maps = torch.from_file(str(path), shared=True, size=size, dtype=torch.float16)
            maps = maps.view(shape)
        maps[done : done + len(values)] = values
        done += len(values)
    session.spend(done / 1000)
    return order[:done], maps[:done]


class _Gathered:
    """Maps by the positions of rows among all."""

    def __init__(self, maps: Tensor, rows: Tensor, count: int) -> None:
        self._maps = maps
        self._places = torch.zeros(count, dtype=torch.int64)
        self._places[rows] = torch.arange(len(rows))

    def __getitem__(self, rows: Tensor) -> Tensor:
        return self._maps[self._places[rows]]


def _descend(
    model: ImageModel,
    network: nn.Module,
    groups: list[Group],
    inputs: tuple[Any, ...],
    lesson: Lesson,
    held: HeldOut | None,
    session: Session,
    generator: torch.Generator,
    *,
    only: Tensor | None = None,
) -> None:
    settings, heads = model.settings, model.inner.heads
    weights = torch.from_numpy(lesson.weights).float()
    if only is not None and len(only) < len(weights):
        there = torch.zeros(len(weights))
        there[only] = 1.0
        weights = weights * there
    examples = Examples(
        inputs=inputs,
        targets=heads.tensor(lesson.truth),
        weights=held.weights(weights, 1) if held else weights[:, None],
    )

    def measure() -> float:
        assert held is not None
        rows = max(32, model.inner.sight.at_once)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bool(settings.half)):
            return held_out_loss(network, examples, weights, held, heads.losses, batch=rows)

    course = Course(
        passes=settings.passes,
        batch=settings.batch,
        learning_rate=settings.learning_rate,
        decay=settings.decay,
        schedule=cosine,
        round_rows=_ROUND_ROWS,
        momentum=0.999,
        patience=settings.patience,
        clip=1.0,
        half=bool(settings.half),
        looks_first=True,
    )
    train(
        network,
        groups,
        examples,
        partial(heads.losses, smoothing=settings.smoothing),
        measure if held else None,
        course,
        session,
        generator,
    )
