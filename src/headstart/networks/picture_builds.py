"""How encoders of pictures are built, and where they are cut into stages.

Which class is built stands in the table below and nowhere else: a checkpoint's own files choose a
row of it and never name code.

References: He et al. 2016, "Deep Residual Learning"; Tan & Le 2019, "EfficientNet"; Liu et al.
2022, "A ConvNet for the 2020s"; Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words"; Radford
et al. 2021, "CLIP".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from torch import nn

from headstart.errors import unknown_name
from headstart.processes.libraries import need


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
