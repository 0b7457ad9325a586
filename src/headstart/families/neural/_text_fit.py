"""How a network for texts is trained: sizes and head on the standing trunk, then what may learn.

Shapes: n rows, t tokens, c columns beside the texts, p features of the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from headstart.families.neural._contrast import HEAD_PENALTY, pull_together
from headstart.families.neural._lesson import Lesson, decayed, held_out_part
from headstart.families.neural._standing import Standing
from headstart.families.neural._text import BATCH, TextModel, features_of, read_rows
from headstart.features.tokens import texts_of
from headstart.networks.low_rank import add_low_rank, merge_low_rank
from headstart.networks.pretrained import own_randomness
from headstart.networks.used_words import only_used_words
from headstart.records import Table, Task
from headstart.session import Session
from headstart.training.adam import Group
from headstart.training.holding import HeldOut, held_out_loss
from headstart.training.loop import Course, Examples, train
from headstart.training.probing import Parts, probe
from headstart.training.schedule import cosine
from headstart.training.threads import threads

_MOST_HELD = 500
_ROWS_FOR_SIZES = 512
_ROUND_ROWS = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How far a network is trained.

    Attributes:
        trunk: what of it learns: nothing, its last stages, everything, or small changes beside
            its layers.
        probes: whether the head is found on the standing trunk first.
        half: whether products are taken in bfloat16 while training.
        layer_decay: pace of a stage beside the one above it.
        head_pace: pace of the head beside the top stage.
        last: stages that learn where only the last ones do.
        rank, rank_pace: of the small changes, and their pace beside the top stage.
        penalty: of the head that is found first, in rows; None is chosen.
        contrasts: whether the trunk learns from pairs, and the head afterwards.
        standing: where the vectors of the trunk as it is are kept; None where nowhere.
        blank: whether the weights know nothing, wherever they were taken from.
    """

    trunk: Literal["frozen", "last", "all", "low_rank"]
    probes: bool
    half: bool = False
    layer_decay: float = 1.0
    head_pace: float = 1.0
    last: int = 1
    rank: int = 8
    rank_pace: float = 1.0
    penalty: float | None = None
    contrasts: bool = False
    standing: Standing | None = None
    blank: bool = False


def learn(model: TextModel, plan: Plan, lesson: Lesson, session: Session) -> TextModel:
    """Train a model in place: sizes and head on the standing trunk first, then what learns."""
    generator = torch.Generator().manual_seed(session.seed)
    inputs = model.inputs(lesson.rows)
    with own_randomness(session.seed), threads(session.threads):
        if plan.contrasts:
            pull_together(model, inputs, lesson, session, generator, half=plan.half)
            penalty = HEAD_PENALTY if plan.penalty is None else plan.penalty
            plan = replace(plan, trunk="frozen", standing=None, penalty=penalty)
        if plan.trunk == "frozen":
            _learn_head(model, plan, inputs, lesson, session, generator)
            return model
        held = held_out_part(lesson, session.seed, _MOST_HELD)
        if not session.kept:
            _begin(model, plan, inputs, lesson, held, session, generator)
        with _words(model, plan, inputs[0]), _learning(model, plan, generator) as groups:
            _descend(model, plan, groups, inputs, lesson, held, session, generator)
    return model


def _divisions(rows: Table, task: Task, seed: int) -> Parts:
    """Several divisions of few rows, where one would be luck."""
    from headstart.intake.splits import holdout

    n = len(rows)
    if n < 10:
        return ()
    repeats = 5 if n < 1_000 else 3 if n < 5_000 else 1
    parts = [holdout(rows, task, 0.2, seed + number) for number in range(repeats)]
    return [part for part in parts if all(map(len, part))]


def _begin(
    model: TextModel,
    plan: Plan,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    held: HeldOut | None,
    session: Session,
    generator: torch.Generator,
) -> None:
    """Sizes of the features, and the head on the rows that are not held out."""
    kept_out = set() if held is None else set(held.rows[0].tolist())
    order = torch.randperm(len(lesson.rows), generator=generator)
    order = order[[place not in kept_out for place in order.tolist()]]
    if not plan.probes:
        if plan.blank or not model.receipt.moves:
            found = features_of(model.network, inputs, order[:_ROWS_FOR_SIZES])
            model.network.measure_sizes(found)
        return
    rows, found = _read(model, plan, inputs, lesson, order, session, share=0.3)
    session.spend(len(rows) / 1000)
    _set_head(model, plan.penalty, rows.numpy(), found, lesson, session.seed)


def _learn_head(
    model: TextModel,
    plan: Plan,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    session: Session,
    generator: torch.Generator,
) -> None:
    """All that a frozen trunk allows, in one round."""
    order = torch.randperm(len(lesson.rows), generator=generator)
    for _ in session.rounds(1):
        places, found = _read(model, plan, inputs, lesson, order, session, share=0.9)
        rows = places.numpy()
        _set_head(model, plan.penalty, rows, found, lesson, session.seed)
        truth = model.heads.tensor(lesson.truth[rows])
        with torch.no_grad():
            losses = model.heads.losses(model.network.answer(found), truth)[0]
        weights = torch.from_numpy(lesson.weights[rows])
        session.report(float((losses * weights).sum() / weights.sum().clamp_min(1e-6)))


def _read(
    model: TextModel,
    plan: Plan,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    order: Tensor,
    session: Session,
    *,
    share: float,
) -> tuple[Tensor, Tensor]:
    """Rows and their features on the standing trunk, in a share of the session's time."""
    network = model.network
    if plan.standing is None:
        return read_rows(
            network.features, inputs, order, session=session, share=share, half=plan.half
        )
    texts = texts_of(lesson.rows, model.tokens.columns, model.tokens.longest)
    return plan.standing.read(network, inputs, texts, order, session, share)


def _set_head(
    model: TextModel,
    penalty: float | None,
    rows: np.ndarray,
    found: Tensor,
    lesson: Lesson,
    seed: int,
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
        model.heads,
        lesson.truth[rows[order]],
        lesson.weights[rows[order]],
        _divisions(part, lesson.task, seed),
        penalty,
    )
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(fitted.weights * shares))
        network.head.bias.copy_(torch.from_numpy(fitted.biases))


def _words(model: TextModel, plan: Plan, tokens: Tensor) -> AbstractContextManager[None]:
    """Which words have a vector that can learn."""
    return only_used_words(model.network.trunk, tokens) if plan.trunk == "all" else nullcontext()


@contextmanager
def _learning(model: TextModel, plan: Plan, generator: torch.Generator) -> Iterator[list[Group]]:
    """Groups of what learns, the lower the stage the slower; afterwards all is as it was."""
    network = model.network
    stages = network.trunk.stages()
    paces = [plan.layer_decay ** (len(stages) - 1 - place) for place in range(len(stages))]
    if plan.trunk == "low_rank":
        changes = add_low_rank(network.trunk, plan.rank, 2.0 * plan.rank, generator)
        groups = [Group(parameters=changes, pace=plan.rank_pace, decays=0.0)]
    else:
        standing = max(0, len(stages) - plan.last) if plan.trunk == "last" else 0
        for parameter in (each for stage in stages[:standing] for each in stage):
            parameter.requires_grad_(False)
        moving = zip(stages[standing:], paces[standing:], strict=True)
        groups = [group for stage, pace in moving for group in decayed(stage, pace)]
    try:
        yield [*groups, *decayed(network.head_parameters(), plan.head_pace)]
    finally:
        if plan.trunk == "low_rank":
            merge_low_rank(network.trunk)
        network.requires_grad_(True)


def _descend(
    model: TextModel,
    plan: Plan,
    groups: list[Group],
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    held: HeldOut | None,
    session: Session,
    generator: torch.Generator,
) -> None:
    settings = model.settings
    weights = torch.from_numpy(lesson.weights).float()
    examples = Examples(
        inputs=inputs,
        targets=model.heads.tensor(lesson.truth),
        weights=held.weights(weights, 1) if held else weights[:, None],
        lengths=inputs[1],
    )
    losses = model.heads.losses

    def measure() -> float:
        assert held is not None
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.half):
            return held_out_loss(model.network, examples, weights, held, losses, batch=BATCH)

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
        half=plan.half,
        looks_first=True,
    )
    train(
        model.network,
        groups,
        examples,
        partial(losses, smoothing=settings.smoothing),
        measure if held else None,
        course,
        session,
        generator,
    )
