"""What a network does with one input, watched from outside: layers, sizes, bends, depth.

The network runs once, on the device where it stands; on `meta` nothing is computed and no memory is
used for what it would make. Each operation is seen as it happens, so that an activation written as
a function counts like one that is a module.

Depth is the number of weighted maps (linear, convolution, recurrent) on the longest way from the
input to an output; queries, keys and values stand side by side and count once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from headstart.records.inspection import Layer, Shape
from headstart.records.plain import plain

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Linear": "linear",
        "Dense": "linear",
        "MemberLinear": "linear",
        "Head": "linear",
        "LowRank": "linear",
        "Conv1d": "convolution",
        "Conv2d": "convolution",
        "Embedding": "embedding",
        "Categories": "embedding",
        "PiecewiseNumbers": "piecewise embedding",
        "PeriodicNumbers": "periodic embedding",
        "NumberTokens": "periodic embedding",
        "_BatchNorm": "batch norm",
        "LayerNorm": "layer norm",
        "GroupNorm": "group norm",
        "RMSNorm": "root-mean-square norm",
        "T5LayerNorm": "root-mean-square norm",
        "LSTM": "LSTM",
        "GRU": "GRU",
        "MultiheadAttention": "attention",
        "_MaxPoolNd": "max pooling",
        "_AvgPoolNd": "average pooling",
        "_AdaptiveAvgPoolNd": "average pooling",
    }
)
"""Class, or a class above it, -> what the field calls it."""
_WHOLE = ("LSTM", "GRU", "attention")
"""Kinds whose inside is not looked at, and how deep each is, below."""
_DEPTHS = MappingProxyType({"LSTM": 1, "GRU": 1, "attention": 2})
_BENDS_INSIDE = MappingProxyType(
    {"LSTM": ("sigmoid", "tanh"), "GRU": ("sigmoid", "tanh"), "attention": ("softmax",)}
)
_BENDS: Mapping[str, str] = MappingProxyType(
    {
        "relu": "relu",
        "relu_": "relu",
        "hardtanh": "relu6",
        "hardtanh_": "relu6",
        "gelu": "gelu",
        "silu": "silu",
        "silu_": "silu",
        "mish": "mish",
        "elu": "elu",
        "leaky_relu": "leaky relu",
        "hardswish": "hardswish",
        "hardswish_": "hardswish",
        "hardsigmoid": "hardsigmoid",
        "tanh": "tanh",
        "sigmoid": "sigmoid",
        "sigmoid_": "sigmoid",
        "cos": "cosine",
        "clamp": "clamp",
        "_softmax": "softmax",
        "_safe_softmax": "softmax",
        "max_pool2d_with_indices": "max pooling",
    }
)
"""Operation -> what the field calls its bend."""
_ATTENTION = "_scaled_dot_product"
_MAPS = ("addmm", "mm", "bmm", "baddbmm", "convolution")
_WORDS = ("relu6", "leakyrelu", "relu", "gelu", "silu", "swish", "mish", "tanh", "sigmoid", "selu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What one run showed.

    Attributes:
        bends: the most frequent first.
    """

    layers: tuple[Layer, ...]
    bends: tuple[str, ...]
    depth: int


def trace(network: nn.Module, *inputs: Any, **named: Any) -> Traced:
    """The layers of a network in the order in which one run passes them.

    Layers that the run does not pass stand at the end, without sizes. What has neither parameters
    nor a bend (dropout, reshaping) is left out.
    """
    watch = _Watch(network)
    network.eval()
    with torch.no_grad(), watch:
        network(*inputs, **named)
    return Traced(
        layers=tuple(watch.layers()),
        bends=tuple(name for name, _ in watch.bends.most_common()),
        depth=watch.depth,
    )


def of_one_input(seen: Traced) -> Traced:
    """The same with sizes of one input: the first dimension, the batch, is left out."""
    return _with_outputs(seen, lambda layer: None if layer.output is None else layer.output[1:])


def with_open_sizes(seen: Traced, other: Traced) -> Traced:
    """The first, with None for sizes that were others with another input."""
    return _compared(seen, other, lambda pairs: tuple(a if a == b else None for a, b in pairs))


def without_varying_sizes(seen: Traced, other: Traced) -> Traced:
    """The first, without the sizes that were others with another number of rows."""
    return _compared(seen, other, lambda pairs: tuple(a for a, b in pairs if a == b))


def description(network: nn.Module, rows: Callable[[int], tuple[Any, ...]]) -> dict[str, Any]:
    """What a family says of its network: layers, bends, depth and the number of parameters.

    Args:
        rows: (number) -> so many rows of input, all alike.
    """
    seen = without_varying_sizes(trace(network, *rows(2)), trace(network, *rows(3)))
    return {
        "layers": [plain(layer) for layer in seen.layers],
        "nonlinearities": list(seen.bends),
        "depth": seen.depth,
        "parameters": sum(each.numel() for each in network.parameters()),
    }


def kind_of(module: nn.Module) -> str:
    """What the field calls a module; `activation` for those that bend; empty where open."""
    names = [each.__name__ for each in type(module).__mro__]
    found = next((_KINDS[name] for name in names if name in _KINDS), "")
    return found or ("activation" if _word_of(module) else "")


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees modules begin and end, and every operation between."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bends: Counter[str] = Counter()
        self.depth = 0
        self._shapes: dict[str, tuple[int, ...] | None] = {}
        self._modules = dict(_shown(network))
        self._depths: dict[int, int] = {}
        self._alive: list[Tensor] = []  # so that no other tensor gets the number of one of these
        self._weights = {id(each) for each in network.parameters()}
        self._closed = 0
        self._hooks = ExitStack()

    def __enter__(self) -> Any:
        for name, module in self._modules.items():
            begins = module.register_forward_pre_hook(partial(self._begin, name), with_kwargs=True)
            ends = module.register_forward_hook(partial(self._end, name), with_kwargs=True)
            self._hooks.callback(begins.remove)
            self._hooks.callback(ends.remove)
        return super().__enter__()  # type: ignore[no-untyped-call]

    def __exit__(self, *details: Any) -> None:
        self._hooks.close()
        super().__exit__(*details)  # type: ignore[no-untyped-call]

    def layers(self) -> Iterator[Layer]:
        """Those that were passed, in their order; then the others."""
        counted: set[int] = set()
        passed = {name: self._modules[name] for name in self._shapes}
        for name, module in {**passed, **self._modules}.items():
            is_whole = kind_of(module) in _WHOLE
            own = list(module.parameters(recurse=is_whole))
            size = sum(each.numel() for each in own if id(each) not in counted)
            counted.update(id(each) for each in own)
            if own and not sum(each.numel() for each in own):
                continue  # made for columns that this table has not
            if own and not size and name not in passed:
                continue  # another name of what was counted already
            yield Layer(
                name=_shown_name(name, module),
                kind=_shown_kind(module),
                parameters=size,
                output=self._shapes.get(name),
            )

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        if not self._closed:
            self._saw(func.overloadpacket.__name__, args, made)
        return made

    def _saw(self, name: str, args: Any, made: Any) -> None:
        given = [each for each in tree_leaves(args) if isinstance(each, Tensor)]
        is_weight = [id(each) in self._weights for each in given]
        results = [each for each in tree_leaves(made) if isinstance(each, Tensor)]
        if given and all(is_weight):
            self._weights.update(map(id, results))
            self._alive += results
            return
        deep = max((self._depths.get(id(each), 0) for each in given), default=0)
        self._mark(results, deep + (name in _MAPS and any(is_weight)))
        bend = "softmax" if name.startswith(_ATTENTION) else _BENDS.get(name)
        if bend:
            self.bends[bend] += 1

    def _mark(self, results: list[Tensor], deep: int) -> None:
        self.depth = max(self.depth, deep)
        for each in results:
            self._depths[id(each)] = deep
        self._alive += results

    def _begin(self, name: str, module: nn.Module, args: Any, named: Any) -> None:
        self._shapes.setdefault(name, None)
        self._closed += _is_closed(module)

    def _end(self, name: str, module: nn.Module, args: Any, named: Any, made: Any) -> None:
        results = [each for each in tree_leaves(made) if isinstance(each, Tensor)]
        if name and results and self._shapes[name] is None:  # the whole is no layer of itself
            self._shapes[name] = tuple(results[0].shape)
        if not _is_closed(module):
            return
        self._closed -= 1
        kind = kind_of(module)
        given = [each for each in tree_leaves((args, named)) if isinstance(each, Tensor)]
        deep = max((self._depths.get(id(each), 0) for each in given), default=0)
        if not self._closed:
            self._mark(results, deep + _DEPTHS.get(kind, 0))
            self.bends.update(_BENDS_INSIDE.get(kind, (_word_of(module),)))


def _shown(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Modules that are layers: with parameters of their own, or that bend or pool."""
    whole: tuple[str, ...] = ()
    for name, module in network.named_modules():
        if whole and name.startswith(whole):
            continue
        kind = kind_of(module)
        if kind in _WHOLE:
            whole = (*whole, f"{name}.")
        if kind or next(module.parameters(recurse=False), None) is not None:
            yield name, module


def _shown_name(name: str, module: nn.Module) -> str:
    """The module's path; for a module that merely holds a tensor beside others, the tensor's."""
    held = [each for each, _ in module.named_parameters(recurse=False)]
    if kind_of(module) or len(held) != 1:
        return name or ", ".join(held)
    return f"{name}.{held[0]}" if name else held[0]


def _shown_kind(module: nn.Module) -> str:
    kind = kind_of(module)
    if kind == "activation":
        return _word_of(module)
    return kind or "learned vectors"


def _is_closed(module: nn.Module) -> bool:
    """Whether what happens inside is told by the module itself."""
    return kind_of(module) in (*_WHOLE, "activation")


def _word_of(module: nn.Module) -> str:
    """The bend of a module that is nothing but one; empty for others."""
    place = type(module).__module__
    if not place.endswith((".activation", ".activations", ".activations_me")):
        return ""
    name = type(module).__name__.lower()
    return next((word for word in _WORDS if word in name), name.removesuffix("activation"))


def _compared(seen: Traced, other: Traced, combine: Callable[[Any], Shape]) -> Traced:
    shapes = {layer.name: layer.output for layer in other.layers}

    def output(layer: Layer) -> Shape | None:
        one, two = layer.output, shapes.get(layer.name)
        if one is None or two is None or len(one) != len(two):
            return one
        return combine(list(zip(one, two, strict=True)))

    return _with_outputs(seen, output)


def _with_outputs(seen: Traced, output: Callable[[Layer], Shape | None]) -> Traced:
    return replace(seen, layers=tuple(replace(each, output=output(each)) for each in seen.layers))
