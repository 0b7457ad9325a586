"""Names of tensors as one program writes them, in the words of the library that builds the network.

One table for each pair of programs. A name that no rule knows stays as it is, so that strict
loading refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

_LITE_STAGES = (1, 2, 2, 3, 3, 4, 1)
"""Blocks in each stage of EfficientNet-Lite0."""
_LITE_OUTSIDE = MappingProxyType(
    {
        "_conv_stem": "conv_stem",
        "_bn0": "bn1",
        "_conv_head": "conv_head",
        "_bn1": "bn2",
        "_fc": "classifier",
    }
)
_LITE_FIRST_STAGE = MappingProxyType(
    {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
)
_LITE_OTHER_STAGES = MappingProxyType(
    {
        "_expand_conv": "conv_pw",
        "_bn0": "bn1",
        "_depthwise_conv": "conv_dw",
        "_bn1": "bn2",
        "_project_conv": "conv_pwl",
        "_bn2": "bn3",
    }
)


def efficientnet_lite(name: str) -> str:
    """A name of EfficientNet-Lite0 as lukemelas' programs write it, as timm writes it.

    Example:
        >>> efficientnet_lite("_blocks.3._expand_conv.weight")
        'blocks.2.0.conv_pw.weight'
    """
    first, _, rest = name.partition(".")
    if first in _LITE_OUTSIDE:
        return f"{_LITE_OUTSIDE[first]}.{rest}"
    number, _, inner = rest.partition(".")
    if first != "_blocks" or not number.isdigit() or int(number) >= sum(_LITE_STAGES):
        return name
    stage, block = _place(int(number))
    module, _, leaf = inner.partition(".")
    table = _LITE_OTHER_STAGES if stage else _LITE_FIRST_STAGE
    return f"blocks.{stage}.{block}.{table.get(module, module)}.{leaf}"


RENAMES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"efficientnet_lite": efficientnet_lite}
)


def _place(number: int) -> tuple[int, int]:
    """Stage and place in it of the block that has this number in the order of all."""
    for stage, depth in enumerate(_LITE_STAGES):
        if number < depth:
            return stage, number
        number -= depth
    raise AssertionError("the caller has checked the number")
