"""Parameters as tensors, from files that were examined first; nothing in them is ever run.

Three ways in, and no fourth: safetensors; torch with `weights_only=True`, which builds tensors and
plain containers and refuses everything else; and the plain tables of CTranslate2. None falls back
on another.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import WeightsError, listed
from headstart.processes.libraries import need
from headstart.weights import ctranslate2, formats
from headstart.weights.naming import RENAMES

if TYPE_CHECKING:
    from torch import Tensor

_NAMED = re.compile(r"\bGLOBAL ([\w.]{1,80})")
_WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model")


def open_parameters(files: Sequence[Path], renames: str | None = None) -> dict[str, Tensor]:
    """Name -> tensor on the CPU; numbers with a fraction come as float32, finite.

    Args:
        files: one file, or the shards of one set of parameters.
        renames: a key of `naming.RENAMES`.

    Raises:
        WeightsError: a file is damaged, of another format, would run code, or holds NaN.
        MissingExtra: torch is not installed.
    """
    torch = need("torch", wanted_by="opening a checkpoint")
    tensors: dict[str, Tensor] = {}
    for path in files:
        made: dict[tuple[int, ...], Tensor] = {}
        for name, tensor in _read(path).items():
            new = RENAMES[renames](name) if renames else name
            if new in tensors:
                raise WeightsError(f"`{new}` is there twice.", "Copy the checkpoint again.")
            place = (tensor.data_ptr(), *tensor.shape, *tensor.stride())  # tied: once for all
            if place not in made or not tensor.numel():
                made[place] = tensor.float() if tensor.is_floating_point() else tensor
            tensors[new] = made[place]
    if not tensors:
        raise WeightsError(f"{_names(files)} holds no tensor.", formats.SAFE_ROUTE)
    bad = [name for name, tensor in tensors.items() if not bool(torch.isfinite(tensor).all())]
    if bad:
        raise WeightsError(
            f"{_names(files)} holds values that are not finite, in {listed(bad)}.",
            "The training that wrote it went wrong, or the file is damaged: take another one.",
        )
    return tensors


def torch_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a file of torch, for their shapes: the file is mapped, and values not read.

    Files of torch from before 2020 cannot be mapped and are read.

    Raises:
        WeightsError: as `open_parameters`, but for values that are not finite.
    """
    return _unwrapped(path, _read_torch(path, values=False))


def _read(path: Path) -> dict[str, Tensor]:
    kind = formats.examine(path)
    if kind == "safetensors":
        need("safetensors", wanted_by="opening a checkpoint")
        from safetensors.torch import load_file

        return dict(load_file(path))
    if kind == "ctranslate2":
        return ctranslate2.tensors(path)
    return _unwrapped(path, _read_torch(path))


def _read_torch(path: Path, *, values: bool = True) -> Any:
    torch = need("torch", wanted_by="opening a checkpoint")
    try:
        mapped = not values and zipfile.is_zipfile(path)
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # forbidden names, cut-off data, nonsense
        # torch's own message advises to switch the protection off, so it is not passed on.
        named = _NAMED.search(str(error))
        because = (
            f"it names `{named[1]}`, which is code to run, not a tensor"
            if named
            else "it holds something other than tensors, or is damaged"
        )
        raise WeightsError(
            f"`{path.name}` cannot be used: {because}.", formats.SAFE_ROUTE
        ) from None


def _unwrapped(path: Path, value: Any) -> dict[str, Tensor]:
    """The tensors of a checkpoint, taken out of the usual wrapping."""
    torch = need("torch", wanted_by="opening a checkpoint")
    if isinstance(value, Mapping) and not _is_flat(value, torch.Tensor):
        inner = [value[key] for key in _WRAPPERS if isinstance(value.get(key), Mapping)]
        value = inner[0] if len(inner) == 1 else value
    if not isinstance(value, Mapping) or not _is_flat(value, torch.Tensor):
        raise WeightsError(
            f"`{path.name}` cannot be used: it is not a table of names and tensors.",
            formats.SAFE_ROUTE,
        )
    size = path.stat().st_size
    for name, tensor in value.items():
        is_plain = tensor.layout == torch.strided and tensor.device.type == "cpu"
        if not is_plain or tensor.is_quantized or tensor.nbytes > size:
            raise WeightsError(
                f"`{path.name}` cannot be used: `{str(name)[:80]}` is no plain tensor, or is "
                "larger than the file itself.",
                formats.SAFE_ROUTE,
            )
    return {str(name): tensor.detach() for name, tensor in value.items()}


def _is_flat(value: Mapping[Any, Any], tensor: type) -> bool:
    return all(isinstance(item, tensor) for item in value.values())


def _names(files: Sequence[Path]) -> str:
    return listed([path.name for path in files])
