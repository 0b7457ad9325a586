"""How a network for pictures is trained: what a sample tells first, then all of it at once.

Shapes: n rows, m image columns, s x s pixels of k channels.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from headstart.families.neural._lesson import Lesson, decayed, held_out_part
from headstart.families.neural._pictures import PictureModel, Pixels, Sight, grey
from headstart.families.neural._pupil import Pupil, course_of, descend
from headstart.features.picture_facts import may_be_mirrored
from headstart.features.pictures import Framing
from headstart.intake.pictures import is_grey
from headstart.networks.randomness import own_randomness
from headstart.session import Session
from headstart.training.threads import threads

_SAMPLE = 1_000
_MOST_HELD = 1_000
_ROUND_ROWS = 8_192
_BINS = 4


def cache_of(session: Session) -> Path:
    """Where framed pictures are kept: beside all trials, or in this one's own folder."""
    return session.cache or session.folder


def sample_of(lesson: Lesson, framing: Framing, session: Session) -> tuple[Sight, np.ndarray]:
    """What the network will see, and some pictures of each column, (n, m, s, s, k)."""
    names = lesson.rows.names("input", "image")
    random = np.random.default_rng(session.seed)
    rows = random.permutation(len(lesson.rows))[:_SAMPLE]
    sight = Sight(names=names, framing=framing, channels=3)
    chosen = lesson.rows.take(rows)
    pixels = Pixels(chosen, sight, cores=session.threads, cache=cache_of(session))
    found = pixels[torch.arange(len(chosen))].numpy()
    if is_grey(found):
        return replace(sight, channels=1), grey(found)
    return sight, found


def mirrors(lesson: Lesson, pixels: np.ndarray, seed: int) -> bool:
    """Whether left and right may be exchanged, as far as a sample can tell.

    Args:
        pixels: the sample that `sample_of` drew with this seed.
    """
    random = np.random.default_rng(seed)
    rows = random.permutation(len(lesson.rows))[:_SAMPLE]
    truth = lesson.truth[rows, 0]
    if not lesson.heads.classes:
        edges = np.quantile(truth, np.linspace(0, 1, _BINS + 1)[1:-1])
        truth = np.digitize(truth, edges)
    return all(
        may_be_mirrored(pixels[:, place], truth.astype(np.int64))
        for place in range(pixels.shape[1])
    )


def learn(model: PictureModel, lesson: Lesson, session: Session) -> PictureModel:
    """Train a model in place, trunk and head at once."""
    settings = model.settings
    generator = torch.Generator().manual_seed(session.seed)
    with own_randomness(session.seed), threads(session.threads):
        course = course_of(settings, round_rows=_ROUND_ROWS, half=settings.half)
        pupil = Pupil(
            network=model.network,
            heads=model.heads,
            lesson=lesson,
            session=session,
            generator=generator,
            inputs=model.inputs(lesson.rows, cores=session.threads, cache=cache_of(session)),
            at_once=model.sight.at_once,
            course=replace(course, momentum=0.99, clip=math.inf),
            smoothing=settings.smoothing,
        )
        everything = decayed(list(model.network.parameters()), 1.0)
        descend(pupil, everything, held_out_part(lesson, session.seed, _MOST_HELD))
    return model


def measure_brightness(model: PictureModel, pixels: np.ndarray) -> None:
    """Let the trunk know what is dark and what is bright among the training pictures."""
    if pixels.size:
        model.network.trunk.measure_brightness(torch.from_numpy(pixels).flatten(0, 1))
