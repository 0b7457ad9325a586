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
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from headstart.families.neural._image_model import ImageModel
from headstart.families.neural._kept import kept_vectors
from headstart.families.neural._lesson import Lesson, held_out_part
from headstart.families.neural._maps import descend_on_maps, parts_to_read
from headstart.families.neural._picture_fit import cache_of
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
from headstart.features.kept_vectors import KeptVectors
from headstart.features.picture_embedding import PictureEmbedding, picture_keys
from headstart.networks.randomness import own_randomness
from headstart.networks.upper_part import UpperPart
from headstart.records import Prediction, Table
from headstart.session import Session, Vectors
from headstart.training.adam import Group
from headstart.training.holding import HeldOut
from headstart.training.threads import threads

_MOST_HELD = 500
_ROWS_FOR_SIZES = 64
_ROUND_ROWS = 1_024
_FEWEST_AT_ONCE = 32
_SHARE_OF_SIZES = 0.3  # of the session's time


def learn(
    model: ImageModel,
    plan: Plan,
    lesson: Lesson,
    session: Session,
    standing: PictureEmbedding | None = None,
) -> ImageModel:
    """Train a model in place: sizes and head on the standing encoder first, then what learns.

    Args:
        standing: whose vectors are kept for other trials; None for an encoder that has learned.
    """
    generator = torch.Generator().manual_seed(session.seed)
    cache = cache_of(session) if plan.trunk in ("all", "low_rank") else None
    with own_randomness(session.seed), threads(session.threads):
        inputs = model.inner.inputs(lesson.rows, cores=session.threads, cache=cache)
        pupil = _pupil(model, plan, inputs, lesson, session, generator)
        look = _look(model, plan, inputs, lesson, session, standing)
        if plan.trunk == "frozen":
            learn_head(pupil, look)
            if standing is None or not _keeps(model, session):
                return model
            return replace(model, predict_kept=partial(_predict_kept, model, standing))
        held = held_out_part(lesson, session.seed, _MOST_HELD)
        if not session.kept and plan.probes:
            probe_first(pupil, look, held)
        elif not session.kept:
            few = order_of(pupil, held)[:_ROWS_FOR_SIZES]
            if plan.blank or not model.receipt.moves:
                there, vectors = _computed(model, inputs, few, session, share=_SHARE_OF_SIZES)
                model.network.measure_sizes(_joined(model, vectors, inputs, there))
        with learning(model.network, plan, generator) as groups:
            if plan.trunk == "last":
                start = standing_stages(model.network, plan)
                _descend_on_maps(model, pupil, groups, held, start)
            else:
                descend(pupil, groups, held)
    return model


def _pupil(
    model: ImageModel,
    plan: Plan,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    session: Session,
    generator: torch.Generator,
) -> Pupil:
    return Pupil(
        network=model.network,
        heads=model.inner.heads,
        lesson=lesson,
        session=session,
        generator=generator,
        inputs=inputs,
        at_once=max(_FEWEST_AT_ONCE, model.inner.sight.at_once),
        course=course_of(model.settings, round_rows=_ROUND_ROWS, half=plan.half),
        smoothing=model.settings.smoothing,
    )


def _look(
    model: ImageModel,
    plan: Plan,
    inputs: tuple[Any, ...],
    lesson: Lesson,
    session: Session,
    standing: PictureEmbedding | None,
) -> Look:
    def read(rows: Tensor, share: float) -> tuple[Tensor, Tensor]:
        if standing is not None and _keeps(model, session):
            rows, vectors = _kept(model, standing, inputs, lesson.rows, rows, session, share=share)
        else:
            rows, vectors = _computed(model, inputs, rows, session, share=share)
        return rows, _joined(model, vectors, inputs, rows)

    return Look(read=read, penalty=plan.penalty, repeats=lambda rows: 3 if rows < 1_000 else 1)


def _keeps(model: ImageModel, session: Session) -> bool:
    """Whether vectors of its pictures are kept: those of rows with one picture."""
    return session.cache is not None and len(model.inner.sight.names) == 1


def _predict_kept(
    model: ImageModel, step: PictureEmbedding, data: Table, session: Session
) -> Prediction:
    """What a model whose encoder has not learned answers, from the vectors that there are."""
    if not len(data):
        return model.predict(data)
    inputs = model.inner.inputs(data, cores=session.threads)
    every = torch.arange(len(data))
    _, vectors = _kept(model, step, inputs, data, every, session, share=1.0)
    with torch.inference_mode():
        outputs = model.network.answer(_joined(model, vectors, inputs, every))
        return model.inner.heads.answer(outputs)


def _kept(
    model: ImageModel,
    step: PictureEmbedding,
    inputs: tuple[Any, ...],
    data: Table,
    rows: Tensor,
    session: Session,
    *,
    share: float,
) -> tuple[Tensor, Tensor]:
    """Rows and their pictures' vectors (n, 1, d), those that the run has and those made now."""
    assert session.cache is not None
    seen_as = f"{step.checkpoint} at {step.size}" if step.size else step.checkpoint
    used = session.vectors.setdefault(seen_as, Vectors())

    def make(missing: Tensor) -> tuple[Tensor, Tensor]:
        made, vectors = _computed(model, inputs, missing, session, share=share)
        return made, vectors[:, 0]

    kept = KeptVectors(step.folder(session.cache))
    keys = picture_keys(data, model.inner.sight.names[0])
    there, found = kept_vectors(kept, keys, rows, used, make)
    return there, found[:, None]


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
    model: ImageModel,
    order: Tensor,
    read: Callable[[Tensor], Tensor],
    session: Session,
    share: float,
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


def _descend_on_maps(
    model: ImageModel, pupil: Pupil, groups: list[Group], held: HeldOut | None, start: int
) -> None:
    """The stages from `start` on learn from the maps of those below."""
    network, pictures, m = model.network, pupil.inputs[0], len(model.inner.sight.names)

    def read(rows: Tensor) -> Tensor:
        values = network.lower(pictures[rows], start)
        return values.reshape(len(rows), m, *values.shape[1:])

    parts = parts_to_read(held, order_of(pupil, held))
    batches = (
        batch for rows, share in parts for batch in _read(model, rows, read, pupil.session, share)
    )
    descend_on_maps(pupil, groups, held, UpperPart(network, start), batches)
