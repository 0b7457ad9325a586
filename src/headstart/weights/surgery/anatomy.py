"""What is known of a network's tensors without a look at their numbers.

An anatomy is made from a network, which may stand on torch's `meta` device and hold no number, or
from the header of a file, where the kinds of layers are told by names and shapes alone.

Shapes: weights of linear layers are (out, in), of convolutions (out, in / groups, ...).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from headstart.weights.formats import TensorFacts
from headstart.weights.surgery.deepening import NORMED_AFTER

Shape = tuple[int, ...]
_HEADS = ("num_attention_heads", "num_heads", "n_heads", "num_key_value_heads", "n_head")
_DTYPES = MappingProxyType(
    {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64"}
    | {"I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool"}
)
_WHOLE = ("I64", "I32", "I16", "BOOL", "int64", "int32", "int16", "bool")
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
_EMBEDDING = re.compile(r"embed|shared|wte|wpe|relative_attention_bias", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One tensor of a network.

    Attributes:
        kind: class of the layer that holds it, `Linear`, `Conv2d`, `LayerNorm` ..., that of torch
            where somebody made their own of it; empty unknown.
        heads: of the attention that it belongs to; None where there is none or it is unknown.
        learns: False for buffers and for parameters that stand still.
        tied: the first name of the same tensor; None where it has one name only.
        groups: of a convolution.
    """

    name: str
    shape: Shape
    dtype: str
    kind: str = ""
    heads: int | None = None
    is_parameter: bool = True
    learns: bool = True
    tied: str | None = None
    groups: int = 1

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def owner(self) -> str:
        """The path of the layer that holds it."""
        return self.name.rpartition(".")[0]

    @property
    def leaf(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """All tensors of a network, in its order.

    Attributes:
        parts: by name.
        architecture: what transformers calls it, `bert`, `vit` ...; empty where unknown.
        labels: names of its outputs in their order; empty where nobody named them.
        norms_after: whether every block ends with a norm.
    """

    parts: Mapping[str, Part]
    architecture: str = ""
    norms_after: bool = False
    labels: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """Number of its parameters; tied ones count once, buffers do not."""
        return sum(part.size for part in self.parts.values() if part.is_parameter and not part.tied)


def of_module(network: Any, labels: Iterable[str] = ()) -> Anatomy:
    """The anatomy of a torch module, as its `state_dict` names things."""
    from torch import nn

    modules = dict(network.named_modules())
    parts: dict[str, Part] = {}
    first: dict[int, str] = {}
    for name, value in network.state_dict(keep_vars=True).items():
        owner = modules.get(name.rpartition(".")[0])
        tied = first.setdefault(id(value), name)
        parts[name] = Part(
            name=name,
            shape=tuple(value.shape),
            dtype=str(value.dtype).removeprefix("torch."),
            kind=_class_of(owner),
            heads=_heads(name, modules),
            is_parameter=isinstance(value, nn.Parameter),
            learns=bool(value.requires_grad),
            tied=None if tied == name else tied,
            groups=_groups(owner),
        )
    config: Any = getattr(network, "config", None)
    architecture = str(getattr(config, "model_type", "") or "")
    return Anatomy(
        parts=parts,
        architecture=architecture,
        labels=tuple(labels),
        norms_after=_norms_after(architecture, config, modules),
    )


def of_facts(facts: Mapping[str, TensorFacts]) -> Anatomy:
    """The anatomy that the header of a file allows; kinds are told by names and shapes."""
    parts: dict[str, Part] = {}
    statistics = {name.rpartition(".")[0] for name in facts if name.endswith("running_mean")}
    for name, fact in facts.items():
        owner, _, leaf = name.rpartition(".")
        is_buffer = leaf in _BUFFERS or fact.dtype in _WHOLE
        parts[name] = Part(
            name=name,
            shape=fact.shape,
            dtype=_DTYPES.get(fact.dtype, fact.dtype),
            kind=_kind(name, fact.shape, is_batch=owner in statistics),
            is_parameter=not is_buffer,
            learns=not is_buffer,
        )
    return Anatomy(parts=_with_biases(parts))


def is_norm(kind: str) -> bool:
    """Whether a layer brings each row's entries to one size together, unlike batch statistics.

    Example:
        >>> is_norm("T5LayerNorm"), is_norm("BatchNorm2d")
        (True, False)
    """
    return "Norm" in kind and "Batch" not in kind and "Instance" not in kind


def _class_of(owner: Any) -> str:
    """The class of torch that a layer is one of; its own where that is only `Module`."""
    known = (each for each in type(owner).__mro__ if each.__module__.startswith("torch.nn."))
    name = next((each.__name__ for each in known), "")
    return type(owner).__name__ if name in ("", "Module") else name


def _groups(owner: Any) -> int:
    found = getattr(owner, "groups", 1)
    return found if isinstance(found, int) else 1


def _heads(name: str, modules: Mapping[str, Any]) -> int | None:
    """The number of heads that the attention around a tensor has, where there is one."""
    path = name.rpartition(".")[0]
    for _ in range(3):
        module = modules.get(path)
        near = [module, *(module.children() if module is not None and path else ())]
        for each in near:
            stated = (getattr(each, key, None) for key in _HEADS)
            found = next((number for number in stated if isinstance(number, int)), None)
            if found is not None and "ttention" in type(each).__name__:
                return found
        path = path.rpartition(".")[0]
    return None


def _norms_after(architecture: str, config: Any, modules: Mapping[str, Any]) -> bool:
    if architecture:
        stable = bool(getattr(config, "do_stable_layer_norm", False))
        return architecture in NORMED_AFTER and not stable
    return any(getattr(module, "norm_first", None) is False for module in modules.values())


def _kind(name: str, shape: Shape, *, is_batch: bool) -> str:
    if is_batch:
        return "BatchNorm"
    if len(shape) in (3, 4, 5) and name.endswith("weight"):
        return f"Conv{len(shape) - 2}d"
    if len(shape) == 2 and name.endswith("weight"):
        return "Embedding" if _EMBEDDING.search(name) else "Linear"
    return "LayerNorm" if len(shape) == 1 and name.endswith("weight") else ""


def _with_biases(parts: Mapping[str, Part]) -> dict[str, Part]:
    """A bias is of the kind of the weight beside it."""
    return {
        name: replace(part, kind=parts[f"{part.owner}.weight"].kind)
        if part.leaf == "bias" and f"{part.owner}.weight" in parts
        else part
        for name, part in parts.items()
    }
