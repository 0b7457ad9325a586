"""How a network for texts is trained: sizes and head on the standing trunk, then what may learn.

Shapes: n rows, t tokens, c columns beside the texts, p features of the head.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from headstart.families.neural._contrast import HEAD_PENALTY, pull_together
from headstart.families.neural._lesson import Lesson, held_out_part
from headstart.families.neural._maps import descend_on_maps, parts_to_read
from headstart.families.neural._plan import Plan, learning, standing_stages
from headstart.families.neural._pupil import (
    Look,
    Pupil,
    course_of,
    descend,
    learn_head,
    order_of,
    probe_first,
)
from headstart.families.neural._standing import Standing
from headstart.families.neural._text import BATCH, TextModel, features_of, read_batches, read_rows
from headstart.features.tokens import texts_of
from headstart.networks.randomness import own_randomness
from headstart.networks.upper_part import UpperPart
from headstart.networks.used_words import only_used_words
from headstart.session import Session
from headstart.training.adam import Group
from headstart.training.holding import HeldOut
from headstart.training.threads import threads

_MOST_HELD = 500
_ROWS_FOR_SIZES = 512
_ROUND_ROWS = 512


def learn(
    model: TextModel,
    plan: Plan,
    lesson: Lesson,
    session: Session,
    standing: Standing | None = None,
) -> TextModel:
    """Train a model in place: sizes and head on the standing trunk first, then what learns.

    Args:
        standing: where the vectors of the trunk as it is are kept; None where nowhere.
    """
    generator = torch.Generator().manual_seed(session.seed)
    inputs = model.inputs(lesson.rows)
    with own_randomness(session.seed), threads(session.threads):
        if plan.contrasts:
            pull_together(model, inputs, lesson, session, generator, half=plan.half)
            penalty = HEAD_PENALTY if plan.penalty is None else plan.penalty
            plan, standing = replace(plan, trunk="frozen", penalty=penalty), None
        pupil = _pupil(model, plan, inputs, lesson, session, generator)
        look = _look(model, plan, inputs, lesson, session, standing)
        if plan.trunk == "frozen":
            learn_head(pupil, look)
            return model if standing is None else _keeping(model, standing)
        held = held_out_part(lesson, session.seed, _MOST_HELD)
        if not session.kept and plan.probes:
            probe_first(pupil, look, held)
        elif not session.kept:
            order = order_of(pupil, held)
            if plan.blank or not model.receipt.moves:
                found = features_of(model.network, inputs, order[:_ROWS_FOR_SIZES])
                model.network.measure_sizes(found)
        words, moving = _words(model, plan, inputs[0]), learning(model.network, plan, generator)
        with words, moving as groups:
            start = standing_stages(model.network, plan)
            if start and model.network.trunk.can_be_entered:
                _descend_on_maps(model, inputs, pupil, groups, held, start)
            else:
                descend(pupil, groups, held)
    return model


def _pupil(
    model: TextModel,
    plan: Plan,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    session: Session,
    generator: torch.Generator,
) -> Pupil:
    return Pupil(
        network=model.network,
        heads=model.heads,
        lesson=lesson,
        session=session,
        generator=generator,
        inputs=inputs,
        lengths=inputs[1],
        at_once=BATCH,
        course=course_of(model.settings, round_rows=_ROUND_ROWS, half=plan.half),
        smoothing=model.settings.smoothing,
    )


def _look(
    model: TextModel,
    plan: Plan,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    session: Session,
    standing: Standing | None,
) -> Look:
    def read(rows: Tensor, share: float) -> tuple[Tensor, Tensor]:
        if standing is None:
            features = model.network.features
            return read_rows(features, inputs, rows, session=session, share=share, half=plan.half)
        texts = texts_of(lesson.rows, model.tokens.columns, model.tokens.longest)
        return standing.read(model.network, inputs, texts, rows, session, share)

    return Look(
        read=read,
        penalty=plan.penalty,
        repeats=lambda rows: 5 if rows < 1_000 else 3 if rows < 5_000 else 1,
    )


def _keeping(model: TextModel, standing: Standing) -> TextModel:
    """The model, which answers by kept vectors where the cache has them."""
    return replace(model, predict_kept=partial(standing.predict, model))


def _descend_on_maps(
    model: TextModel,
    inputs: tuple[Tensor, ...],
    pupil: Pupil,
    groups: list[Group],
    held: HeldOut | None,
    start: int,
) -> None:
    """The stages from `start` on learn from what those below have made of the texts."""
    network, session, half = model.network, pupil.session, pupil.course.half

    def read(tokens: Tensor, lengths: Tensor, kinds: Tensor, columns: Tensor) -> Tensor:
        return network.lower(tokens, lengths, kinds, start)

    batches = (
        batch
        for rows, share in parts_to_read(held, order_of(pupil, held))
        for batch in read_batches(read, inputs, rows, session=session, share=share, half=half)
    )
    descend_on_maps(pupil, groups, held, UpperPart(network, start), batches, inputs[1])


def _words(model: TextModel, plan: Plan, tokens: Tensor) -> AbstractContextManager[None]:
    """Which words have a vector that can learn."""
    return only_used_words(model.network.trunk, tokens) if plan.trunk == "all" else nullcontext()
