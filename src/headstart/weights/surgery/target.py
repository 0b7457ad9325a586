"""What weights are put into: a folder with a configuration, a catalogue name, or a torch module.

A network that is named by its configuration stands on torch's `meta` device while one plans: it
has names and shapes and takes no memory. It is built for good when a plan is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError, unknown_name
from headstart.processes.libraries import need as need_library
from headstart.weights import catalogue
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.configuration import CONFIG, Configuration, read_configuration, read_document
from headstart.weights.entry import Entry
from headstart.weights.finding import Found, need
from headstart.weights.surgery.anatomy import Anatomy, of_module
from headstart.weights.surgery.material import Material, labels_of
from headstart.weights.surgery.roles import head_of

ENCODERS = ("text_encoder", "image_encoder")
"""Families whose network is the encoder of whatever checkpoint they start from."""
_POOLED = ("bert", "roberta", "vit")
"""Architectures with a layer behind the first token, which these families leave out."""
_WHOLE_CLIP = ARCHITECTURES["clip"].whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where tensors go.

    Attributes:
        make: seed -> the network with the first values of its own.
        is_live: the network was given and is filled where it stands.
        configuration: of a network that was named by it.
        folder: where its configuration and its tokenizer stand.
    """

    name: str
    anatomy: Anatomy
    make: Callable[[int], Any]
    is_live: bool = False
    configuration: Configuration | None = None
    folder: Path | None = None


def target(wanted: Any, source: Material) -> Target:
    """What weights can be put into.

    Args:
        wanted: a torch module, a folder with a `config.json`, the name of a checkpoint, or one of
            the families of encoders, which take the encoder of the source.

    Raises:
        AskError: nothing is called so.
        WeightsError: nothing says which network it is.
    """
    torch = need_library("torch", wanted_by="moving weights")
    if isinstance(wanted, torch.nn.Module):
        name = type(wanted).__name__
        return Target(
            name=name,
            anatomy=of_module(wanted, labels_of(wanted)),
            make=lambda seed: wanted,
            is_live=True,
        )
    if isinstance(wanted, Found):
        return _of_entry(wanted.name, wanted.entry, wanted)
    if str(wanted) in ENCODERS:
        return _encoder_of(str(wanted), source)
    return _named(str(wanted))


def network_of(found: Found) -> Callable[[int], Any] | None:
    """How the network of a checkpoint is built; None where nothing says which it is."""
    if found.entry is None or found.is_run:
        return None
    return _of_entry(found.name, found.entry, found).make


def _named(name: str) -> Target:
    path = Path(name)
    if (path / CONFIG).is_file():
        return _of_folder(name, path)
    if name in catalogue.names():
        entry = catalogue.entry(name)
        return _of_entry(name, entry, None if entry.library != "transformers" else need(name))
    if path.exists():
        raise WeightsError(
            f"nothing says which network `{name}` is: it has no {CONFIG}.",
            "Name a folder with a config.json, or in Python give the torch module itself.",
        )
    raise unknown_name("target", name, [*ENCODERS, *catalogue.names()])


def _of_folder(name: str, folder: Path) -> Target:
    configuration = read_configuration(folder, any_channels=True)
    architecture = ARCHITECTURES[configuration.architecture]
    raw = read_document(folder / CONFIG)
    stated = raw.get("num_labels")
    outputs = configuration.outputs or (stated if type(stated) is int and stated > 0 else None)
    kind = configuration.network
    if kind is None:
        kind = architecture.classifier if outputs and architecture.classifier else None
    kind = kind or architecture.whole or architecture.encoder
    outputs = outputs if kind == architecture.classifier else None
    configuration = replace(configuration, outputs=outputs, network=kind)
    return _transformers(name, configuration, folder)


def _of_entry(name: str, entry: Entry | None, found: Found | None) -> Target:
    if entry is None:
        raise WeightsError(
            f"nothing says which network `{name}` is: it is a file of parameters alone.",
            "Name the folder that save_pretrained wrote, or in Python give the module itself.",
        )
    if entry.library != "transformers":
        make = _build_of(entry)
        return Target(name=name, anatomy=_on_meta(make, _names(entry)), make=make)
    assert found is not None
    configuration = read_configuration(found.path, any_channels=True)
    outputs = entry.labels.number if entry.labels else configuration.outputs
    architecture = ARCHITECTURES[entry.architecture]
    is_whole = configuration.network is not None and configuration.network == architecture.whole
    network = architecture.whole if is_whole else entry.network
    outputs = outputs if network == architecture.classifier else None
    return _transformers(name, replace(configuration, network=network, outputs=outputs), found.path)


def _encoder_of(family: str, source: Material) -> Target:
    found = source.found
    entry = found.entry if found else None
    if found is None or entry is None or entry.family != family:
        raise WeightsError(
            f"`{source.name}` is no checkpoint that the family `{family}` starts from.",
            f"`headstart models` lists those of `{family}`.",
        )
    if entry.library != "transformers":
        whole = _of_entry(family, entry, found)
        make = _without_head(whole.make, head_of(whole.anatomy))
        return Target(name=family, anatomy=_on_meta(make, ()), make=make)
    configuration = read_configuration(found.path, any_channels=True)
    kind = ARCHITECTURES[entry.architecture].encoder
    configuration = replace(configuration, network=kind, outputs=None, labels=())
    return _transformers(family, configuration, found.path, pools=False)


def _transformers(
    name: str, configuration: Configuration, folder: Path, *, pools: bool = True
) -> Target:
    make = _transformers_build(configuration, pools=pools)
    anatomy = _on_meta(make, configuration.labels if configuration.outputs else ())
    return Target(name=name, anatomy=anatomy, make=make, configuration=configuration, folder=folder)


def _transformers_build(configuration: Configuration, *, pools: bool) -> Callable[[int], Any]:
    """The class comes from our table of architectures, never from the file."""
    is_without = not pools and configuration.architecture in _POOLED
    options = {"add_pooling_layer": False} if is_without else {}

    def make(seed: int) -> Any:
        library = need_library("transformers", wanted_by=f"building {configuration.network}")
        kind = getattr(library, configuration.network or "")
        values = dict(configuration.values)
        if configuration.architecture == "clip" and configuration.network != _WHOLE_CLIP:
            values = _of_vision(values)
        if configuration.outputs:
            values["num_labels"] = configuration.outputs
        return _drawn(lambda: kind(kind.config_class(**values), **options), seed)

    return make


def _of_vision(values: Mapping[str, Any]) -> dict[str, Any]:
    more = {"projection_dim": values["projection_dim"]} if "projection_dim" in values else {}
    return {**values.get("vision_config", {}), **more}


def _build_of(entry: Entry) -> Callable[[int], Any]:
    def make(seed: int) -> Any:
        library = need_library(entry.library, wanted_by=f"building {entry.network}")
        if entry.library == "timm":
            return _drawn(lambda: library.create_model(entry.network, pretrained=False), seed)
        return _drawn(lambda: getattr(library.models, entry.network)(weights=None), seed)

    return make


def _without_head(make: Callable[[int], Any], head: str) -> Callable[[int], Any]:
    """The same network, which gives back what it would have answered from."""

    def made(seed: int) -> Any:
        from torch import nn

        network = make(seed)
        parent, _, leaf = head.rpartition(".")
        setattr(network.get_submodule(parent), leaf, nn.Identity())
        return network

    return made if head else make


def _drawn(build: Callable[[], Any], seed: int) -> Any:
    """A network whose first values come from a seed; torch's own state is put back after."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(max(0, seed))
        with torch.device("meta") if seed < 0 else nullcontext():
            return build().eval()


def _on_meta(make: Callable[[int], Any], labels: tuple[str, ...]) -> Anatomy:
    return of_module(make(-1), labels)


def _names(entry: Entry) -> tuple[str, ...]:
    return entry.labels.names if entry.labels else ()
