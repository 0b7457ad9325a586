"""The steps by which one tensor takes the shape that another place wants.

Each axis that differs has a reason: labels, channels, patches, places, tokens; what is left are
widths, which are selected where they shrink and repeated where they grow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headstart.weights.surgery import roles
from headstart.weights.surgery.anatomy import Anatomy, Part, Shape, is_norm
from headstart.weights.surgery.head import rows_by_label
from headstart.weights.surgery.positions import square
from headstart.weights.surgery.precision import FRACTIONS, loses_digits
from headstart.weights.surgery.step import Step

UNSCALED = ("t5", "mt5", "umt5")
"""Architectures whose attention does not divide products by the root of the heads' width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What must be known of both networks to adapt one tensor.

    Attributes:
        other_tokens: whether both have vocabularies that are known, and differ.
        head: path of the target's layer that answers the labels.
        kernel: name of the target's first kernel.
    """

    source: Anatomy
    target: Anatomy
    other_tokens: bool = False
    head: str = ""
    kernel: str = ""


@dataclass(slots=True)
class Adaptation:
    """Steps found so far, and the shape that they lead to.

    Attributes:
        preserves: whether the network still computes what it did, as far as this tensor goes.
        refusal: why nothing of the source belongs there; empty where something does.
    """

    shape: Shape
    steps: list[Step] = field(default_factory=list)
    preserves: bool = True
    note: str = ""
    refusal: str = ""

    def then(self, name: str, shape: Shape, said: str, **options: Any) -> None:
        self.steps.append(Step(name=name, options=options, said=said))
        self.shape = shape


def adapt(source: Part, target: Part, view: View) -> Adaptation:
    """How a tensor of the source becomes one of the target, or why it does not."""
    found = Adaptation(shape=source.shape)
    _layout(found, source, target)
    if view.head and target.owner == view.head:
        _head(found, target, view)
    if target.name == view.kernel:
        _channels(found, target)
    _kernel(found, target)
    if roles.is_positions(target):
        _positions(found, target, view)
    if roles.is_words(target):
        _tokens(found, target, view)
    if not found.refusal:
        _widths(found, source, target, view)
    _dtype(found, source, target)
    return found


def _layout(found: Adaptation, source: Part, target: Part) -> None:
    before, after = source.shape, target.shape
    crossed = (source.kind == "Conv1D") != (target.kind == "Conv1D")
    known = "" not in (source.kind, target.kind) and "Conv1D" in (source.kind, target.kind)
    if len(before) == 2 and len(after) == 2 and source.leaf == "weight":
        is_turned = crossed if known else before != after and before[::-1] == after
        if is_turned and not roles.is_words(target):
            found.then("transposed", before[::-1], f"transposed from {before}")
    squeezed = (
        tuple(size for size in before if size != 1),
        tuple(size for size in after if size != 1),
    )
    if len(before) != len(after) and squeezed[0] == squeezed[1]:
        found.then("reshaped", after, f"reshaped from {before}", to=list(after))
    if len(before) == 4 and len(after) == 5:
        moments = after[2]
        shape = (*before[:2], moments, *before[2:])
        found.then("inflation", shape, f"repeated over {moments} moments", moments=moments)
        found.preserves = False


def _head(found: Adaptation, target: Part, view: View) -> None:
    """Rows by label; without names, only a head of the same size is the same question."""
    old, new = view.source.labels, view.target.labels
    size = target.shape[0] if target.shape else 0
    if old and new and old != new and len(new) == size:
        rows = rows_by_label(old, new)
        kept = sum(row >= 0 for row in rows)
        if kept == 0:
            found.refusal = f"none of the {len(new)} labels is one of the source's {len(old)}"
            return
        shape = (size, *found.shape[1:])
        found.then("head", shape, f"{kept} of {size} rows kept, by label", rows=rows)
        found.preserves = False
    elif found.shape and found.shape[0] != size:
        found.refusal = f"it answers {size} labels and the source's {found.shape[0]} others"


def _channels(found: Adaptation, target: Part) -> None:
    if len(found.shape) < 3 or target.groups != 1 or found.shape[1] == target.shape[1]:
        return
    before, after = found.shape[1], target.shape[1]
    how = "summed to 1" if after == 1 else f"repeated to {after}"
    shape = (found.shape[0], after, *found.shape[2:])
    found.then("channels", shape, f"{before} channels {how}", to=after)
    found.preserves = found.preserves and 1 in (before, after)


def _kernel(found: Adaptation, target: Part) -> None:
    before, after = found.shape[2:], target.shape[2:]
    is_kernel = "Conv" in target.kind and len(found.shape) == len(target.shape) >= 3
    if not is_kernel or before == after:
        return
    if roles.is_patches(target):
        shape = (*found.shape[:2], *after)
        said = f"patches of {_times(before)} resized to {_times(after)}"
        found.then("patches", shape, said, to=list(after))
        found.preserves = False
    elif len(after) == 3 and before[1:] == after[1:] and after[0] % before[0] == 0:
        shape = (*found.shape[:2], *after)
        found.then("inflation", shape, f"{after[0]} moments from {before[0]}", moments=after[0])
        found.preserves = False
    else:
        found.refusal = f"no step makes a kernel of {_times(after)} from one of {_times(before)}"


def _positions(found: Adaptation, target: Part, view: View) -> None:
    if len(found.shape) != len(target.shape) or found.shape[-2] == target.shape[-2]:
        return
    before, after = found.shape[-2], target.shape[-2]
    shape = (*found.shape[:-2], after, found.shape[-1])
    if not target.learns and found.shape[-1] == target.shape[-1]:
        found.refusal = "it is computed, not learned: the target computes its own"
        return
    if not roles.is_on_a_grid(target, view.target):
        said = f"{before} places {'cut' if after < before else 'stretched'} to {after}"
        found.then("line_positions", shape, said, to=after)
        return
    old, new = square(before), square(after)
    if old is None or new is None or old[1] != new[1]:
        found.refusal = f"{before} and {after} places are no square grids with the same prefix"
        return
    said = f"grid of {old[0]} x {old[0]} resized to {new[0]} x {new[0]}"
    sides = {"before": [old[0], old[0]], "after": [new[0], new[0]], "prefix": old[1]}
    found.then("grid_positions", shape, said, **sides)
    found.preserves = False


def _tokens(found: Adaptation, target: Part, view: View) -> None:
    if not found.shape or not target.shape:
        return
    before, after = found.shape[0], target.shape[0]
    shape = (after, *found.shape[1:])
    if view.other_tokens:
        found.then("vocabulary", shape, f"{after} tokens by their text", to=after)
        found.preserves = False
    elif before != after:
        said = f"{before} tokens {'cut' if after < before else 'filled up'} to {after}, by number"
        found.then("first_rows", shape, said, to=after)


def _widths(found: Adaptation, source: Part, target: Part, view: View) -> None:
    """Select where axes shrink, repeat where they grow."""
    before, after = found.shape, target.shape
    if roles.is_attention(target) and source.heads not in (None, target.heads) and before == after:
        found.preserves = False
        found.note = f"{source.heads} heads became {target.heads} of another width"
    if before == after:
        return
    if len(before) != len(after):
        found.refusal = f"no step makes {_times(after)} from {_times(before)}"
        return
    heads = roles.heads_of(source, target)
    if isinstance(heads, str):
        found.refusal = heads
        return
    small = tuple(min(pair) for pair in zip(before, after, strict=True))
    if small != before:
        here = {axis: each for axis, each in heads.items() if small[int(axis)] != before[int(axis)]}
        said = f"selected from {_times(before)}{_by_heads(here)}"
        found.then("selection", small, said, to=list(small), **_options(here))
        found.preserves = False
    if after != small:
        _grow(found, source, target, view, heads)


def _grow(
    found: Adaptation,
    source: Part,
    target: Part,
    view: View,
    heads: Mapping[str, Sequence[int]],
) -> None:
    before, after = found.shape, target.shape
    here = {
        axis: list(each) for axis, each in heads.items() if before[int(axis)] != after[int(axis)]
    }
    inputs = [axis for axis in roles.inputs_of(target) if before[axis] != after[axis]]
    scale = _scale(source, target, view, here)
    options: dict[str, Any] = {"to": list(after), **_options(here)}
    options |= {"inputs": inputs} if inputs else {}
    options |= {"scale": scale} if scale != 1.0 else {}
    found.then("widening", after, f"repeated from {_times(before)}{_by_heads(here)}", **options)
    uneven = any(new % old for old, new in zip(before, after, strict=True))
    if uneven and is_norm(target.kind):
        found.preserves = False
    if inputs and _is_tied(target, view.target):
        found.preserves = False  # a table of tokens is repeated, the output layer must divide


def _scale(source: Part, target: Part, view: View, heads: Mapping[str, Sequence[int]]) -> float:
    """What queries are multiplied by where the heads get wider."""
    if "0" not in heads or not roles.is_query(target.name):
        return 1.0
    _, old, new = heads["0"]
    width, wider = source.shape[0] // old, target.shape[0] // new
    ratio = width / wider
    unscaled = (view.target.architecture or view.source.architecture) in UNSCALED
    return ratio if unscaled else float(ratio**0.5)


def _dtype(found: Adaptation, source: Part, target: Part) -> None:
    if source.dtype == target.dtype or not {source.dtype, target.dtype} <= {*FRACTIONS}:
        return
    said = f"{source.dtype} to {target.dtype}"
    found.then("precision", found.shape, said, to=target.dtype)
    found.preserves = found.preserves and not loses_digits(source.dtype, target.dtype)


def _is_tied(part: Part, anatomy: Anatomy) -> bool:
    return bool(part.tied) or any(each.tied == part.name for each in anatomy.parts.values())


def _options(heads: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    return {"heads": {axis: list(each) for axis, each in heads.items()}} if heads else {}


def _by_heads(heads: Mapping[str, Sequence[int]]) -> str:
    many = [each for each in heads.values() if each[1:] != [1, 1]]
    return f", {many[0][1]} heads to {many[0][2]}" if many else ""


def _times(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"
