"""Names, shapes, dtypes and ties of a checkpoint's tensors, from the headers of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from headstart.errors import WeightsError, listed
from headstart.weights import ctranslate2, formats
from headstart.weights.formats import TensorFacts
from headstart.weights.naming import RENAMES

if TYPE_CHECKING:
    from headstart.weights.finding import Found

_DTYPES = MappingProxyType(
    {
        "float64": "F64",
        "float32": "F32",
        "float16": "F16",
        "bfloat16": "BF16",
        "int64": "I64",
        "int32": "I32",
        "int16": "I16",
        "int8": "I8",
        "uint8": "U8",
        "bool": "BOOL",
    }
)
"""dtypes of torch, as safetensors calls them; others are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensors:
    """The tensors of a checkpoint, without their values.

    Attributes:
        facts: name -> shape and dtype; a tensor that has two names stands under the first.
        ties: another name -> the one under which the tensor stands.
    """

    facts: Mapping[str, TensorFacts]
    ties: Mapping[str, str]

    @property
    def dtypes(self) -> dict[str, int]:
        """dtype -> numbers that are kept in it, the most frequent first."""
        counted: dict[str, int] = {}
        for facts in self.facts.values():
            counted[facts.dtype] = counted.get(facts.dtype, 0) + facts.size
        return dict(sorted(counted.items(), key=lambda each: -each[1]))

    @property
    def learned(self) -> int:
        """Numbers that training has set."""
        return sum(facts.size for name, facts in self.facts.items() if facts.is_learned(name))


def tensors_of(found: Found) -> Tensors:
    """The tensors of a checkpoint that was found, under the names of its library.

    Raises:
        WeightsError: as `read_tensors`.
    """
    return read_tensors(found.parameter_files, found.entry.renames if found.entry else None)


def read_tensors(files: Sequence[Path], renames: str | None = None) -> Tensors:
    """The tensors of one file, or of the shards of one set of parameters.

    Args:
        renames: a key of `naming.RENAMES`.

    Raises:
        WeightsError: a file is damaged, would run code, or ties its tensors in a circle.
    """
    facts: dict[str, TensorFacts] = {}
    ties: dict[str, str] = {}
    for path in files:
        found, tied = _READERS[formats.examine(path)](path)
        twice = facts.keys() & found.keys()
        if twice:
            raise WeightsError(f"`{min(twice)}` is there twice.", "Copy the checkpoint again.")
        facts |= found
        ties |= tied
    if not any(each.size for each in facts.values()):
        what = "tensors without a number in them" if facts else "no tensor"
        names = listed([path.name for path in files])
        raise WeightsError(f"{names} holds {what}.", formats.SAFE_ROUTE)
    if renames:
        facts = {RENAMES[renames](name): each for name, each in facts.items()}
    return Tensors(facts=facts, ties=ties)


def _of_safetensors(path: Path) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    """What a header says; `save_model` of safetensors notes ties among its remarks."""
    facts, remarks = formats.header_and_remarks(path)
    ties = {
        name: _followed(path, name, remarks)
        for name, other in remarks.items()
        if name not in facts and (other in facts or other in remarks)
    }
    return facts, {name: first for name, first in ties.items() if first in facts}


def _followed(path: Path, name: str, remarks: Mapping[str, str]) -> str:
    """The name that a tie leads to in the end.

    Raises:
        WeightsError: it leads back to itself.
    """
    seen = [name]
    while (after := remarks.get(seen[-1])) is not None:
        if after in seen:
            circle = " is ".join(f"`{each[:60]}`" for each in [*seen[:4], after])
            raise WeightsError(
                f"`{path.name}` ties its tensors in a circle: {circle}.", formats.SAFE_ROUTE
            )
        seen.append(after)
    return seen[-1]


def _of_ctranslate2(path: Path) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    found = ctranslate2.index(path)
    facts = {
        name: TensorFacts(dtype=each.dtype, shape=each.shape)
        for name, each in found.tensors.items()
    }
    return facts, dict(found.ties)


def _of_torch(path: Path) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    """What torch's restricted reader says; tensors that share all of their memory are tied."""
    from headstart.weights.opening import torch_tensors

    facts: dict[str, TensorFacts] = {}
    ties: dict[str, str] = {}
    first: dict[tuple[int, ...], str] = {}
    for name, tensor in torch_tensors(path).items():
        dtype, shape = str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape)
        if dtype not in _DTYPES:
            raise WeightsError(
                f"`{path.name}` cannot be used: `{name[:80]}` is {dtype}.",
                "Headstart opens float64, float32, float16 and bfloat16. Save the parameters "
                "again in one of them, or take the checkpoint that was quantised.",
            )
        key = (tensor.untyped_storage()._cdata, int(tensor.storage_offset()), *shape)
        if key in first:
            ties[name] = first[key]
        else:
            first[key] = name
            facts[name] = TensorFacts(dtype=_DTYPES[dtype], shape=shape)
    return facts, ties


_READERS: Mapping[
    formats.Format, Callable[[Path], tuple[dict[str, TensorFacts], dict[str, str]]]
] = MappingProxyType(
    {"safetensors": _of_safetensors, "torch": _of_torch, "ctranslate2": _of_ctranslate2}
)
