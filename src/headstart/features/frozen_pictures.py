"""A frozen encoder of pictures at work: from files to the pooled vectors of each of its stages.

Few pictures are read at once, so that what a layer leaves is still in the processor's cache when
the next one reads it, with channels last in memory. Products are taken in bfloat16 where the
processor multiplies it itself.

Shapes: n pictures, s x s pixels, d entries of a stage's vector.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from headstart import weights
from headstart.features.picture_likeness import gap
from headstart.features.pictures import Framing, Pictures, framing_of
from headstart.networks.picture_encoders import (
    Pixels,
    body_of,
    picture_encoder,
)
from headstart.networks.precision import has_fast_bfloat16
from headstart.training.threads import threads

_AT_ONCE = 8  # pictures of 224 pixels
_SIDE = 224
_READ_AT_ONCE = 128


class FrozenPictures:
    """An encoder whose parameters stay as they are.

    Args:
        checkpoint: a name that `weights.need` knows: of the catalogue, or a folder.
        place: where its files stand, if not where the name leads.

    Attributes:
        framing: how it wants its pictures.
        depth: number of stages.

    Raises:
        WeightsError: it is not on this machine, damaged, or no encoder of pictures.
    """

    def __init__(self, checkpoint: str, place: str = "") -> None:
        found = weights.at(checkpoint, Path(place)) if place else weights.need(checkpoint)
        body = body_of(found)
        encoder = picture_encoder(body, 0)
        weights.take_whole(found, encoder.network)
        assert found.entry is not None
        inputs = found.entry.inputs
        assert isinstance(inputs, weights.ImageInputs)
        self.framing: Framing = framing_of(inputs)
        self.depth = encoder.depth
        self._encoder = encoder.eval().to(memory_format=torch.channels_last)
        self._pixels = Pixels(inputs.mean, inputs.std)

    def layers(self, pictures: Pictures, cores: int) -> list[np.ndarray]:
        """The vector of every stage, float32 (n, d_i); zeros where there is no picture."""
        return self._computed(pictures, self._encoder.every_stage, cores)

    def layer(self, pictures: Pictures, place: int, cores: int) -> np.ndarray:
        """The vector of one stage, float32 (n, d); what is above it is not computed."""
        return self._computed(pictures, lambda seen: [self._encoder.one_stage(seen, place)], cores)[
            0
        ]

    def gap(self, pictures: Pictures, cores: int) -> float | None:
        """How far pictures are from what its layers expect, in nats; None if it does not tell."""
        return gap(self._encoder, lambda: self.layers(pictures, cores))

    def _computed(
        self, pictures: Pictures, read: Callable[[Tensor], list[Tensor]], cores: int
    ) -> list[np.ndarray]:
        step = max(1, round(_AT_ONCE * (_SIDE / self.framing.size) ** 2))
        half = torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_fast_bfloat16())
        found: list[list[Tensor]] = []
        with threads(cores), torch.inference_mode(), half:
            for pixels, there in pictures.batches(_READ_AT_ONCE):
                for part in torch.split(torch.from_numpy(pixels[there]), step):
                    found.append(read(self._pixels(part)))
            # Without a picture there is still a width.
            found = found or [[each[:0] for each in read(self._black())]]
        return [
            _spread(torch.cat(stage).numpy(), pictures.there) for stage in zip(*found, strict=True)
        ]

    def _black(self) -> Tensor:
        size = self.framing.size
        return self._pixels(torch.zeros(1, size, size, 3, dtype=torch.uint8))


@lru_cache(maxsize=1)
def frozen_pictures(checkpoint: str, place: str = "") -> FrozenPictures:
    """The encoder, loaded once in a process."""
    return FrozenPictures(checkpoint, place)


def _spread(vectors: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Vectors of the pictures that are there, at their rows; zeros elsewhere."""
    spread = np.zeros((len(there), vectors.shape[1]), dtype=np.float32)
    spread[there] = vectors
    return spread
