"""What a network's outputs mean: one head per target, side by side in one tensor.

A class head holds a logit per class; a number head one number, learned in units of the training
rows' spread. The same record makes targets, losses and predictions, so that they agree.

Shapes: b rows, t targets, o outputs, k members of an ensemble (1 for a single network).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from headstart.records import Numbers, Prediction, Probabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """One head per target, all of one kind.

    Attributes:
        targets: their names.
        classes: the labels of each target, in the task's order; () for numbers.
        centres, scales: mean and spread of each number in the training rows.
        lows, highs: its range there; predictions stay inside.
    """

    targets: tuple[str, ...]
    classes: tuple[tuple[str, ...], ...] = ()
    centres: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Outputs of each head."""
        return tuple(len(labels) for labels in self.classes) or (1,) * len(self.targets)

    @property
    def width(self) -> int:
        """Outputs in all."""
        return sum(self.sizes)

    @property
    def loss(self) -> str:
        """What `losses` measures, in the field's words."""
        return "cross entropy" if self.classes else "squared error"

    def tensor(self, truth: np.ndarray) -> Tensor:
        """Class indices (b, t) as int64, or numbers (b, t) in units of the spread."""
        if self.classes:
            return torch.from_numpy(truth)
        scaled = (truth - np.array(self.centres)) / np.array(self.scales)
        return torch.from_numpy(scaled.astype(np.float32))

    def losses(self, outputs: Tensor, truth: Tensor, smoothing: float = 0.0) -> Tensor:
        """Loss of each row, shape (k, b): cross entropy or squared error, the mean over targets.

        Args:
            outputs: (k, b, o).
            truth: (b, t), or (k, b, t) where each member has rows of its own.
            smoothing: share of a class's weight that is spread over all classes.
        """
        truth = truth.expand(len(outputs), *truth.shape[-2:])
        if not self.classes:
            return (outputs - truth).square().mean(dim=-1)
        heads = torch.split(outputs, list(self.sizes), dim=-1)
        each = [
            F.cross_entropy(
                head.flatten(0, 1),
                truth[..., place].flatten(),
                reduction="none",
                label_smoothing=smoothing,
            )
            for place, head in enumerate(heads)
        ]
        return torch.stack(each).mean(dim=0).view(truth.shape[:2])

    def answer(self, outputs: Tensor) -> Prediction:
        """Members' probabilities or numbers, averaged, from outputs (k, b, o)."""
        if self.classes:
            heads = torch.split(outputs.double(), list(self.sizes), dim=-1)
            return Probabilities(
                values=tuple(_probabilities(head.softmax(dim=-1).mean(dim=0)) for head in heads)
            )
        mean = outputs.double().mean(dim=0).numpy() * np.array(self.scales)
        return Numbers(values=np.clip(mean + np.array(self.centres), self.lows, self.highs))

    def widened(self, later: Heads) -> Heads:
        """These heads, in their own units, allowed to answer in the range of both."""
        lows = tuple(map(min, self.lows, later.lows))
        return replace(self, lows=lows, highs=tuple(map(max, self.highs, later.highs)))

    def first_biases(self, truth: np.ndarray, weights: np.ndarray) -> Tensor:
        """Outputs (o,) that say what is known before any input: class shares, or the mean."""
        if not self.classes:
            return torch.zeros(self.width)
        shares = [
            np.bincount(truth[:, place], weights, minlength=size) + 0.5
            for place, size in enumerate(self.sizes)
        ]
        logits = [np.log(each / each.sum()) for each in shares]
        return torch.from_numpy(np.concatenate(logits).astype(np.float32))


def class_heads(targets: tuple[str, ...], classes: tuple[tuple[str, ...], ...]) -> Heads:
    """Heads that tell classes."""
    return Heads(targets=targets, classes=classes)


def heads_from_plain(plain: Mapping[str, Any]) -> Heads:
    """The heads whose fields were written as plain values."""
    classes = tuple(tuple(labels) for labels in plain["classes"])
    rest = {name: tuple(value) for name, value in plain.items() if name != "classes"}
    return Heads(classes=classes, **rest)


def number_heads(targets: tuple[str, ...], truth: np.ndarray, weights: np.ndarray) -> Heads:
    """Heads that tell numbers, in units of the spread of `truth`, shape (n, t).

    A target that does not vary gets a scale of 1, whatever rounding makes of its spread.

    Example:
        >>> number_heads(("price",), np.full((7, 1), 113.7), np.ones(7)).scales
        (1.0,)
    """
    centres = np.average(truth, axis=0, weights=weights)
    scales = np.sqrt(np.average((truth - centres) ** 2, axis=0, weights=weights))
    scales[np.ptp(truth, axis=0) == 0] = 0.0
    return Heads(
        targets=targets,
        centres=tuple(centres.tolist()),
        scales=tuple(float(scale) if scale > 0 else 1.0 for scale in scales),
        lows=tuple(truth.min(axis=0).tolist()),
        highs=tuple(truth.max(axis=0).tolist()),
    )


def _probabilities(mean: Tensor) -> np.ndarray:
    values = mean.numpy()
    return values / values.sum(axis=1, keepdims=True)
