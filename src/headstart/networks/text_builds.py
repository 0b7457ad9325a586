"""How encoders of texts are built, and where they can be cut.

Which class of transformers is built stands in the table below and nowhere else: a checkpoint's own
files choose a row of it and never name code.

References: Devlin et al. 2019, "BERT"; Liu et al. 2019, "RoBERTa"; Sanh et al. 2019, "DistilBERT";
Raffel et al. 2020, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
Transformer".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from torch import nn

from headstart.errors import unknown_name
from headstart.networks.randomness import own_randomness
from headstart.processes.libraries import need


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How one architecture is built.

    Attributes:
        package: module of transformers that holds its classes.
        encoder, classifier: names of the classes without and with a head.
        prefix: of the encoder's tensors inside of the classifier's.
        blocks: where the list of its blocks stands.
        last: what comes after the last block, where there is anything.
        entrance: what stands below the first block, where its output is all that blocks need.
        options: keyword arguments that the encoder's class takes beside the configuration.
        has_kinds: whether tokens of the second text of a pair are marked.
    """

    package: str
    encoder: str
    config: str
    prefix: str
    blocks: str
    last: str = ""
    entrance: str = "embeddings"
    classifier: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    has_kinds: bool = False


BUILDS: Mapping[str, Build] = MappingProxyType(
    {
        "bert": Build(
            package="bert",
            encoder="BertModel",
            config="BertConfig",
            classifier="BertForSequenceClassification",
            prefix="bert.",
            blocks="encoder.layer",
            options=(("add_pooling_layer", False),),
            has_kinds=True,
        ),
        "roberta": Build(
            package="roberta",
            encoder="RobertaModel",
            config="RobertaConfig",
            classifier="RobertaForSequenceClassification",
            prefix="roberta.",
            blocks="encoder.layer",
            options=(("add_pooling_layer", False),),
        ),
        "distilbert": Build(
            package="distilbert",
            encoder="DistilBertModel",
            config="DistilBertConfig",
            classifier="DistilBertForSequenceClassification",
            prefix="distilbert.",
            blocks="transformer.layer",
        ),
        "t5": Build(
            package="t5",
            encoder="T5EncoderModel",
            config="T5Config",
            prefix="",
            blocks="encoder.block",
            last="encoder.final_layer_norm",
            entrance="",  # the first block makes the bias of positions for all
        ),
    }
)


def build_of(architecture: str) -> Build:
    """How an architecture is built.

    Raises:
        AskError: it is none of the table.
    """
    if architecture not in BUILDS:
        raise unknown_name("encoder of texts", architecture, list(BUILDS))
    return BUILDS[architecture]


def encoder(architecture: str, values: Mapping[str, Any], seed: int) -> nn.Module:
    """The network without a head, with random weights.

    Args:
        values: of its configuration, as `weights.config` allows them.
    """
    build = build_of(architecture)
    return _made(build, build.encoder, values, seed, dict(build.options))


def classifier(architecture: str, values: Mapping[str, Any], labels: int) -> nn.Module:
    """The network with its own head of `labels` outputs, with random weights."""
    build = build_of(architecture)
    return _made(build, build.classifier, {**values, "num_labels": labels}, 0, {})


def cut(architecture: str, network: nn.Module, layer: int) -> None:
    """Leave only the blocks that a layer needs: it becomes the last one.

    Args:
        layer: 0 is the input of the first block, -1 the last layer.
    """
    build = build_of(architecture)
    blocks: Any = network.get_submodule(build.blocks)
    if layer in (-1, len(blocks)):
        return
    _put(network, build.blocks, blocks[:layer])
    if build.last:
        _put(network, build.last, nn.Identity())


def sharing(network: nn.Module, name: str, change: Callable[[Any], nn.Module]) -> nn.Module:
    """A network with all parameters of another one, but for one part that is changed.

    Args:
        name: of the part.
        change: part -> what stands in its place.
    """
    twin = copy(network)
    twin._modules = dict(network._modules)
    first, _, rest = name.partition(".")
    below: Any = twin._modules[first]
    twin._modules[first] = sharing(below, rest, change) if rest else change(below)
    return twin


def modern(name: str) -> str:
    """A name of an old file, in which the tensors of a layer norm were `gamma` and `beta`.

    Example:
        >>> modern("embeddings.LayerNorm.gamma")
        'embeddings.LayerNorm.weight'
    """
    for old, new in ((".gamma", ".weight"), (".beta", ".bias")):
        if name.endswith(old):
            return name.removesuffix(old) + new
    return name


def _made(
    build: Build, name: str, values: Mapping[str, Any], seed: int, options: Mapping[str, Any]
) -> nn.Module:
    need("transformers", wanted_by=f"the encoder {build.encoder}")
    package = f"transformers.models.{build.package}"
    configuration = getattr(import_module(f"{package}.configuration_{build.package}"), build.config)
    kind = getattr(import_module(f"{package}.modeling_{build.package}"), name)
    with own_randomness(seed):
        made: nn.Module = kind(configuration(**values), **options)
    return made.eval()


def _put(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, leaf = name.rpartition(".")
    setattr(network.get_submodule(parent), leaf, module)
