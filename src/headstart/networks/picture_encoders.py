"""Encoders of pictures that others have trained, behind one face: pixels in, one vector out.

A network is cut into stages from the bottom to the top, so that every stage can be tapped, lower
ones can stand still while upper ones learn, and what stands still is computed once. The networks
are those of timm, torchvision and transformers (`picture_builds`).

Shapes: b pictures of s x s pixels, d entries of a vector; between stages maps (b, c, h, w) or
tokens (b, t, d).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from headstart import weights
from headstart.errors import WeightsError
from headstart.networks.picture_builds import Build, build_of
from headstart.networks.randomness import own_randomness
from headstart.storage.folders import write_file
from headstart.weights import Found

_ANY_SIZE_PROBE = 64  # pixels of a dry run that tells how wide the vector is


def body_of(found: Found) -> dict[str, Any]:
    """The plain values that the network of a checkpoint is made of.

    Raises:
        WeightsError: it is no encoder of pictures.
    """
    configuration = weights.config(found)
    entry = found.entry
    if entry is None or entry.modality != "image":
        raise WeightsError(
            f"`{found.name}` is no encoder of pictures.",
            "`headstart models --modality image` lists what is.",
        )
    return {
        "library": entry.library,
        "network": entry.network,
        "architecture": configuration.architecture,
        "values": dict(configuration.values),
    }


def picture_encoder(body: Mapping[str, Any], seed: int) -> PictureEncoder:
    """The encoder without a head, with random weights."""
    build = build_of(body)
    with own_randomness(seed):
        network = build.make(body["network"], body["values"])
    if build.head and build.head in dict(network.named_modules()):
        _replace(network, build.head, nn.Identity())
    return PictureEncoder(build, network.eval(), build.size(body["values"]))


def own_head(body: Mapping[str, Any], labels: int, width: int) -> tuple[nn.Linear, nn.Module]:
    """The layer by which a checkpoint answers its own labels, and a module that holds it alone.

    In that module it stands where it stands in the checkpoint's network, so that its tensors are
    found by their names.

    Raises:
        WeightsError: such a network has no head.
    """
    path = build_of(body).head
    if not path:
        raise WeightsError(
            f"a network of {body['network']} has no head of its own.",
            "Start from its encoder: FineTune or Transfer.",
        )
    layer = nn.Linear(width, labels)
    holder: nn.Module = layer
    for piece in reversed(path.split(".")):
        holder = nn.ModuleDict({piece: holder})
    return layer, holder


class PictureEncoder(nn.Module):
    """A network cut into stages, and its pooling.

    Args:
        size: the only side of pictures that it takes; None for any.

    Attributes:
        width: d, entries of the vector.
        depth: number of stages.
    """

    def __init__(self, build: Build, network: nn.Module, size: int | None) -> None:
        super().__init__()
        self.network = network
        self.size = size
        self._build = build
        self._paths = build.stages(network)
        self.depth = len(self._paths)
        self.width = self._measured()

    def forward(self, pixels: Tensor) -> Tensor:
        """(b, d), float32, from pixels (b, 3, s, s) as the checkpoint wants them."""
        return self.upper(self.lower(pixels, self.depth), self.depth)

    def lower(self, pixels: Tensor, stop: int) -> Tensor:
        """What the first `stop` stages make of pixels."""
        return self._run(pixels, 0, stop)

    def upper(self, values: Tensor, start: int) -> Tensor:
        """(b, d): the stages from `start` on, and the pooling."""
        return self._final(self._run(values, start, self.depth))

    def every_stage(self, pixels: Tensor) -> list[Tensor]:
        """The pooled vector of each stage (b, d_i), float32; the last one is that of `forward`."""
        values, found = pixels, []
        for place in range(self.depth):
            values = self._run(values, place, place + 1)
            is_last = place == self.depth - 1
            found.append(self._final(values) if is_last else self._pooled(values))
        return found

    def one_stage(self, pixels: Tensor, place: int) -> Tensor:
        """The pooled vector of one stage, (b, d_i); those above it are not computed."""
        place %= self.depth
        if place == self.depth - 1:
            return self(pixels)  # type: ignore[no-any-return]
        return self._pooled(self.lower(pixels, place + 1))

    def stages(self) -> list[list[nn.Parameter]]:
        """Parameters from the bottom to the top; what comes after the pooling is of the top."""
        stages = [
            [each for path in paths for each in self.network.get_submodule(path).parameters()]
            for paths in self._paths
        ]
        inside = {id(each) for stage in stages for each in stage}
        outside = [each for each in self.network.parameters() if id(each) not in inside]
        return [*stages[:-1], [*stages[-1], *outside]]

    def modules_of(self, stop: int) -> list[nn.Module]:
        """The modules of the first `stop` stages."""
        return [self.network.get_submodule(path) for paths in self._paths[:stop] for path in paths]

    def _run(self, values: Tensor, start: int, stop: int) -> Tensor:
        for paths in self._paths[start:stop]:
            for path in paths:
                module: Any = self.network.get_submodule(path)
                takes_mask = self._build.first and isinstance(
                    _parent(self.network, path), nn.ModuleList
                )
                values = module(values, None) if takes_mask else module(values)
        return values

    def _pooled(self, values: Tensor) -> Tensor:
        if values.ndim == 4:
            return values.float().mean(dim=(2, 3))
        return (values[:, 0] if self._build.first else values.mean(dim=1)).float()

    def _final(self, values: Tensor) -> Tensor:
        """The pooled vector, and what comes after the pooling."""
        pooled = self._pooled(values)
        if not self._build.flat:
            pooled = pooled[:, :, None, None]
        for path in self._build.top:
            pooled = self.network.get_submodule(path)(pooled)
        return pooled.flatten(1).float()

    def _measured(self) -> int:
        size = self.size or _ANY_SIZE_PROBE
        with torch.inference_mode():
            return int(self(torch.zeros(1, 3, size, size)).shape[1])


class Pixels(nn.Module):
    """Bytes of a picture in the units of a checkpoint.

    Args:
        mean, std: for each of red, green, blue, of values between 0 and 1.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean), persistent=False)
        self.register_buffer("std", torch.tensor(std), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Float32 (b, 3, s, s), with the channels last in memory, from uint8 (b, s, s, 3)."""
        scaled = pixels.float().div_(255.0).sub_(self.get_buffer("mean"))
        return scaled.div_(self.get_buffer("std")).permute(0, 3, 1, 2)


def write_body(folder: Path, body: Mapping[str, Any]) -> dict[str, Any]:
    """Write `config.json` as checkpoints have it, where there is a configuration.

    The rest of the body is given back.
    """
    if body["library"] == "transformers":
        document = {"model_type": body["architecture"], **body["values"]}
        write_file(folder / "config.json", json.dumps(document))
    return {name: value for name, value in body.items() if name != "values"}


def _parent(network: nn.Module, path: str) -> nn.Module:
    return network.get_submodule(path.rpartition(".")[0])


def _replace(network: nn.Module, path: str, module: nn.Module) -> None:
    parent, _, leaf = path.rpartition(".")
    setattr(network.get_submodule(parent), leaf, module)
