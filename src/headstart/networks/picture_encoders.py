"""Encoders of pictures that others have trained, behind one face: pixels in, one vector out.

A network is cut into stages from the bottom to the top, so that every stage can be tapped, lower
ones can stand still while upper ones learn, and what stands still is computed once. The networks
are those of timm, torchvision and transformers. Which class is built, and where its stages are,
stands in the table below and nowhere else: a checkpoint's own files choose a row of it.

Shapes: b pictures of s x s pixels, d entries of a vector; between stages maps (b, c, h, w) or
tokens (b, t, d).
References: He et al. 2016, "Deep Residual Learning"; Tan & Le 2019, "EfficientNet"; Liu et al.
2022, "A ConvNet for the 2020s"; Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words"; Radford
et al. 2021, "CLIP".
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from headstart import weights
from headstart.errors import WeightsError, unknown_name
from headstart.networks.pretrained import own_randomness
from headstart.processes.libraries import need
from headstart.storage.folders import write_file
from headstart.weights import Found

_ANY_SIZE_PROBE = 64  # pixels of a dry run that tells how wide the vector is


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How one kind of network is built and cut.

    Attributes:
        make: (network's name, values of its configuration) -> the network with random weights.
        stages: (network) -> for each stage the paths of its modules, in the order of computation.
        head: path of the linear layer that answers the checkpoint's own labels; empty without.
        prefix: of the encoder's tensors inside of a classifier's.
        top: modules that the pooled vector passes through.
        flat: whether these take (b, d), and not maps of one pixel.
        first: whether the first token stands for the picture, and not the mean of the map.
        renames: parts of names in files, and what the network calls them.
        size: (values) -> the only side that it takes; None where any will do.
    """

    make: Callable[[str, Mapping[str, Any]], nn.Module]
    stages: Callable[[nn.Module], list[tuple[str, ...]]]
    head: str
    prefix: str = ""
    top: tuple[str, ...] = ()
    flat: bool = True
    first: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    size: Callable[[Mapping[str, Any]], int | None] = lambda values: None


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


def build_of(body: Mapping[str, Any]) -> Build:
    """How the network of a body is built.

    Args:
        body: plain values: `library`, `network` (its name there), `architecture` and `values` of
            its configuration.

    Raises:
        AskError: the table has no such network.
    """
    own = body["library"] != "transformers"
    key = (body["library"], body["network"] if own else body["architecture"])
    if key not in BUILDS:
        known = [" ".join(each) for each in BUILDS]
        raise unknown_name("encoder of pictures", " ".join(map(str, key)), known)
    return BUILDS[key]


def picture_encoder(body: Mapping[str, Any], seed: int) -> PictureEncoder:
    """The encoder without a head, with random weights."""
    build = build_of(body)
    with own_randomness(seed):
        network = build.make(body["network"], body["values"])
    if build.head and build.head in dict(network.named_modules()):
        _replace(network, build.head, nn.Identity())
    return PictureEncoder(build, network.eval(), build.size(body["values"]))


def picture_tensors(body: Mapping[str, Any], state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A checkpoint's tensors in the names of the network without a head."""
    build = build_of(body)
    has_prefix = any(name.startswith(build.prefix) for name in state)
    return {
        _renamed(name.removeprefix(build.prefix), build.renames): value
        for name, value in state.items()
        if (name.startswith(build.prefix) or not has_prefix)
        and not (build.head and name.startswith(f"{build.head}."))
    }


def own_head(body: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Linear:
    """The layer by which a checkpoint answers its own labels.

    Raises:
        WeightsError: it has none.
    """
    head = build_of(body).head
    weight, bias = state.get(f"{head}.weight"), state.get(f"{head}.bias")
    if weight is None or bias is None or weight.ndim != 2:
        raise WeightsError(
            f"the checkpoint has no head of its own: `{head or 'head'}.weight` is missing.",
            "Start from its encoder: FineTune or Transfer.",
        )
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer


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
                takes_mask = self._build.first and isinstance(_parent(self.network, path), _LIST)
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


_LIST = nn.ModuleList


def _timm(name: str, values: Mapping[str, Any]) -> nn.Module:
    timm = need("timm", wanted_by=f"the encoder {name}")
    made: nn.Module = timm.create_model(name, pretrained=False)
    return made


def _torchvision(name: str, values: Mapping[str, Any]) -> nn.Module:
    models = need("torchvision", wanted_by=f"the encoder {name}").models
    made: nn.Module = getattr(models, name)(weights=None)
    return made


def _transformers(package: str, kind: str, config: str) -> Callable[..., nn.Module]:
    def make(name: str, values: Mapping[str, Any]) -> nn.Module:
        need("transformers", wanted_by=f"the encoder {kind}")
        module = f"transformers.models.{package}"
        configuration = getattr(import_module(f"{module}.configuration_{package}"), config)
        options = {"add_pooling_layer": False} if package == "vit" else {}
        parts = values.get("vision_config", {}) if package == "clip" else values
        more = {"projection_dim": values["projection_dim"]} if "projection_dim" in values else {}
        made = getattr(import_module(f"{module}.modeling_{package}"), kind)
        network: nn.Module = made(configuration(**{**parts, **more}), **options)
        return network

    return make


def _numbered(before: Sequence[str], path: str, after: Sequence[str] = ()) -> Callable[..., Any]:
    """Stages that are the members of one list, one module each."""

    def stages(network: nn.Module) -> list[tuple[str, ...]]:
        members = [(f"{path}.{name}",) for name, _ in network.get_submodule(path).named_children()]
        return [*([tuple(before)] if before else []), *members, *([tuple(after)] if after else [])]

    return stages


def _pairs(path: str) -> Callable[..., Any]:
    """Stages of two modules each: one that makes the map smaller, and one of blocks."""

    def stages(network: nn.Module) -> list[tuple[str, ...]]:
        names = [f"{path}.{name}" for name, _ in network.get_submodule(path).named_children()]
        return [tuple(names[place : place + 2]) for place in range(0, len(names), 2)]

    return stages


def _repeated(network: nn.Module) -> list[tuple[str, ...]]:
    """The stages of transformers' EfficientNet, whose blocks stand in one list."""
    config: Any = network.config
    stages: list[tuple[str, ...]] = [("embeddings",)]
    first = 0
    for repeats in config.num_block_repeats:
        count = math.ceil(config.depth_coefficient * repeats)
        stages.append(tuple(f"encoder.blocks.{place}" for place in range(first, first + count)))
        first += count
    return [*stages, ("encoder.top_conv", "encoder.top_bn", "encoder.top_activation")]


def _stated(*keys: str) -> Callable[[Mapping[str, Any]], int]:
    """The side that a configuration states, 224 where it states none."""

    def size(values: Mapping[str, Any]) -> int:
        for key in keys[:-1]:
            values = values.get(key, {})
        return int(values.get(keys[-1], 224))

    return size


_VIT_NAMES = (
    ("encoder.layer.", "layers."),
    (".attention.attention.query.", ".attention.q_proj."),
    (".attention.attention.key.", ".attention.k_proj."),
    (".attention.attention.value.", ".attention.v_proj."),
    (".attention.output.dense.", ".attention.o_proj."),
    (".intermediate.dense.", ".mlp.fc1."),
    (".output.dense.", ".mlp.fc2."),
)
"""Files keep the names of the first version; the network has newer ones."""
_RESNET = Build(
    make=_torchvision,
    stages=lambda network: [
        ("conv1", "bn1", "relu", "maxpool"),
        *((f"layer{place}",) for place in range(1, 5)),
    ],
    head="fc",
)
BUILDS: Mapping[tuple[str, str], Build] = MappingProxyType(
    {
        ("timm", "tf_efficientnet_lite0"): Build(
            make=_timm,
            stages=_numbered(("conv_stem", "bn1"), "blocks", ("conv_head", "bn2")),
            head="classifier",
        ),
        ("torchvision", "resnet18"): _RESNET,
        ("torchvision", "resnet50"): _RESNET,
        ("torchvision", "efficientnet_b0"): Build(
            make=_torchvision, stages=_numbered((), "features"), head="classifier.1"
        ),
        ("torchvision", "convnext_tiny"): Build(
            make=_torchvision,
            stages=_pairs("features"),
            head="classifier.2",
            top=("classifier.0",),
            flat=False,
        ),
        ("transformers", "vit"): Build(
            make=_transformers("vit", "ViTModel", "ViTConfig"),
            stages=_numbered(("embeddings",), "layers"),
            head="classifier",
            prefix="vit.",
            top=("layernorm",),
            first=True,
            renames=_VIT_NAMES,
            size=_stated("image_size"),
        ),
        ("transformers", "resnet"): Build(
            make=_transformers("resnet", "ResNetModel", "ResNetConfig"),
            stages=_numbered(("embedder",), "encoder.stages"),
            head="classifier.1",
            prefix="resnet.",
        ),
        ("transformers", "convnext"): Build(
            make=_transformers("convnext", "ConvNextModel", "ConvNextConfig"),
            stages=_numbered(("embeddings",), "encoder.stages"),
            head="classifier",
            prefix="convnext.",
            top=("layernorm",),
        ),
        ("transformers", "efficientnet"): Build(
            make=_transformers("efficientnet", "EfficientNetModel", "EfficientNetConfig"),
            stages=_repeated,
            head="classifier",
            prefix="efficientnet.",
        ),
        ("transformers", "clip"): Build(
            make=_transformers("clip", "CLIPVisionModelWithProjection", "CLIPVisionConfig"),
            stages=_numbered(
                ("vision_model.embeddings", "vision_model.pre_layrnorm"),
                "vision_model.encoder.layers",
            ),
            head="",
            top=("vision_model.post_layernorm", "visual_projection"),
            first=True,
            size=_stated("vision_config", "image_size"),
        ),
    }
)
"""(library, network there or architecture of transformers) -> how it is built."""


def _renamed(name: str, renames: Sequence[tuple[str, str]]) -> str:
    """
    Example:
        >>> _renamed("encoder.layer.3.output.dense.bias", _VIT_NAMES)
        'layers.3.mlp.fc2.bias'
    """
    for old, new in renames:
        name = name.replace(old, new)
    return name


def _parent(network: nn.Module, path: str) -> nn.Module:
    return network.get_submodule(path.rpartition(".")[0])


def _replace(network: nn.Module, path: str, module: nn.Module) -> None:
    parent, _, leaf = path.rpartition(".")
    setattr(network.get_submodule(parent), leaf, module)
