"""Files of parameters, examined byte by byte before anything is made of them.

One table of formats: what is not in it is refused by name. Nothing here builds an object that a
file describes, so nothing in a file can run.

Reference for the header: the safetensors format, 8 bytes of length, a JSON header, then the data.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from headstart.errors import WeightsError
from headstart.weights import ctranslate2

Format = Literal["safetensors", "torch", "ctranslate2"]
FORMATS: Mapping[str, Format] = MappingProxyType(
    {".safetensors": "safetensors", ".pt": "torch", ".pth": "torch", ".bin": "torch"}
)
SAFE_ROUTE = (
    "Headstart opens .safetensors files, and .pt, .pth or .bin files of plain tensors. Save the "
    "parameters again where they were made: safetensors.torch.save_file(model.state_dict(), "
    "'model.safetensors')."
)
_BITS = MappingProxyType(
    {"BOOL": 8, "U8": 8, "I8": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32}
    | {"U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64}
)
_LONGEST_HEADER = 32 << 20  # of 100,000 tensors, 300 bytes each: parsing it takes 200 MB
_MOST_TENSORS = 100_000
_PACKED = "numbers of fewer than 16 bits with factors beside them, as quantised checkpoints have"
_FOREIGN_DTYPES = MappingProxyType(
    {"F8_E4M3": _PACKED, "F8_E5M2": _PACKED, "F8_E8M0": _PACKED, "F6_E2M3": _PACKED}
    | {"F6_E3M2": _PACKED, "F4": _PACKED, "C64": "complex numbers"}
)
_STATISTICS = (".running_mean", ".running_var")
_OLD_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # the magic number before 2020
_NOT_PARAMETERS = (
    (b"<", "a web page, not parameters"),
    (b"version https://git-lfs", "a pointer to a large file that was never fetched"),
    (b"\x89HDF", "an HDF5 file"),
    (b"GGUF", "a GGUF file"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"PK\x03\x04", "an archive"),
    (b"\x80", "a pickle, which runs code when it is opened"),
    (b"{", "a JSON document"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorFacts:
    """One tensor as a file's header describes it."""

    dtype: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def is_learned(self, name: str) -> bool:
        """Whether training has set it: numbers with a fraction that are no statistics."""
        return "F" in self.dtype and not name.endswith(_STATISTICS)


def examine(path: Path) -> Format:
    """The format of a file of parameters, after its frame was checked against its size.

    Raises:
        WeightsError: it is of another format, cut off, or damaged.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        found = f"ends in {path.suffix}" if path.suffix else "has no ending"
        raise WeightsError(f"`{path.name}` {found}: files of that kind are not opened.", SAFE_ROUTE)
    if kind == "safetensors":
        header(path)
    elif _is_ctranslate2(path):
        ctranslate2.index(path)
        return "ctranslate2"
    else:
        _examine_torch(path)
    return kind


def _is_ctranslate2(path: Path) -> bool:
    with open(path, "rb") as file:
        return ctranslate2.is_one(file.read(256))


def header(path: Path) -> dict[str, TensorFacts]:
    """The tensors of a safetensors file, read from its header alone.

    Raises:
        WeightsError: the header is no such header, or does not describe this file.
    """
    return header_and_remarks(path)[0]


def header_and_remarks(path: Path) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    """The same, and the texts that whoever wrote the file put into its header.

    Raises:
        WeightsError: as `header`.
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or not 2 <= length <= min(_LONGEST_HEADER, size - 8):
            raise _damaged(path, _kind_of(path) or f"it has {size:,} bytes and no whole header")
        text = file.read(length)
    tensors = _parsed(path, text)
    said = tensors.pop("__metadata__", {})
    if len(tensors) > _MOST_TENSORS:
        raise _damaged(path, f"its header lists {len(tensors):,} tensors")
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise _damaged(path, "its remarks are not a table of texts")
    facts = _accounted(path, tensors, size - 8 - length)
    return {name: facts[name] for name in sorted(facts, key=_counted)}, said


def _counted(name: str) -> list[tuple[int, str]]:
    """A name's pieces, numbers as numbers: files have block 10 before block 2.

    Example:
        >>> sorted(["layers.10.bias", "layers.2.bias"], key=_counted)
        ['layers.2.bias', 'layers.10.bias']
    """
    return [
        (int(piece), "") if piece.isascii() and piece.isdigit() and len(piece) < 9 else (-1, piece)
        for piece in name.split(".")
    ]


def _parsed(path: Path, text: bytes) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise _damaged(path, _kind_of(path) or "its header is not JSON") from None
    if not isinstance(values, dict):
        raise _damaged(path, "its header is not a table of tensors")
    return values


def _accounted(path: Path, tensors: Mapping[str, Any], room: int) -> dict[str, TensorFacts]:
    """The tensors, after making sure that they fill the data part without gap or overlap."""
    spans, facts = [], {}
    for name, described in tensors.items():
        begin, end, facts[name] = _described(path, name, described)
        spans.append((begin, end))
    reached = 0
    for begin, end in sorted(spans):
        if begin != reached:
            raise _damaged(path, "its tensors overlap or leave gaps")
        reached = end
    if reached != room:
        raise _damaged(path, f"its tensors take {reached:,} bytes, and it holds {room:,}")
    return facts


def _described(path: Path, name: str, described: Any) -> tuple[int, int, TensorFacts]:
    try:
        dtype, shape = described["dtype"], tuple(described["shape"])
        begin, end = described["data_offsets"]
        whole = all(type(number) is int and number >= 0 for number in (*shape, begin, end))
        fits = whole and len(shape) <= 16 and math.prod(shape) * _BITS[dtype] == 8 * (end - begin)
    except (KeyError, TypeError, ValueError):
        fits = False
        _refuse_foreign_dtype(path, name, described)
    if not fits:
        raise _damaged(path, f"its header describes `{name[:80]}` in a way that cannot be")
    return begin, end, TensorFacts(dtype=dtype, shape=shape)


def _refuse_foreign_dtype(path: Path, name: str, described: Any) -> None:
    """
    Raises:
        WeightsError: the dtype is one that is known, and not opened.
    """
    dtype = described.get("dtype") if isinstance(described, dict) else None
    what = _FOREIGN_DTYPES.get(dtype) if isinstance(dtype, str) else None
    if what is not None:
        raise WeightsError(
            f"`{path.name}` cannot be used: `{name[:80]}` is {dtype}, {what}.",
            "Headstart opens float64, float32, float16 and bfloat16. Save the parameters again "
            "in one of them, or take the checkpoint that was quantised.",
        )


def _examine_torch(path: Path) -> None:
    with open(path, "rb") as file:
        start = file.read(len(_OLD_TORCH))
    if start == _OLD_TORCH:
        return
    if not start.startswith(b"PK\x03\x04"):
        raise _damaged(path, _kind_of(path) or "it is not a file that torch wrote")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _damaged(path, "it is cut off or damaged: its list of contents is missing") from None
    _examine_members(path, members)


def _examine_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename.partition("/")[2] for member in members]
    if "data.pkl" not in names:
        raise _damaged(path, "it is an archive, but not one that torch wrote")
    if any(name == "constants.pkl" or name.startswith("code/") for name in names):
        raise _damaged(path, "it is a TorchScript program, which runs code when it is opened")
    packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
    if packed or sum(member.file_size for member in members) > path.stat().st_size:
        raise _damaged(path, "its contents are packed, which torch never does")


def _kind_of(path: Path) -> str:
    """What a file is instead, by its first bytes; empty where that is not known."""
    with open(path, "rb") as file:
        start = file.read(64).lstrip()
    if not start:
        return "it is empty" if not os.path.getsize(path) else "it holds blanks only"
    return next((f"it is {kind}" for mark, kind in _NOT_PARAMETERS if start.startswith(mark)), "")


def _damaged(path: Path, because: str) -> WeightsError:
    return WeightsError(f"`{path.name}` cannot be used: {because}.", SAFE_ROUTE)
