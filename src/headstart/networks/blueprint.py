"""The network of a checkpoint without a single parameter in memory, to see what it would do.

It stands on torch's device `meta`: every tensor has a shape and no values. Which class is built
stands in the tables of `weights.architectures` and `picture_builds`; a checkpoint's own files
choose a row of them and never name code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import Any

import torch
from torch import nn

from headstart.errors import WeightsError
from headstart.networks import picture_builds, text_builds
from headstart.networks.tracing import Traced, trace, with_open_sizes
from headstart.processes.libraries import lean, need
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.configuration import Configuration
from headstart.weights.entry import Entry, ImageInputs, SeriesInputs, SoundInputs
from headstart.weights.formats import TensorFacts

_LENGTHS = (13, 17)  # tokens of two texts: sizes that differ between them depend on the text
_SAMPLES = (16_000, 24_000)  # of two recordings
_META = "meta"


_OLD_NORMS = (
    (".weight_g", ".parametrizations.weight.original0"),
    (".weight_v", ".parametrizations.weight.original1"),
)
"""Norms of weights in files of before 2023."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A network on `meta`.

    Attributes:
        name: (name of a tensor in the file) -> its name in the network, or None.
    """

    network: nn.Module
    name: Callable[[str], str | None]
    entry: Entry

    def traced(self) -> Traced:
        """What it would do with one input."""
        with torch.device(_META):  # for what the network makes by itself
            first, *others = (trace(self.network, **each) for each in _examples(self))
        return with_open_sizes(first, others[0]) if others else first

    @property
    def ties(self) -> dict[str, str]:
        """Another name -> the parameter that it is a name of."""
        groups = _parameters(self.network)
        return {name: group[0] for group in groups for name in group[1:]}

    def placed(self, tensors: Mapping[str, TensorFacts]) -> frozenset[str]:
        """Names of the file's tensors that have a place in the network.

        Raises:
            WeightsError: a parameter of the network is missing, or has another shape.
        """
        places = {self.name(name): name for name in tensors}
        kept = {name for place, name in places.items() if place is not None}
        for group in _parameters(self.network):
            found = [places[name] for name in group if name in places]
            shape = tuple(self.network.get_parameter(group[0]).shape)
            if not found or tensors[found[0]].shape != shape:
                raise self._misfit(group[0], shape, tensors[found[0]] if found else None)
        return frozenset(kept)

    def _misfit(self, name: str, shape: tuple[int, ...], found: TensorFacts | None) -> WeightsError:
        what = "is missing" if found is None else f"has the shape {found.shape}"
        return WeightsError(
            f"`{name}` of `{self.entry.name}` {what}; its configuration wants {shape}.",
            "Configuration and parameters are not of the same checkpoint: copy it again.",
        )


def _examples(plan: Blueprint) -> list[dict[str, Any]]:
    """Inputs by the names that the network has for them: two where a length is open."""
    network, entry = plan.network, plan.entry
    words = [torch.zeros(1, length, dtype=torch.long) for length in _LENGTHS]
    reads = any(name.rpartition(".")[2] == "decoder" for name, _ in network.named_modules())
    match entry.inputs:
        case ImageInputs(size=side, channels=channels):
            pixels = {_first_argument(network, entry): torch.empty(1, channels, side, side)}
            if not any(name == "text_model" for name, _ in network.named_children()):
                return [pixels]
            # A mask of pairs is taken as it is; others are asked for values, which `meta` has not.
            masks = [torch.zeros(1, 1, length, length) for length in _LENGTHS]
            texts = zip(words, masks, strict=True)
            return [{**pixels, "input_ids": each, "attention_mask": mask} for each, mask in texts]
        case SoundInputs(bands=None):
            return [{"input_values": torch.empty(1, length)} for length in _SAMPLES]
        case SoundInputs(bands=bands, frames=frames):
            spectrum = {"input_features": torch.empty(1, bands or 1, frames or 1)}
            more = [{"decoder_input_ids": each} for each in words] if reads else [{}]
            return [{**spectrum, **each} for each in more]
        case SeriesInputs(length=length, channels=channels):
            return [{"past_values": torch.empty(1, length, channels)}]
    return [{"input_ids": each} for each in words]


def _first_argument(network: nn.Module, entry: Entry) -> str:
    """What a network calls its pictures: libraries differ."""
    if entry.library == "transformers":
        return "pixel_values"
    return next(iter(signature(network.forward).parameters))


def blueprint(entry: Entry, configuration: Configuration, names: Collection[str]) -> Blueprint:
    """The network that an entry describes.

    Args:
        names: of the tensors in the file: some parts of a network are not always there.

    Raises:
        WeightsError: the configuration describes no network that can be built.
        MissingExtra: the library that builds it is not installed.
    """
    try:
        with torch.device(_META), lean():
            network = _made(entry, configuration, names).eval()
    except (ValueError, TypeError, IndexError, KeyError, ZeroDivisionError, RuntimeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"the configuration of `{entry.name}` describes no network: {said[:200]}",
            "Copy the checkpoint again from where it was made.",
        ) from None
    prefixes, renames = _naming(entry) if not _is_whole(entry, names) else ((), ())
    known = frozenset(network.state_dict())

    def name(given: str) -> str | None:
        without = (given.removeprefix(prefix) for prefix in prefixes)
        within = (prefix + given for prefix in prefixes)
        for each in (given, *without, *within):
            for old, new in renames:
                each = each.replace(old, new)
            each = text_builds.modern(each)
            if each in known:
                return each
        return None

    return Blueprint(network=network, name=name, entry=entry)


def _made(entry: Entry, configuration: Configuration, names: Collection[str]) -> nn.Module:
    is_whole = _is_whole(entry, names)
    if entry.library != "transformers" or (entry.architecture == "clip" and not is_whole):
        body = _body(entry, configuration)
        return picture_builds.build_of(body).make(entry.network, configuration.values)
    transformers = need("transformers", wanted_by=f"the network {entry.network}")
    architecture = entry.architecture
    known = ARCHITECTURES[architecture]
    kind = known.whole if is_whole and known.whole else entry.network
    assert kind in (known.encoder, known.classifier, known.whole, *known.others)
    labels = {"num_labels": configuration.outputs} if configuration.outputs else {}
    config = transformers.AutoConfig.for_model(architecture, **configuration.values, **labels)
    module = import_module(f"transformers.models.{architecture}.modeling_{architecture}")
    has_pooler = any("pooler." in name for name in names)
    is_bare = entry.network == known.encoder
    options = (
        {"add_pooling_layer": has_pooler}
        if is_bare and architecture in ("bert", "roberta", "vit")
        else {}
    )
    made: nn.Module = getattr(module, kind)(config, **options)
    return made


def _is_whole(entry: Entry, names: Collection[str]) -> bool:
    """Whether a file has both sides of a network of which a family takes one."""
    has_whole = entry.library == "transformers" and ARCHITECTURES[entry.architecture].whole
    return bool(has_whole) and any(name.startswith("text_model.") for name in names)


def _naming(entry: Entry) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Prefixes of an encoder's tensors inside of other networks, and what was renamed."""
    if entry.architecture in text_builds.BUILDS:
        return (text_builds.BUILDS[entry.architecture].prefix,), ()
    if not ARCHITECTURES[entry.architecture].family:
        return ARCHITECTURES[entry.architecture].prefixes, _OLD_NORMS
    body = {"library": entry.library, "network": entry.network, "architecture": entry.architecture}
    build = picture_builds.build_of(body)
    return (build.prefix,), build.renames


def _body(entry: Entry, configuration: Configuration) -> dict[str, Any]:
    return {
        "library": entry.library,
        "network": entry.network,
        "architecture": configuration.architecture,
        "values": dict(configuration.values),
    }


def _parameters(network: nn.Module) -> list[list[str]]:
    """The names of each parameter; one that is tied has several."""
    names: dict[int, list[str]] = {}
    for name, value in network.named_parameters(remove_duplicate=False):
        names.setdefault(id(value), []).append(name)
    return list(names.values())
