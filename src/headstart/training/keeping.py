"""The state of a fit on disk, so that a killed fit goes on where it stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from headstart.training.stopping import Best

_PARTS = ("network", "best", "optimizer", "order", "generator")


def save_state(
    folder: Path,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    best: Best,
    order: Tensor,
    generator: torch.Generator,
) -> None:
    """Write `state.safetensors` and `state.json`: weights, moments, order and random state."""
    tensors = {
        **_prefixed("network", network.state_dict()),
        **_prefixed("best", best.state),
        **_prefixed("optimizer", _moments(optimizer)),
        "order": order,
        "generator": generator.get_state(),
    }
    copies = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
    save_file(copies, folder / "state.safetensors")
    (folder / "state.json").write_text(json.dumps({"loss": best.loss, "at": best.at}))


def load_state(
    folder: Path,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    best: Best,
    generator: torch.Generator,
) -> Tensor:
    """Put back what `save_state` wrote; returns the rows that are left of the last order."""
    tensors = load_file(folder / "state.safetensors")
    network.load_state_dict(_part(tensors, "network"))
    best.state = _part(tensors, "best")
    stored = json.loads((folder / "state.json").read_text())
    best.loss, best.at = stored["loss"], stored["at"]
    _set_moments(optimizer, _part(tensors, "optimizer"))
    generator.set_state(tensors["generator"])
    return tensors["order"]


def _moments(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    state: dict[int, dict[str, Any]] = optimizer.state_dict()["state"]
    return {
        f"{place}.{name}": value for place, each in state.items() for name, value in each.items()
    }


def _set_moments(optimizer: torch.optim.Optimizer, moments: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in moments.items():
        place, name = key.split(".")
        state.setdefault(int(place), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})


def _prefixed(part: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{part}/{name}": value for name, value in tensors.items()}


def _part(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    start = f"{part}/"
    return {
        name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)
    }
