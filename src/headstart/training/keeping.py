"""The state of a fit on disk, so that a killed fit goes on where it stood."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from headstart.storage.folders import write_file
from headstart.training.adam import Adam
from headstart.training.progress import Progress
from headstart.training.stopping import Best


@dataclass(slots=True, kw_only=True, eq=False)
class State:
    """What changes while a network is trained.

    Attributes:
        generator: draws the order of the rows and the masks of dropout.
        order: positions of rows that are left of the last order.
    """

    network: nn.Module
    optimizer: Adam
    best: Best
    progress: Progress
    generator: torch.Generator
    order: Tensor


def save_state(folder: Path, state: State) -> None:
    """Write `state.safetensors` and `state.json`: weights, moments, order and random state."""
    tensors = {
        **_prefixed("network", state.network.state_dict()),
        **_prefixed("best", state.best.state),
        **_prefixed("optimizer", state.optimizer.moments),
        "order": state.order,
        "generator": state.generator.get_state(),
    }
    copies = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
    save_file(copies, folder / "state.safetensors")
    best = state.best
    numbers = {
        "at": state.progress.at,
        "best_at": best.at,
        "best_loss": best.loss if best.was_seen else None,
    }
    write_file(folder / "state.json", json.dumps(numbers))


def load_state(folder: Path, state: State) -> None:
    """Put back what `save_state` wrote."""
    tensors = load_file(folder / "state.safetensors")
    numbers = json.loads((folder / "state.json").read_text())
    state.network.load_state_dict(_part(tensors, "network"))
    kept = _part(tensors, "optimizer")
    for name, moment in state.optimizer.moments.items():
        moment.copy_(kept[name])
    state.generator.set_state(tensors["generator"])
    state.order = tensors["order"]
    state.progress.resume(numbers["at"])
    state.best.state = _part(tensors, "best")
    if numbers["best_loss"] is not None:
        state.best.loss = numbers["best_loss"]
        state.best.at = min(numbers["best_at"], state.progress.at)


def _prefixed(part: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{part}/{name}": value for name, value in tensors.items()}


def _part(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    start = f"{part}/"
    return {
        name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)
    }
