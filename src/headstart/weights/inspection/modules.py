"""Tensors grouped by the module that holds them, for files whose network nobody knows.

What a module does is guessed from the ranks of its tensors, as far as that is safe: a tensor of
four dimensions is a convolution's, statistics that run along are a batch norm's. What the
module makes of its input cannot be known without the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headstart.records.inspection import Layer
from headstart.weights.formats import TensorFacts

_MOST_ALONE = 3


def modules_of(tensors: Mapping[str, TensorFacts]) -> tuple[Layer, ...]:
    """One layer for each module that holds tensors, in the order of the file's names.

    Tensors that stand in none are one layer under their own names.

    Example:
        >>> facts = TensorFacts(dtype="F32", shape=(2, 3))
        >>> modules_of({"head.weight": facts})[0].kind
        'linear'
    """
    groups: dict[str, dict[str, TensorFacts]] = {}
    for name, facts in tensors.items():
        cut = max(name.rfind("."), name.rfind("/"))  # CTranslate2 divides names by slashes
        module, leaf = name[: max(0, cut)], name[cut + 1 :]
        groups.setdefault(module, {})[leaf] = facts
    return tuple(
        Layer(
            name=module or _alone(list(leaves)),
            kind=kind_of(module, leaves),
            parameters=sum(
                facts.size for leaf, facts in leaves.items() if facts.is_learned(f".{leaf}")
            ),
        )
        for module, leaves in groups.items()
    )


def _alone(leaves: Sequence[str]) -> str:
    more = len(leaves) - _MOST_ALONE
    return ", ".join(leaves[:_MOST_ALONE]) + (f" (+{more} more)" if more > 0 else "")


def kind_of(module: str, leaves: Mapping[str, TensorFacts]) -> str:
    """What a module seems to be, by its tensors' names and ranks; `tensors` where that is open."""
    if "running_mean" in leaves:
        return "batch norm"
    if any(leaf.startswith("weight_hh_l") for leaf in leaves):
        return "recurrent"
    weight = leaves.get("weight")
    if weight is None:
        return "tensors"
    if len(weight.shape) in (3, 4, 5):
        return "convolution"
    if len(weight.shape) == 2:
        return "embedding" if "embed" in module.lower() and "bias" not in leaves else "linear"
    return "norm" if len(weight.shape) == 1 else "tensors"
