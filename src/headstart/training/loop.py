"""The gradient loop: batches, steps, a look at held-out rows after each round, the best weights.

The loop knows nothing of tables: a network turns input tensors into outputs, an objective turns
outputs and targets into a loss per row. So that it costs little beside small networks, all rows are
tensors from the start, and a batch is a selection of rows.

Shapes: n training rows, b rows of a batch, k members (1 for a single network).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from headstart.session import Session
from headstart.training.keeping import load_state, save_state
from headstart.training.progress import Progress
from headstart.training.schedule import Schedule, flat_then_cosine
from headstart.training.stopping import Best
from headstart.training.threads import threads

Objective = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """Rows to learn from.

    Attributes:
        inputs: tensors of n rows each, as the network takes them.
        targets: n rows, as the objective takes them.
        weights: (n, k): what a row counts for a member; 0 keeps it out.
    """

    inputs: tuple[Tensor, ...]
    targets: Tensor
    weights: Tensor

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
    clip: float = float("inf")
    half: bool = False


def train(
    network: nn.Module,
    groups: Sequence[Mapping[str, Any]],
    learn: Examples,
    objective: Objective,
    measure: Callable[[], float] | None,
    course: Course,
    session: Session,
    generator: torch.Generator,
) -> None:
    """Train in place; the network ends with the weights of its best round, in evaluation mode.

    Args:
        groups: parameter groups: `params`, `pace` (a factor of the learning rate) and `decays`.
        objective: (outputs, targets) -> loss of each row, shape (k, b).
        measure: the loss on held-out rows; None where there are none: then the last weights stay.
        generator: draws the order of the rows; its state is kept with the session.
    """
    with threads(session.threads):
        _Run(network, groups, learn, objective, measure, course, session, generator).go()


class _Run:
    """The live state of one call of `train`."""

    def __init__(
        self,
        network: nn.Module,
        groups: Sequence[Mapping[str, Any]],
        learn: Examples,
        objective: Objective,
        measure: Callable[[], float] | None,
        course: Course,
        session: Session,
        generator: torch.Generator,
    ) -> None:
        self.network, self.learn, self.objective = network, learn, objective
        self.measure, self.course, self.session = measure, course, session
        self.generator = generator
        self.optimizer = _optimizer(groups, course)
        self.best = Best(network, course.patience)
        self.batch = min(course.batch, len(learn))
        pass_steps = max(len(learn) // self.batch, 1)
        self.steps = max(1, min(pass_steps, course.round_rows // self.batch))
        passes = self.steps / pass_steps
        self.rounds = max(1, round(course.passes / passes))
        self.passes = passes
        self.order = torch.empty(0, dtype=torch.int64)
        self.progress = Progress(session, rounds=self.rounds, steps=self.steps, passes=passes)

    def go(self) -> None:
        if self.session.kept:
            self._load(self.session.kept)
        self.network.train()
        for number in self.session.rounds(self.rounds, keep=self._save, passes=self.passes):
            self.progress.begin_round(number)
            learned = sum(self._step(number) for _ in range(self.steps)) / self.steps
            loss = self._look() if self.measure else float(learned)
            self.session.report(loss)
            if self.measure and self.best.see(self.network, loss, self.progress.at):
                break
            if self.progress.is_over:
                break
        self.best.restore(self.network)
        self.network.eval()

    def _step(self, number: int) -> Tensor:
        rows = self._next_rows()
        self._set_rates()
        learn = self.learn
        inputs = tuple(values[rows] for values in learn.inputs)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.course.half):
            outputs = self.network(*inputs)
        weights = learn.weights[rows].T  # (k, b)
        losses = self.objective(outputs.float(), learn.targets[rows])  # (k, b)
        # Losses of the members are added, so that a member learns as if it were alone.
        loss = (losses * weights).sum() / weights.sum().clamp_min(1e-6)
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        if self.course.clip < float("inf"):
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.course.clip)
        self.optimizer.step()
        self.progress.step(number)
        return loss.detach()

    def _next_rows(self) -> Tensor:
        """Positions of the next batch; a new order begins where less than a batch is left."""
        if len(self.order) < self.batch:
            self.order = torch.randperm(len(self.learn), generator=self.generator)
        rows, self.order = self.order[: self.batch], self.order[self.batch :]
        return rows

    def _set_rates(self) -> None:
        rate = self.course.learning_rate * self.course.schedule(self.progress.at)
        decay = self.course.decay * self.course.decay_schedule(self.progress.at)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["pace"]
            group["weight_decay"] = decay * group["decays"]

    def _look(self) -> float:
        assert self.measure is not None
        self.network.eval()
        with torch.inference_mode():
            loss = self.measure()
        self.network.train()
        return loss

    def _save(self, folder: Path) -> None:
        save_state(folder, self.network, self.optimizer, self.best, self.order, self.generator)
        # The schedule goes on where it stood.
        (folder / "progress").write_text(repr(self.progress.at))

    def _load(self, folder: Path) -> None:
        self.order = load_state(folder, self.network, self.optimizer, self.best, self.generator)
        self.progress.at = float((folder / "progress").read_text())


def _optimizer(groups: Sequence[Mapping[str, Any]], course: Course) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        [dict(group) for group in groups if group["params"]],
        lr=course.learning_rate,
        betas=(0.9, course.momentum),
        weight_decay=course.decay,
        fused=True,
    )
