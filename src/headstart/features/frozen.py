"""A frozen encoder of texts at work: from texts to the pooled vectors of each of its layers.

Texts are sorted by length and read in batches of about as many tokens, so that little is computed
on padding; where one layer is wanted, what comes after it is not computed. Products are taken in
bfloat16 where the processor has it.

Shapes: n texts, l layers (the input of the first block counts), d entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from headstart import weights
from headstart.features.tokens import make_tokens
from headstart.networks import pretrained, text_builds
from headstart.networks.precision import pays_in_halves
from headstart.training.threads import threads

_TOKENS_AT_ONCE = 4_096


class Frozen:
    """An encoder whose parameters stay as they are.

    Args:
        checkpoint: a name that `weights.need` knows: of the catalogue, or a folder.
        pooling: how token vectors become one, `mean` or `first`.
        longest: most tokens of a text.
        layer: which one is wanted, 0 for the input of the first block, -1 for the last one; None
            for all of them.

    Raises:
        WeightsError: it is not on this machine, damaged, or no encoder of texts.
    """

    def __init__(
        self, checkpoint: str, pooling: pretrained.Pooling, longest: int, layer: int | None
    ) -> None:
        found = weights.need(checkpoint)
        configuration = weights.config(found)
        network = text_builds.encoder(configuration.architecture, configuration.values, seed=0)
        if layer is not None:
            text_builds.cut(configuration.architecture, network, layer)
        weights.take_whole(found, network)
        self._reads = pretrained.Pretrained(
            configuration.architecture, network.eval(), pooling=pooling, unit_length=False
        )
        self._halves = pays_in_halves(self._reads.width)
        padding = int(configuration.values.get("pad_token_id") or 0)
        tokenizer = weights.tokenizer(found).to_str()
        inputs = found.entry.inputs if found.entry else None
        most = inputs.longest if isinstance(inputs, weights.TextInputs) else longest
        self._tokens = make_tokens(tokenizer, ("text",), min(longest, most), padding)

    @property
    def tokenizer(self) -> Any:
        """Of the library tokenizers; it cuts long texts."""
        return self._tokens.tokenizer

    def layers(self, texts: Sequence[str], cores: int) -> np.ndarray:
        """Every layer up to the one that is wanted, float32, shape (n, l, d)."""
        return self._read(texts, cores, self._reads.every_layer, (self._reads.depth + 1,))

    def vectors(self, texts: Sequence[str], cores: int) -> np.ndarray:
        """The layer that is wanted, float32, shape (n, d)."""
        return self._read(texts, cores, self._reads, ())

    def _read(
        self, texts: Sequence[str], cores: int, read: Callable[..., Tensor], shape: tuple[int, ...]
    ) -> np.ndarray:
        if not len(texts):
            return np.zeros((0, *shape, self._reads.width), dtype=np.float32)
        encoded = self._tokens.encode_texts(texts)
        order = np.argsort(encoded.lengths, kind="stable")
        found: list[np.ndarray] = []
        half = torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._halves)
        with threads(cores), torch.inference_mode(), half:
            for rows in _batches(encoded.lengths, order):
                longest = int(encoded.lengths[rows].max())
                inputs = (
                    torch.from_numpy(encoded.tokens[rows, :longest]),
                    torch.from_numpy(encoded.lengths[rows]),
                    torch.from_numpy(encoded.kinds[rows, :longest]),
                )
                found.append(read(*inputs).float().numpy())
        return np.concatenate(found)[np.argsort(order, kind="stable")]


@lru_cache(maxsize=1)
def frozen(
    checkpoint: str, pooling: pretrained.Pooling, longest: int, layer: int | None = None
) -> Frozen:
    """The encoder, loaded once in a process."""
    return Frozen(checkpoint, pooling, longest, layer)


def _batches(lengths: np.ndarray, order: np.ndarray) -> list[np.ndarray]:
    """Rows in the order given, in batches of at most so many tokens, padding included.

    Example:
        >>> lengths = np.array([2_000, 3_000, 1])
        >>> [batch.tolist() for batch in _batches(lengths, np.argsort(lengths))]
        [[2, 0], [1]]
    """
    batches: list[list[int]] = []
    for row in order.tolist():
        if batches and lengths[row] * (len(batches[-1]) + 1) <= _TOKENS_AT_ONCE:
            batches[-1].append(row)
        else:
            batches.append([row])
    return [np.array(batch) for batch in batches]
