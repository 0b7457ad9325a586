"""Files of CTranslate2, a library that runs translators and speech recognisers: tensors by name.

The frame is plain: names, shapes, kinds of numbers and the numbers, one tensor after the other, so
nothing in a file can run. Where weights were quantised their scales stand beside them under names
of their own; such files are looked at, and refused where weights are moved.

Little-endian: version, spec, revision, number of tensors; for each its name, rank, sizes, kind,
bytes and numbers; then pairs of names that mean the same tensor. A text has two bytes of length,
then its letters and a zero.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO

from headstart.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

VERSION = 6
_DTYPES = MappingProxyType({0: "F32", 1: "I8", 2: "I16", 3: "I32", 4: "F16", 5: "BF16"})
_BYTES = MappingProxyType({"F32": 4, "I8": 1, "I16": 2, "I32": 4, "F16": 2, "BF16": 2})
_TORCH = MappingProxyType(
    {"F32": "float32", "I8": "int8", "I16": "int16", "I32": "int32"}
    | {"F16": "float16", "BF16": "bfloat16"}
)
_MOST, _LONGEST_NAME, _DEEPEST = 100_000, 1_000, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where one tensor stands in the file."""

    dtype: str
    shape: tuple[int, ...]
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a file holds: tensors, and further names -> the tensors that they are names of."""

    tensors: MappingProxyType[str, Stored]
    ties: MappingProxyType[str, str]


def is_one(start: bytes) -> bool:
    """Whether the first bytes are those of such a file.

    Example:
        >>> is_one(bytes([6, 0, 0, 0, 12, 0]) + b"WhisperSpec" + bytes(1))
        True
    """
    if len(start) < 8 or int.from_bytes(start[:4], "little") != VERSION:
        return False
    length = int.from_bytes(start[4:6], "little")
    spec = start[6 : 6 + length]
    return spec.endswith(b"Spec\0") and spec[:-1].isalnum()


def index(path: Path) -> Index:
    """What a file holds, without reading the numbers.

    Raises:
        WeightsError: it is cut off, or no such file.
    """
    try:
        with open(path, "rb") as file:
            return _index(file, path.stat().st_size)
    except (struct.error, UnicodeDecodeError, KeyError, ValueError):
        raise WeightsError(
            f"`{path.name}` cannot be used: it is cut off or damaged as a file of CTranslate2.",
            "Copy it again from where it was made.",
        ) from None


def tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by name, on the CPU, as they are stored; those of two names twice."""
    import torch

    found = index(path)
    read: dict[str, Tensor] = {}
    with open(path, "rb") as file:
        for name, each in found.tensors.items():
            file.seek(each.offset)
            count = math.prod(each.shape)
            raw = bytearray(file.read(count * _BYTES[each.dtype]))
            kind = getattr(torch, _TORCH[each.dtype])
            read[name] = torch.frombuffer(raw, dtype=kind).reshape(each.shape)
    return read | {name: read[first] for name, first in found.ties.items()}


def _index(file: BinaryIO, size: int) -> Index:
    version, _, _, count = _number(file, "I"), _text(file), _number(file, "I"), _number(file, "I")
    if version != VERSION or count > _MOST:
        raise ValueError(version, count)
    found: dict[str, Stored] = {}
    for _ in range(count):
        name, rank = _text(file), _number(file, "B")
        shape = tuple(_number(file, "I") for _ in range(min(rank, _DEEPEST)))
        dtype, length = _DTYPES[_number(file, "B")], _number(file, "I")
        offset = file.tell()
        is_whole = length == math.prod(shape) * _BYTES[dtype] and offset + length <= size
        if rank > _DEEPEST or name in found or not is_whole:
            raise ValueError(name)
        found[name] = Stored(dtype=dtype, shape=shape, offset=offset)
        file.seek(length, 1)
    pairs = [(_text(file), _text(file)) for _ in range(min(_number(file, "I"), _MOST))]
    if file.tell() != size or any(first not in found or name in found for name, first in pairs):
        raise ValueError("the end")
    return Index(tensors=MappingProxyType(found), ties=MappingProxyType(dict(pairs)))


def _number(file: BinaryIO, form: str) -> int:
    (found,) = struct.unpack(f"<{form}", file.read(struct.calcsize(form)))
    return int(found)


def _text(file: BinaryIO) -> str:
    length = _number(file, "H")
    raw = file.read(length)
    if length > _LONGEST_NAME or len(raw) != length or not raw.endswith(b"\0"):
        raise ValueError(raw[:40])
    return raw[:-1].decode()
