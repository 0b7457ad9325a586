"""What weights are taken from: a checkpoint, a file, an earlier run, a network or a table of them.

Files in the safetensors format are mapped, not read: a plan costs their header alone, and a tensor
is brought to memory when it is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import WeightsError, listed
from headstart.processes.libraries import need as need_library
from headstart.weights import formats
from headstart.weights.configuration import CONFIG, Configuration, read_configuration
from headstart.weights.finding import Found, need
from headstart.weights.opening import open_parameters
from headstart.weights.sources.run import MEMBER
from headstart.weights.surgery import ties
from headstart.weights.surgery.anatomy import Anatomy, Part, of_facts, of_module
from headstart.weights.surgery.precision import FRACTIONS

if TYPE_CHECKING:
    from torch import Tensor

_HEADS = ("num_attention_heads", "n_heads", "num_heads", "encoder_attention_heads")
_NETWORK = "network.safetensors"
"""Where neural families keep their parameters."""
_PLAIN = (*FRACTIONS, "int64", "int32", "int16", "bool", "U16", "U32", "U64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Where tensors come from.

    Attributes:
        read: name -> tensor on the CPU, finite, as it is stored.
        found: the checkpoint, where it is one.
        network: the module that was given, where one was.
    """

    name: str
    anatomy: Anatomy
    read: Callable[[str], Tensor]
    found: Found | None = None
    network: Any = None


def material(source: Any) -> Material:
    """What weights can be taken from.

    Args:
        source: a name, path or `Found` of a checkpoint or run, a torch module, or a table of
            tensors by name.

    Raises:
        AskError: nothing is called so.
        WeightsError: it is damaged, quantised, empty, or no such thing.
    """
    if isinstance(source, str | Path):
        source = need(str(source), any_channels=True)
    if isinstance(source, Found):
        return _checked(_of_found(source))
    torch = need_library("torch", wanted_by="moving weights")
    if isinstance(source, torch.nn.Module):
        labels = labels_of(source)
        state = source.state_dict()
        anatomy = of_module(source, labels)
        name = type(source).__name__
        made = Material(name=name, anatomy=anatomy, read=_reader(state), network=source)
        return _checked(made)
    if isinstance(source, Mapping) and all(isinstance(v, torch.Tensor) for v in source.values()):
        return _checked(_of_tensors("these tensors", source))
    raise WeightsError(
        f"weights cannot be taken from {type(source).__name__}.",
        "Give the name of a checkpoint, a folder, a torch module, or a table of tensors.",
    )


def _of_tensors(name: str, tensors: Mapping[str, Tensor]) -> Material:
    first: dict[tuple[int, tuple[int, ...]], str] = {}
    facts, tied = {}, {}
    for key, value in tensors.items():
        dtype = str(value.dtype).removeprefix("torch.")
        facts[key] = formats.TensorFacts(dtype=dtype, shape=tuple(value.shape))
        same = first.setdefault((value.data_ptr(), tuple(value.shape)), key)
        if same != key and value.device.type != "meta":
            tied[key] = same
    anatomy = _with_ties(of_facts(facts), tied)
    return Material(name=name, anatomy=anatomy, read=_reader(tensors))


def _of_found(found: Found) -> Material:
    files = _run_files(found) if found.is_run else found.parameter_files
    if all(path.suffix == ".safetensors" for path in files):
        made = _mapped(found.name, files)
    else:
        made = _of_tensors(found.name, open_parameters(files))
    return replace(made, found=found, anatomy=_configured(made.anatomy, found))


def _run_files(found: Found) -> tuple[Path, ...]:
    files = tuple(sorted(found.path.glob(f"{MEMBER}*/{_NETWORK}")))
    own = found.path / _NETWORK
    files = (own,) if own.is_file() else files
    if len(files) != 1:
        what = f"{len(files)} members with a network" if files else "no network"
        raise WeightsError(
            f"the model of `{found.name}` has {what}; one is expected.",
            "Name the folder of one member, RUN/model/member-..., or a run of a neural family.",
        )
    return files


def _mapped(name: str, files: tuple[Path, ...]) -> Material:
    facts: dict[str, formats.TensorFacts] = {}
    homes: dict[str, Path] = {}
    tied: dict[str, str] = {}
    for path in files:
        here, remarks = formats.header_and_remarks(path)
        facts |= here
        homes |= dict.fromkeys(here, path)
        names = here.keys() | remarks.keys()
        tied |= {old: new for old, new in remarks.items() if new in names}
    ties.resolved(tied)  # refuses circles
    return Material(name=name, anatomy=of_facts(facts), read=_from_files(homes))


def _from_files(homes: Mapping[str, Path]) -> Callable[[str], Tensor]:
    def read(name: str) -> Tensor:
        need_library("safetensors", wanted_by="opening a checkpoint")
        from safetensors import safe_open

        with safe_open(homes[name], framework="pt") as file:
            return finite(name, file.get_tensor(name))

    return read


def _reader(state: Mapping[str, Tensor]) -> Callable[[str], Tensor]:
    return lambda name: finite(name, state[name].detach().cpu())


def finite(name: str, value: Tensor) -> Tensor:
    """The tensor itself.

    Raises:
        WeightsError: some of its numbers are no numbers.
    """
    import torch

    if value.is_floating_point() and not bool(torch.isfinite(value).all()):
        bad = int((~torch.isfinite(value)).sum())
        raise WeightsError(
            f"`{name}` holds {bad:,} values that are not finite; none was expected.",
            "The training that wrote it went wrong, or the file is damaged: take another one.",
        )
    return value


def _configured(anatomy: Anatomy, found: Found) -> Anatomy:
    """With what the configuration beside the file says: architecture, labels and heads."""
    labels = found.entry.labels.names if found.entry and found.entry.labels else ()
    if found.file(CONFIG) is None:
        return replace(anatomy, labels=labels)
    configuration = read_configuration(found.path, any_channels=True)
    parts = {
        name: replace(part, heads=_heads_at(name, configuration))
        for name, part in anatomy.parts.items()
    }
    return replace(anatomy, parts=parts, architecture=configuration.architecture, labels=labels)


def _heads_at(name: str, configuration: Configuration) -> int | None:
    values = configuration.values
    for part in ("text", "vision"):
        if f"{part}_model." in name:
            values = values.get(f"{part}_config", {})
    found = next((values[key] for key in _HEADS if key in values), None)
    return found if isinstance(found, int) else None


def _with_ties(anatomy: Anatomy, tied: Mapping[str, str]) -> Anatomy:
    kept = ties.resolved(tied)
    parts = {name: replace(part, tied=kept.get(name)) for name, part in anatomy.parts.items()}
    return replace(anatomy, parts=parts)


def labels_of(network: Any) -> tuple[str, ...]:
    """Names of the outputs that a network of transformers carries; generic ones are none."""
    named = getattr(getattr(network, "config", None), "id2label", None)
    if not isinstance(named, dict):
        return ()
    labels = tuple(str(named.get(place, "")) for place in range(len(named)))
    is_generic = all(label == f"LABEL_{place}" for place, label in enumerate(labels))
    return () if is_generic else labels


def _checked(made: Material) -> Material:
    parts = list(made.anatomy.parts.values())
    if not parts:
        raise WeightsError(f"`{made.name}` holds no tensor.", formats.SAFE_ROUTE)
    is_ours = made.network is not None or (made.found is not None and made.found.is_run)
    empty = [part.name for part in parts if 0 in part.shape and not is_ours]
    if empty:
        raise WeightsError(
            f"{listed(empty)} of `{made.name}` has no entries: its shape is "
            f"{made.anatomy.parts[empty[0]].shape}. Every size must be 1 or more.",
            "Save the checkpoint again; shards of a parallel training must be joined first.",
        )
    _refuse_quantised(made.name, parts)
    return made


def _refuse_quantised(name: str, parts: list[Part]) -> None:
    packed = [part for part in parts if part.dtype not in _PLAIN and part.size > 1]
    if packed:
        raise WeightsError(
            f"`{packed[0].name}` of `{name}` is stored as {packed[0].dtype}: quantised numbers, "
            f"which mean nothing without their scales. Expected: {', '.join(FRACTIONS)}.",
            "Take the checkpoint as it was before it was quantised, or undo that where it was "
            "made: network.dequantize().",
        )
