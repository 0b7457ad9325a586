"""Which network a file of parameters is of, where nothing but its tensors says it.

The names of the tensors choose a few networks of the table (`picture_builds`); one is recognised if
every tensor of the file has its place in it, and every parameter of it is in the file, with the
same shape. Only the head may answer another number of labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import nn

from headstart.networks.picture_builds import BUILDS, Build
from headstart.networks.tracing import Traced, of_one_input, trace
from headstart.processes.libraries import is_installed
from headstart.weights.formats import TensorFacts
from headstart.weights.inspection.seen import SIDE

_CHANNELS = 3
_COUNTER = "num_batches_tracked"  # old files have none
SIGNS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "layer1.0.conv1.weight": (("torchvision", "resnet18"), ("torchvision", "resnet50")),
        "features.0.0.weight": (
            ("torchvision", "efficientnet_b0"),
            ("torchvision", "convnext_tiny"),
        ),
        "conv_stem.weight": (("timm", "tf_efficientnet_lite0"),),
    }
)
"""A tensor that tells -> networks whose file has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A network of a library, and what it would do with a picture.

    Attributes:
        labels: number of outputs of its head; None without one.
    """

    library: str
    network: str
    labels: int | None
    seen: Traced


def recognised(tensors: Mapping[str, TensorFacts]) -> Recognised | None:
    """The network of the table that these tensors are of, or None."""
    for sign, keys in SIGNS.items():
        for library, name in keys if sign in tensors else ():
            if not is_installed(library):
                continue
            build = BUILDS[library, name]
            network, labels = _made(build, name, tensors)
            if _is_of(network, tensors):
                picture = torch.empty(1, _CHANNELS, SIDE, SIDE, device="meta")
                seen = of_one_input(trace(network, picture))
                return Recognised(library=library, network=name, labels=labels, seen=seen)
    return None


def _made(
    build: Build, name: str, tensors: Mapping[str, TensorFacts]
) -> tuple[nn.Module, int | None]:
    """The network on `meta`, its head as the file has it."""
    weight = tensors.get(f"{build.head}.weight")
    shape = () if weight is None else weight.shape
    with torch.device("meta"):
        network = build.make(name, {}).eval()
        head = nn.Linear(shape[1], shape[0]) if len(shape) == 2 else nn.Identity()
    parent, _, leaf = build.head.rpartition(".")
    setattr(network.get_submodule(parent), leaf, head)
    return network, shape[0] if len(shape) == 2 else None


def _is_of(network: nn.Module, tensors: Mapping[str, TensorFacts]) -> bool:
    wanted = {
        name: tuple(value.shape)
        for name, value in network.state_dict().items()
        if not name.endswith(_COUNTER)
    }
    found = {name: each.shape for name, each in tensors.items() if not name.endswith(_COUNTER)}
    return found == wanted
