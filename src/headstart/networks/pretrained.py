"""Encoders of texts that others have trained, behind one face: tokens in, one vector a text out.

The networks are those of transformers. Which class is built stands in the table below and nowhere
else: a checkpoint's own files choose a row of it and never name code.

Shapes: b texts, t tokens, d entries of a vector.
References: Devlin et al. 2019, "BERT"; Reimers & Gurevych 2019, "Sentence-BERT" (mean pooling).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.errors import unknown_name
from headstart.processes.libraries import need
from headstart.storage.folders import write_file

Pooling = Literal["mean", "first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How one architecture is built.

    Attributes:
        package: module of transformers that holds its classes.
        encoder, classifier: names of the classes without and with a head.
        prefix: of the encoder's tensors inside of the classifier's.
        blocks: where the list of its blocks stands.
        last: what comes after the last block, where there is anything.
        options: keyword arguments that the encoder's class takes beside the configuration.
        has_kinds: whether tokens of the second text of a pair are marked.
    """

    package: str
    encoder: str
    config: str
    prefix: str
    blocks: str
    last: str = ""
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


class Pretrained(nn.Module):
    """An encoder and its pooling.

    Args:
        network: as `encoder` makes it.
        unit_length: whether the vector is divided by its length.
    """

    def __init__(
        self, architecture: str, network: nn.Module, *, pooling: Pooling, unit_length: bool
    ) -> None:
        super().__init__()
        self.network = network
        self._build = build_of(architecture)
        self._pooling, self._unit_length = pooling, unit_length
        config: Any = network.config
        self.width = int(config.hidden_size)
        blocks: Any = network.get_submodule(self._build.blocks)
        self.depth = len(blocks)

    @property
    def words(self) -> Any:
        """The table of the vectors of words."""
        network: Any = self.network
        return network.get_input_embeddings()

    def take_words(self, table: nn.Module) -> None:
        """Put another table of the vectors of words in its place."""
        network: Any = self.network
        network.set_input_embeddings(table)

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, d) from tokens (b, t), their number (b,), and which text they are of (b, t)."""
        return self.finished(self.pooled(tokens, lengths, kinds))

    def finished(self, vectors: Tensor) -> Tensor:
        """Pooled vectors (b, d), divided by their length where this encoder wants it."""
        return F.normalize(vectors, dim=-1) if self._unit_length else vectors

    def pooled(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, d), each as long as it comes."""
        mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()
        more = {"token_type_ids": kinds.long()} if self._build.has_kinds else {}
        hidden = self.network(input_ids=tokens.long(), attention_mask=mask, **more)[0]  # (b, t, d)
        return self._pooled(hidden.float(), mask.float())

    def every_layer(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, l, d): what goes into the first block, then what each block makes of it, pooled."""
        mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()
        more = {"token_type_ids": kinds.long()} if self._build.has_kinds else {}
        read = self.network(
            input_ids=tokens.long(), attention_mask=mask, output_hidden_states=True, **more
        )
        layers = [self._pooled(each.float(), mask.float()) for each in read.hidden_states]
        return self.finished(torch.stack(layers, dim=1))

    def stages(self) -> list[list[nn.Parameter]]:
        """Parameters from the bottom to the top: embeddings, then one list for each block."""
        blocks: Any = self.network.get_submodule(self._build.blocks)
        stages = [list(block.parameters()) for block in blocks]
        inside = {id(parameter) for stage in stages for parameter in stage}
        outside = [each for each in self.network.parameters() if id(each) not in inside]
        return [outside, *stages]

    def _pooled(self, hidden: Tensor, mask: Tensor) -> Tensor:
        if self._pooling == "first":
            return hidden[:, 0]
        return (hidden * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)


def write_body(folder: Path, body: Mapping[str, Any]) -> dict[str, Any]:
    """Write `config.json` as checkpoints have it; the rest of the body is given back."""
    document = {"model_type": body["architecture"], **body["values"]}
    write_file(folder / "config.json", json.dumps(document))
    return {name: value for name, value in body.items() if name not in ("architecture", "values")}


@contextmanager
def own_randomness(seed: int) -> Iterator[None]:
    """Let libraries that draw from torch's global state draw from a seed; it is put back after."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


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
