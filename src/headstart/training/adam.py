"""Adam with decoupled weight decay, without the second that `torch.optim` takes to import.

The first optimiser of `torch.optim` imports torch's compiler, which costs more than many a fit. The
update itself is one call of the same kernel that `torch.optim.AdamW(fused=True)` uses.

References: Kingma & Ba 2015, "Adam"; Loshchilov & Hutter 2019, "Decoupled Weight Decay
Regularization".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """Parameters that learn alike.

    Attributes:
        pace: factor of the learning rate.
        decays: factor of the weight decay.
    """

    parameters: list[nn.Parameter]
    pace: float = 1.0
    decays: float = 1.0
    means: list[Tensor] = field(init=False)
    squares: list[Tensor] = field(init=False)
    steps: list[Tensor] = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = [value for value in self.parameters if value.numel()]
        self.means = [torch.zeros_like(value) for value in self.parameters]
        self.squares = [torch.zeros_like(value) for value in self.parameters]
        self.steps = [torch.zeros(()) for _ in self.parameters]


class Adam:
    """The state of one optimisation.

    Args:
        momentum: of the gradients and of their squares (`beta_1`, `beta_2`).
    """

    def __init__(self, groups: Iterable[Group], *, momentum: tuple[float, float]) -> None:
        self.groups = [group for group in groups if group.parameters]
        self._momentum = momentum

    @property
    def moments(self) -> dict[str, Tensor]:
        """The running means by name, to be kept on disk; filling them in goes on from there."""
        return {
            f"{place}.{kind}.{number}": tensor
            for place, group in enumerate(self.groups)
            for kind, tensors in (
                ("means", group.means),
                ("squares", group.squares),
                ("steps", group.steps),
            )
            for number, tensor in enumerate(tensors)
        }

    def forget_gradients(self) -> None:
        """Drop the gradients of the last step."""
        for group in self.groups:
            for parameter in group.parameters:
                parameter.grad = None

    @torch.no_grad()
    def step(self, learning_rate: float, decay: float) -> None:
        """Move every parameter that has a gradient."""
        for group in self.groups:
            moved = [
                (parameter, parameter.grad, mean, square, count)
                for parameter, mean, square, count in zip(
                    group.parameters, group.means, group.squares, group.steps, strict=True
                )
                if parameter.grad is not None
            ]
            if not moved:
                continue
            parameters, gradients, means, squares, counts = map(list, zip(*moved, strict=True))
            torch._foreach_add_(counts, 1)
            torch._fused_adamw_(
                parameters,
                gradients,
                means,
                squares,
                [],
                counts,
                lr=learning_rate * group.pace,
                beta1=self._momentum[0],
                beta2=self._momentum[1],
                weight_decay=decay * group.decays,
                eps=1e-8,
                amsgrad=False,
                maximize=False,
            )
