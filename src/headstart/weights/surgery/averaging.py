"""Averages of models with the same start: all of them, or greedily those that help (model soup).

Fine-tuned from the same weights, models stand in one valley and their mean stands in it, too. What
was trained from different random weights has no meaning as a mean.

References: Wortsman et al. 2022, "Model soups", Recipe 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from headstart.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

State = Mapping[str, "Tensor"]


def average(states: Sequence[State]) -> dict[str, Tensor]:
    """The mean of each tensor, taken in float64; whole numbers are those of the first.

    Raises:
        WeightsError: they are not of the same network.
    """
    import torch

    _refuse_strangers(states)
    return {
        name: torch.stack([each[name].double() for each in states]).mean(dim=0).to(value.dtype)
        if value.is_floating_point()
        else value.clone()
        for name, value in states[0].items()
    }


def greedy_soup(
    states: Sequence[State], loss: Callable[[State], float]
) -> tuple[dict[str, Tensor], tuple[int, ...]]:
    """The best model, and the others in the order of their losses where the mean gains by them.

    Args:
        loss: on held-out rows; lower is better.

    Returns:
        The mean, and which of the states are in it, never a worse one than the best alone.
    """
    _refuse_strangers(states)
    losses = [loss(state) for state in states]
    order = sorted(range(len(states)), key=losses.__getitem__)
    chosen, best = [order[0]], losses[order[0]]
    for place in order[1:]:
        tried = loss(average([states[each] for each in (*chosen, place)]))
        if tried <= best:
            chosen, best = [*chosen, place], tried
    return average([states[each] for each in chosen]), tuple(chosen)


def _refuse_strangers(states: Sequence[State]) -> None:
    if not states:
        raise WeightsError("there is nothing to average.", "Give one state or more.")
    first = {name: tuple(value.shape) for name, value in states[0].items()}
    for number, state in enumerate(states[1:], start=2):
        shapes = {name: tuple(value.shape) for name, value in state.items()}
        for name in first.keys() | shapes.keys():
            if first.get(name) != shapes.get(name):
                raise WeightsError(
                    f"`{name}` is {first.get(name, 'absent')} in the first model and "
                    f"{shapes.get(name, 'absent')} in number {number}.",
                    "Only models with the same network and the same start are averaged.",
                )
