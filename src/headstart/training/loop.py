"""The gradient loop: batches, steps, a look at held-out rows after each round, the best weights.

The loop knows nothing of tables: a network turns input tensors into outputs, an objective turns
outputs and targets into a loss per row. So that it costs little beside small networks, all rows are
tensors from the start, and a batch is a selection of rows.

Shapes: n training rows, b rows of a batch, k members (1 for a single network).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn

from headstart.session import Session
from headstart.training.adam import Adam, Group
from headstart.training.keeping import State, load_state, save_state
from headstart.training.order import bucketed_order, random_order
from headstart.training.progress import Progress
from headstart.training.schedule import Schedule, flat_then_cosine
from headstart.training.stopping import Best
from headstart.training.threads import threads

Objective = Callable[[Tensor, Tensor], Tensor]


class Rows(Protocol):
    """Rows that are fetched when they are needed; a tensor is the simplest of them."""

    def __getitem__(self, rows: Tensor, /) -> Tensor: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Rows to learn from.

    Attributes:
        inputs: n rows each, as the network takes them: tensors, or what fetches rows.
        targets: n rows, as the objective takes them.
        weights: (n, k): what a row counts for a member; 0 keeps it out, and costs nothing where
            it is 0 for all.
        lengths: (n,) where rows have lengths and a batch costs what its longest row costs; then
            rows of like length share batches.
    """

    inputs: tuple[Rows, ...]
    targets: Tensor
    weights: Tensor
    lengths: Tensor | None = None

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How to train.

    Attributes:
        passes: the most passes over the rows.
        batch: rows of a step.
        round_rows: the most rows between two looks at held-out rows.
        learning_rate: at the top of the schedule, for a group of factor 1.
        decay: weight decay, decoupled from the gradient (Loshchilov & Hutter 2019).
        momentum: of the squared gradients (`beta_2` of Adam).
        patience: share of the schedule without a better held-out loss before the end.
        clip: the largest norm of a gradient; infinity switches it off.
        half: whether products are taken in bfloat16.
        looks_first: whether the weights before the first step may be the best ones; their
            held-out loss is then the first that is reported.
    """

    passes: int
    batch: int
    learning_rate: float
    decay: float
    schedule: Schedule
    decay_schedule: Schedule = flat_then_cosine
    round_rows: int = 32_768
    momentum: float = 0.95
    patience: float = 1.0
    clip: float = math.inf
    half: bool = False
    looks_first: bool = False


def train(
    network: nn.Module,
    groups: Sequence[Group],
    learn: Examples,
    objective: Objective,
    measure: Callable[[], float] | None,
    course: Course,
    session: Session,
    generator: torch.Generator,
) -> None:
    """Train in place; the network ends with the weights of its best round, in evaluation mode.

    Args:
        groups: parameters by how fast they learn.
        objective: (outputs, targets) -> loss of each row, shape (k, b).
        measure: the loss on held-out rows; None where there are none: then the last weights stay.
        generator: draws the order of the rows; its state is kept with the session.
    """
    with threads(session.threads):
        _Run(network, groups, learn, objective, measure, course, session, generator).go()


class _Run:
    """The live state of one call of `train`, and its parts that do not change."""

    def __init__(
        self,
        network: nn.Module,
        groups: Sequence[Group],
        learn: Examples,
        objective: Objective,
        measure: Callable[[], float] | None,
        course: Course,
        session: Session,
        generator: torch.Generator,
    ) -> None:
        self.learn, self.objective, self.measure = learn, objective, measure
        self.course, self.session = course, session
        self.rows = _counting(learn.weights)
        self.batch = min(course.batch, len(self.rows))
        pass_steps = max(len(self.rows) // self.batch, 1)
        self.steps = max(1, min(pass_steps, course.round_rows // self.batch))
        self.passes = self.steps / pass_steps
        self.rounds = max(1, round(course.passes / self.passes))
        self.state = State(
            network=network,
            optimizer=Adam(groups, momentum=(0.9, course.momentum)),
            best=Best(network, course.patience),
            progress=Progress(session, rounds=self.rounds, steps=self.steps, passes=self.passes),
            generator=generator,
            order=torch.empty(0, dtype=torch.int64),
        )

    def go(self) -> None:
        state, session = self.state, self.session
        if session.kept:
            load_state(session.kept, state)
        elif self.course.looks_first:
            self._look()
        is_over = False
        keep = partial(save_state, state=state)
        for number in session.rounds(self.rounds, keep=keep, passes=self.passes):
            if is_over:
                break
            is_over = self._round(number)
        state.best.restore(state.network)
        state.network.eval()

    def _round(self, number: int) -> bool:
        """Train until the next look at held-out rows; whether nothing more is to be gained."""
        state = self.state
        state.network.train()
        state.progress.begin_round(number)
        learned = sum(self._step(number) for _ in range(self.steps)) / self.steps
        state.network.eval()
        if self.measure is None:
            self.session.report(float(learned))
            return state.progress.is_over
        return self._look() or state.progress.is_over

    def _look(self) -> bool:
        """Report the held-out loss, where there is one; whether to stop for want of a better."""
        if self.measure is None:
            return False
        with torch.inference_mode():
            loss = self.measure()
        self.session.report(loss)
        return self.state.best.see(self.state.network, loss, self.state.progress.at)

    def _step(self, number: int) -> Tensor:
        state, learn = self.state, self.learn
        rows = self._next_rows()
        inputs = tuple(values[rows] for values in learn.inputs)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.course.half):
            outputs = state.network(*inputs)
        weights = learn.weights[rows].T  # (k, b)
        losses = self.objective(outputs.float(), learn.targets[rows])  # (k, b)
        # Members' losses are added up before anything is averaged over members, so that each
        # learns as if it were alone (TabM, section 3.4).
        loss = (losses * weights).sum() / weights.sum().clamp_min(1e-6)
        state.optimizer.forget_gradients()
        torch.autograd.backward(loss)
        if math.isfinite(self.course.clip):
            torch.nn.utils.clip_grad_norm_(state.network.parameters(), self.course.clip)
        at = state.progress.at
        state.optimizer.step(
            self.course.learning_rate * self.course.schedule(at),
            self.course.decay * self.course.decay_schedule(at),
        )
        state.progress.step(number)
        return loss.detach()

    def _next_rows(self) -> Tensor:
        """Positions of the next batch; a new order begins where less than a batch is left."""
        state = self.state
        if len(state.order) < self.batch:
            state.order = self._new_order()
        rows, state.order = state.order[: self.batch], state.order[self.batch :]
        return rows

    def _new_order(self) -> Tensor:
        lengths, generator = self.learn.lengths, self.state.generator
        if lengths is None:
            return self.rows[random_order(len(self.rows), generator)]
        return self.rows[bucketed_order(lengths[self.rows], self.batch, generator)]


def _counting(weights: Tensor) -> Tensor:
    """Positions of the rows that count for any member; all of them where none does.

    Example:
        >>> _counting(torch.tensor([[1.0], [0.0], [2.0]])).tolist()
        [0, 2]
    """
    rows = weights.any(dim=1).nonzero().flatten()
    return rows if len(rows) else torch.arange(len(weights))
