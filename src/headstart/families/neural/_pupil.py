"""A network in its lesson: the head on what stands, then a descent with what may learn.

What networks for texts and for pictures do alike. What of them learns is a `Plan`; how their rows
are read while they stand still is a `Look`.

Shapes: n rows, p features of the head.
Reference: Kumar et al. 2022, "Fine-Tuning can Distort Pretrained Features" (head first).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from headstart.families.neural._lesson import Lesson
from headstart.records import Table, Task
from headstart.session import Session
from headstart.training.adam import Group
from headstart.training.heads import Heads
from headstart.training.holding import HeldOut, held_out_outputs
from headstart.training.loop import Course, Examples, Rows, train
from headstart.training.probing import Parts, probe
from headstart.training.schedule import cosine
from headstart.training.tempering import TEMPERATURES, best_temperature, soften

_FEWEST_TO_DIVIDE = 10
_SHARE_OF_PROBE, _SHARE_OF_HEAD = 0.3, 0.9  # of the session's time

Read: TypeAlias = Callable[[Tensor, float], tuple[Tensor, Tensor]]
"""(rows, share of the session's time) -> rows and their features (n, p) on the standing trunk;
those of fewer rows where the time is over first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pupil:
    """A network for texts or pictures, and all that it learns with.

    Attributes:
        network: trunk, sizes, head.
        inputs: of all rows, as the network takes them.
        lengths: of the rows, (n,), where they differ.
        at_once: rows that it is given where nothing is learned.
        course: how it descends.
        smoothing: share of a class's weight spread over all.
    """

    network: Any
    heads: Heads
    lesson: Lesson
    session: Session
    generator: torch.Generator
    inputs: tuple[Rows, ...]
    lengths: Tensor | None = None
    at_once: int
    course: Course
    smoothing: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """How the head of a network is found while its trunk stands still.

    Attributes:
        read: features of rows on the standing trunk.
        penalty: of the head, in rows; None is chosen.
        repeats: rows -> divisions of them that choose it.
    """

    read: Read
    penalty: float | None
    repeats: Callable[[int], int]


def course_of(settings: Any, *, round_rows: int, half: bool) -> Course:
    """How networks for texts and pictures descend, from the settings of their family."""
    return Course(
        passes=settings.passes,
        batch=settings.batch,
        learning_rate=settings.learning_rate,
        decay=settings.decay,
        schedule=cosine,
        round_rows=round_rows,
        momentum=0.999,
        patience=settings.patience,
        clip=1.0,
        half=half,
        looks_first=True,
    )


def order_of(pupil: Pupil, held: HeldOut | None = None) -> Tensor:
    """Its rows in random order, without those that are held out."""
    order = torch.randperm(len(pupil.lesson.rows), generator=pupil.generator)
    return order if held is None else order[~torch.isin(order, held.rows[0])]


def probe_first(pupil: Pupil, look: Look, held: HeldOut | None) -> None:
    """The head on the rows that are not held out, before anything else learns."""
    rows, found = look.read(order_of(pupil, held), _SHARE_OF_PROBE)
    pupil.session.spend(len(rows) / 1000)
    _set_head(pupil, look, rows.numpy(), found)


def learn_head(pupil: Pupil, look: Look) -> None:
    """All that a frozen trunk allows, in one round."""
    heads, lesson, order = pupil.heads, pupil.lesson, order_of(pupil)
    for _ in pupil.session.rounds(1):
        places, found = look.read(order, _SHARE_OF_HEAD)
        rows = places.numpy()
        _set_head(pupil, look, rows, found)
        truth = heads.tensor(lesson.truth[rows])
        with torch.no_grad():
            losses = heads.losses(pupil.network.answer(found), truth)[0]
        weights = torch.from_numpy(lesson.weights[rows])
        pupil.session.report(float((losses * weights).sum() / weights.sum().clamp_min(1e-6)))


def descend(
    pupil: Pupil, groups: list[Group], held: HeldOut | None, *, only: Tensor | None = None
) -> None:
    """Train what these groups hold; the weights that tell held-out rows best stay, made less sure.

    Args:
        only: the rows to learn from, where the others could not be read in time.
    """
    weights = torch.from_numpy(pupil.lesson.weights).float()
    if only is not None and len(only) < len(weights):
        there = torch.zeros(len(weights))
        there[only] = 1.0
        weights = weights * there
    examples = Examples(
        inputs=pupil.inputs,
        targets=pupil.heads.tensor(pupil.lesson.truth),
        weights=held.weights(weights, 1) if held else weights[:, None],
        lengths=pupil.lengths,
    )
    objective = partial(pupil.heads.losses, smoothing=pupil.smoothing)
    judged = partial(_judged, pupil, examples, weights, held) if held else None
    train(
        pupil.network,
        groups,
        examples,
        objective,
        (lambda: judged()[1]) if judged else None,
        pupil.course,
        pupil.session,
        pupil.generator,
    )
    if judged:
        soften(pupil.network.last_layers(), judged()[0])


@torch.inference_mode()
def _judged(
    pupil: Pupil, examples: Examples, weights: Tensor, held: HeldOut
) -> tuple[float, float]:
    """The temperature that suits the held-out rows best, and their loss with it."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=pupil.course.half):
        outputs = held_out_outputs(pupil.network, examples, held, batch=pupil.at_once)
    rows = held.rows[0]
    losses = partial(pupil.heads.losses, truth=examples.targets[rows])
    able = TEMPERATURES if pupil.heads.classes else (1.0,)
    return best_temperature(outputs, losses, weights[rows], able)


def _set_head(pupil: Pupil, look: Look, rows: np.ndarray, found: Tensor) -> None:
    """The linear head that is best on these rows' features."""
    network, lesson = pupil.network, pupil.lesson
    network.measure_sizes(found)
    shares = network.shares().numpy()
    scaled = network.scaled(found).numpy() * shares  # the penalty wants all of one size
    order = np.argsort(rows)  # in the order of the source, as the divisions want them
    part = lesson.rows.take(rows[order])
    fitted = probe(
        scaled[order],
        pupil.heads,
        lesson.truth[rows[order]],
        lesson.weights[rows[order]],
        _divisions(part, lesson.task, pupil.session.seed, look.repeats(len(part))),
        look.penalty,
    )
    with torch.no_grad():
        network.head.weight.copy_(torch.from_numpy(fitted.weights * shares))
        network.head.bias.copy_(torch.from_numpy(fitted.biases))


def _divisions(rows: Table, task: Task, seed: int, repeats: int) -> Parts:
    """Several divisions of few rows, where one would be luck."""
    from headstart.intake.splits import holdout

    if len(rows) < _FEWEST_TO_DIVIDE:
        return ()
    parts = [holdout(rows, task, 0.2, seed + number) for number in range(repeats)]
    return [part for part in parts if all(map(len, part))]
