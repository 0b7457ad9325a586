"""Encoders of texts that others have trained, behind one face: tokens in, one vector a text out.

Shapes: b texts, t tokens, d entries of a vector.
References: Devlin et al. 2019, "BERT"; Reimers & Gurevych 2019, "Sentence-BERT" (mean pooling).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.networks.text_builds import build_of, sharing
from headstart.storage.folders import write_file

Pooling = Literal["mean", "first"]


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
        return self.pool(self._read(tokens, lengths, kinds)[0], lengths)

    def every_layer(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(b, l, d): what goes into the first block, then what each block makes of it, pooled."""
        read = self._read(tokens, lengths, kinds, output_hidden_states=True)
        layers = [self.pool(each, lengths) for each in read.hidden_states]
        return self.finished(torch.stack(layers, dim=1))

    @property
    def can_be_entered(self) -> bool:
        """Whether `upper` can go on from what `lower` made."""
        return bool(self._build.entrance)

    def lower(self, tokens: Tensor, lengths: Tensor, kinds: Tensor, stop: int) -> Tensor:
        """(b, t, d): what the first `stop` stages make of the tokens; the first is no block."""
        part = sharing(self.network, self._build.blocks, lambda blocks: blocks[: stop - 1])
        return self._read(tokens, lengths, kinds, network=part)[0]  # type: ignore[no-any-return]

    def upper(self, hidden: Tensor, lengths: Tensor, start: int) -> Tensor:
        """(b, d) from what `lower` made with the first `start` stages."""
        part = sharing(self.network, self._build.blocks, lambda blocks: blocks[start - 1 :])
        part = sharing(part, self._build.entrance, lambda embeddings: _Entrance())
        mask = _mask(hidden.shape[1], lengths)
        found = part(inputs_embeds=hidden, attention_mask=mask)[0]
        return self.finished(self.pool(found, lengths))

    def _read(
        self,
        tokens: Tensor,
        lengths: Tensor,
        kinds: Tensor,
        network: nn.Module | None = None,
        **more: Any,
    ) -> Any:
        """What the network, or a part of it, answers; first (b, t, d)."""
        if self._build.has_kinds:
            more["token_type_ids"] = kinds.long()
        mask = _mask(tokens.shape[1], lengths)
        network = network or self.network
        return network(input_ids=tokens.long(), attention_mask=mask, **more)

    def stages(self) -> list[list[nn.Parameter]]:
        """Parameters from the bottom to the top: embeddings, then one list for each block."""
        blocks: Any = self.network.get_submodule(self._build.blocks)
        stages = [list(block.parameters()) for block in blocks]
        inside = {id(parameter) for stage in stages for parameter in stage}
        outside = [each for each in self.network.parameters() if id(each) not in inside]
        return [outside, *stages]

    def pool(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        """(b, d) from what a block makes of the tokens, (b, t, d)."""
        if self._pooling == "first":
            return hidden[:, 0].float()
        mask = _mask(hidden.shape[1], lengths).float()
        return (hidden.float() * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)


class _Entrance(nn.Module):
    """In the place of embeddings: what the blocks below have made goes in as it is."""

    def forward(self, input_ids: None, inputs_embeds: Tensor, *rest: Any, **more: Any) -> Tensor:
        return inputs_embeds


def _mask(longest: int, lengths: Tensor) -> Tensor:
    """(b, t), 1 where a text has a token."""
    return (torch.arange(longest) < lengths[:, None]).long()


def write_body(folder: Path, body: Mapping[str, Any]) -> dict[str, Any]:
    """Write `config.json` as checkpoints have it; the rest of the body is given back."""
    document = {"model_type": body["architecture"], **body["values"]}
    write_file(folder / "config.json", json.dumps(document))
    return {name: value for name, value in body.items() if name not in ("architecture", "values")}
