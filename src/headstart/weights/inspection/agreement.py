"""Whether a configuration and a file of parameters are of one network, by arithmetic on shapes.

So two halves of different checkpoints are found when the folder is opened and not in a trial,
without the library that would build the network. Which tensors tell is in tables, a
file for each kind of input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from headstart.errors import WeightsError
from headstart.weights.formats import TensorFacts
from headstart.weights.inspection.picture_sizes import PICTURES
from headstart.weights.inspection.signal_sizes import SIGNALS
from headstart.weights.inspection.sizes import Sizes, Values
from headstart.weights.inspection.text_sizes import TEXTS

SIZES: Mapping[str, Sizes] = MappingProxyType({**TEXTS, **PICTURES, **SIGNALS})
"""By architecture; a test holds them against what transformers builds."""
HEADS = ("classifier", "classifier.out_proj", "classifier.1")
"""Modules that make a network of transformers a classifier."""


def refuse_disagreement(
    name: str,
    architecture: str,
    values: Values,
    outputs: int | None,
    tensors: Mapping[str, TensorFacts],
) -> None:
    """Make sure that a configuration describes the network whose tensors these are.

    Args:
        outputs: number of labels that the configuration states, or None.

    Raises:
        WeightsError: they are of two networks; the message names the first tensor that tells.
    """
    _hold(name, SIZES[architecture], values, tensors)
    _refuse_other_labels(name, outputs, tensors)


def _hold(name: str, plan: Sizes, values: Values, tensors: Mapping[str, TensorFacts]) -> None:
    """One side of a network, and then the other, where the file has any of it."""
    if plan.side is not None and any(each.startswith(plan.side.blocks) for each in tensors):
        _hold(name, plan.side, values, tensors)
    whole = plan.whole(values)
    known = dict(_under_plain_names(plan, tensors))
    width, heads = plan.heads(whole)
    if width % heads:
        raise _misfit(name, f"a width of {width} cannot be split among {heads} attention heads")
    for tensor, wanted in plan.shapes(whole):
        found = known.get(tensor)
        if found is None:
            raise _misfit(name, f"`{tensor}` is missing; {wanted} was expected")
        if found.shape != wanted:
            said = f"`{tensor}` has the shape {found.shape}; its configuration wants {wanted}"
            raise _misfit(name, said)
        if not found.is_learned(tensor):
            raise _misfit(name, f"`{tensor}` is {found.dtype}; numbers with a fraction are wanted")
    _refuse_other_depth(name, plan, whole, known)


def _refuse_other_depth(
    name: str, plan: Sizes, values: Values, known: Mapping[str, TensorFacts]
) -> None:
    """More blocks than the configuration says would be left out without a word."""
    starting = [each for each in known if each.startswith(plan.blocks)]
    numbers = {each[len(plan.blocks) :].partition(".")[0] for each in starting}
    count = plan.count(values)
    if len(numbers) != count:
        raise _misfit(name, f"it has {len(numbers)} blocks; its configuration says {count}")


def _refuse_other_labels(
    name: str, outputs: int | None, tensors: Mapping[str, TensorFacts]
) -> None:
    for head in HEADS:
        found = tensors.get(f"{head}.weight")
        if found is not None and outputs is not None and found.shape[:1] != (outputs,):
            said = f"`{head}.weight` has the shape {found.shape}"
            raise _misfit(name, f"{said}; its configuration names {outputs} labels")


def _under_plain_names(
    plan: Sizes, tensors: Mapping[str, TensorFacts]
) -> Iterator[tuple[str, TensorFacts]]:
    for name, facts in tensors.items():
        plain = name.removeprefix(plan.prefix)
        for new, old in plan.aliases:
            if not plain.startswith("encoder.") or new != "layers.":
                plain = plain.replace(new, old)
        yield plain, facts


def _misfit(name: str, because: str) -> WeightsError:
    return WeightsError(
        f"configuration and parameters of `{name}` are not of the same checkpoint: {because}.",
        "Copy the whole checkpoint again from where it was made.",
    )
