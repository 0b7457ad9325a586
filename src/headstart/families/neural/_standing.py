"""Vectors of a trunk that has not learned yet, read once in a run by the first trial in need.

The embedding step keeps the vectors of frozen encoders by what they are vectors of
(`features.embedding`). A head on a frozen encoder, and the head that fine-tuning begins with, want
the same vectors of the last layer; what one trial has computed the next one takes.

Shapes: n rows, d entries of a vector, c columns beside the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from headstart.families.neural._kept import kept_vectors
from headstart.families.neural._text import TextModel, read_rows
from headstart.features.embedding import LONGEST, Embedding
from headstart.features.kept_vectors import KeptVectors, keys_of
from headstart.features.tokens import texts_of
from headstart.networks.precision import pays_in_halves
from headstart.networks.pretrained import Pretrained
from headstart.networks.text_network import TextNetwork, without_padding
from headstart.records import Prediction, Table
from headstart.session import Session, Vectors
from headstart.weights.entry import TextInputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the vectors of a checkpoint's last layer stand.

    Attributes:
        checkpoint: a name of the catalogue, or a folder.
        folder: of its vectors.
        half: whether they are computed in bfloat16.
    """

    checkpoint: str
    folder: Path
    half: bool

    def read(
        self,
        network: TextNetwork,
        inputs: tuple[Tensor, ...],
        texts: Sequence[str | tuple[str, str]],
        rows: Tensor,
        session: Session,
        share: float,
    ) -> tuple[Tensor, Tensor]:
        """Rows and their features (n, d + c); those of other rows where the time is over first.

        Args:
            texts: of all rows.
            share: of the session's time that may be spent.
        """
        used = session.vectors.setdefault(self.checkpoint, Vectors())

        def make(missing: Tensor) -> tuple[Tensor, Tensor]:
            pooled = _pooled(network)
            return read_rows(
                pooled, inputs[:3], missing, session=session, share=share, half=self.half
            )

        kept = KeptVectors(self.folder)
        there, found = kept_vectors(kept, keys_of(texts), rows, used, make)
        return there, torch.cat([network.trunk.finished(found), inputs[3][there]], dim=1)

    def predict(self, model: TextModel, data: Table, session: Session) -> Prediction:
        """What a model whose trunk has not learned answers, from the vectors that there are."""
        if not len(data):
            return model.predict(data)
        inputs, every = model.inputs(data), torch.arange(len(data))
        texts = texts_of(data, model.tokens.columns, model.tokens.longest)
        _, found = self.read(model.network, inputs, texts, every, session, 1.0)
        with torch.inference_mode():
            return model.heads.answer(model.network.answer(found))


def standing(
    checkpoint: str, inputs: TextInputs, model: TextModel, session: Session
) -> Standing | None:
    """Where the vectors of a model's trunk stand; None where it would read otherwise than those."""
    trunk, longest = model.network.trunk, model.tokens.longest
    if session.cache is None or not isinstance(trunk, Pretrained):
        return None
    half = pays_in_halves(trunk.width)
    if longest != min(inputs.longest, LONGEST) or model.settings.half != half:
        return None
    step = Embedding(
        checkpoint=checkpoint, layer=trunk.depth, pooling=inputs.pooling, longest=longest
    )
    return Standing(checkpoint=checkpoint, folder=step.folder(session.cache), half=half)


def _pooled(network: TextNetwork) -> Callable[..., Tensor]:
    return lambda *inputs: network.trunk.pooled(*without_padding(*inputs))
