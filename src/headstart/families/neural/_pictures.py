"""What networks that learn from pictures have in common: files to pixels, answers, the disk.

Imported by `fit` and `load` alone, because it imports torch. Pixels are read in batches when they
are needed, so that the memory does not depend on the number of pictures.

Shapes: n rows, m image columns, s x s pixels of k channels, c columns beside the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from headstart.families.neural._document import (
    read_document,
    read_receipt,
    write_document,
    write_receipt,
)
from headstart.families.neural._lesson import MOST_FLAGS, Lesson, learning_rule
from headstart.features.pictures import Framing, Pictures
from headstart.features.scaled import Scaled, learn_scaled, load_scaled
from headstart.intake.pictures import is_grey
from headstart.networks.picture_network import PictureNetwork
from headstart.networks.randomness import own_randomness
from headstart.networks.tensors import distinct_tensors, put_back
from headstart.networks.tracing import description
from headstart.records import (
    Candidate,
    Numbers,
    Prediction,
    Probabilities,
    Receipt,
    Table,
)
from headstart.records.settings import from_plain, to_plain
from headstart.training.heads import Heads, heads_from_plain
from headstart.training.takeover import take_over

_BESIDE = ("number", "category", "time", "identifier")
_PIXELS_AT_ONCE = 1 << 18
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, as Pillow has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What of a table a network sees.

    Attributes:
        names: of the image columns.
        framing: how a picture becomes a square.
        channels: 1 where the pictures learned from were grey, else 3.
    """

    names: tuple[str, ...]
    framing: Framing
    channels: int

    @property
    def at_once(self) -> int:
        """Rows that a network is given at once where nothing is learned."""
        each = max(1, len(self.names)) * self.framing.size**2
        return max(1, min(512, _PIXELS_AT_ONCE // each))


class Pixels:
    """The pictures of a table's rows, read when they are asked for."""

    def __init__(self, table: Table, sight: Sight, *, cores: int, cache: Path | None) -> None:
        self._sight, self._rows = sight, len(table)
        there = {column.name for column in table.columns if column.modality == "image"}
        self._columns = [
            Pictures(table, name, sight.framing, cores=cores, cache=cache)
            if name in there
            else None
            for name in sight.names
        ]

    def __getitem__(self, rows: Tensor) -> Tensor:
        """Bytes, (b, m, s, s, k)."""
        places, side = rows.numpy(), self._sight.framing.size
        pixels = np.zeros((len(places), len(self._columns), side, side, 3), dtype=np.uint8)
        for number, column in enumerate(self._columns):
            if column is not None:
                pixels[:, number] = column.read(places)
        return torch.from_numpy(pixels if self._sight.channels == 3 else grey(pixels))

    @property
    def there(self) -> Tensor:
        """Which pictures there are, float32 (n, m)."""
        found = np.zeros((self._rows, len(self._columns)), dtype=np.float32)
        for number, column in enumerate(self._columns):
            if column is not None:
                found[:, number] = column.there
        return torch.from_numpy(found)


def grey(pixels: np.ndarray) -> np.ndarray:
    """The brightness of pixels (..., 3), as bytes (..., 1)."""
    if is_grey(pixels):
        return np.ascontiguousarray(pixels[..., :1])
    return np.rint(pixels @ _LUMINANCE).astype(np.uint8)[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What tells one family of networks for pictures from another.

    Attributes:
        settings: its `Settings`.
        network: (settings, sight, columns beside, outputs) -> the network with random weights.
    """

    name: str
    settings: type[Any]
    network: Callable[[Any, Sight, int, int], PictureNetwork]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureModel:
    """A network with what feeds it and what reads it.

    Attributes:
        candidate: with its settings as resolved in the fit; None for a model that was loaded.
        receipt: what became of the tensors and columns of what it started from.
    """

    architecture: Architecture
    settings: Any
    sight: Sight
    features: Scaled
    heads: Heads
    network: PictureNetwork
    candidate: Candidate | None = None
    receipt: Receipt = Receipt()

    def inputs(self, data: Table, *, cores: int = 1, cache: Path | None = None) -> tuple[Any, ...]:
        """Pixels (n, m, s, s, k), which are there (n, m), and columns (n, c)."""
        pixels = Pixels(data, self.sight, cores=cores, cache=cache)
        rest = self.features.inputs(beside(data))
        columns = np.concatenate([rest.numbers, rest.flags], axis=1)
        return pixels, pixels.there, torch.from_numpy(columns)

    def predict(self, data: Table) -> Prediction:
        if not len(data):
            return self._nothing()
        inputs = self.inputs(data, cores=torch.get_num_threads())
        batches = torch.split(torch.arange(len(data)), self.sight.at_once)
        with torch.inference_mode():
            outputs = [self.network(*(values[rows] for values in inputs)) for rows in batches]
            return self.heads.answer(torch.cat(outputs, dim=1))

    def save(self, folder: Path) -> None:
        self.features.save(folder)
        document = {
            "family": self.architecture.name,
            "settings": to_plain(self.settings),
            "heads": asdict(self.heads),
            "sight": asdict(self.sight),
        }
        write_document(folder, document)
        write_receipt(folder, self.receipt)
        save_file(distinct_tensors(self.network), folder / "network.safetensors")

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, the layers with their sizes, and what was taken over."""
        side, pictures = self.sight.framing.size, len(self.sight.names)
        columns = len(self.features.numbers) + self.features.flags

        def rows(number: int) -> tuple[Tensor, ...]:
            shape = (number, pictures, side, side, self.sight.channels)
            there = torch.ones(number, pictures)
            return torch.zeros(shape, dtype=torch.uint8), there, torch.zeros(number, columns)

        return {
            "settings": to_plain(self.settings),
            "receipt": self.receipt,
            "learning_rule": learning_rule(self.heads, self.settings, has_encoder=False),
            **description(self.network, rows),
        }

    def _nothing(self) -> Prediction:
        if self.heads.classes:
            return Probabilities(values=tuple(np.zeros((0, size)) for size in self.heads.sizes))
        return Numbers(values=np.zeros((0, self.heads.width)))


def first_model(
    architecture: Architecture, candidate: Candidate, sight: Sight, lesson: Lesson, seed: int
) -> PictureModel:
    """A model with random weights whose head says what is known before any picture is seen."""
    features = learn_scaled(beside(lesson.rows), most_flags=MOST_FLAGS)
    network = _network(architecture, candidate.settings, sight, features, lesson.heads, seed)
    _set_first_biases(network, lesson)
    return PictureModel(
        architecture=architecture,
        settings=candidate.settings,
        sight=sight,
        features=features,
        heads=lesson.heads,
        network=network,
        candidate=candidate,
    )


def continued(
    earlier: PictureModel, candidate: Candidate, lesson: Lesson, seed: int
) -> PictureModel:
    """An earlier model that learns more; another question gets a new head."""
    heads, theirs = lesson.heads, earlier.heads
    same = (heads.targets, heads.classes) == (theirs.targets, theirs.classes)
    heads = theirs.widened(heads) if same else heads
    settings, sight, features = candidate.settings, earlier.sight, earlier.features
    network = _network(earlier.architecture, settings, sight, features, heads, seed)
    tensors = earlier.network.state_dict()
    redrawn = () if same else tuple(name for name in tensors if name.startswith("head."))
    receipt = take_over(network, tensors, redrawn=redrawn)
    if not same:
        _set_first_biases(network, lesson)
    columns = features.codes.receipt(beside(lesson.rows))
    return replace(
        earlier,
        settings=settings,
        heads=heads,
        network=network,
        candidate=candidate,
        receipt=Receipt(moves=(*columns.moves, *receipt.moves)),
    )


def load_pictures(folder: Path, architecture: Architecture) -> PictureModel:
    """The model that `PictureModel.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    stored = read_document(folder, architecture.name)
    features, heads = load_scaled(folder), heads_from_plain(stored["heads"])
    settings = from_plain(architecture.settings, stored["settings"])
    sight = Sight(
        names=tuple(stored["sight"]["names"]),
        framing=Framing(**stored["sight"]["framing"]),
        channels=stored["sight"]["channels"],
    )
    network = _network(architecture, settings, sight, features, heads, 0)
    put_back(network, load_file(folder / "network.safetensors"))
    return PictureModel(
        architecture=architecture,
        settings=settings,
        sight=sight,
        features=features,
        heads=heads,
        network=network,
        receipt=read_receipt(folder),
    )


def beside(rows: Table) -> Table:
    """The table with the columns that stand beside the pictures as its only inputs."""
    return rows.with_columns(
        [
            replace(column, role="ignored")
            if column.role == "input" and column.modality not in _BESIDE
            else column
            for column in rows.columns
        ]
    )


def _network(
    architecture: Architecture,
    settings: Any,
    sight: Sight,
    features: Scaled,
    heads: Heads,
    seed: int,
) -> PictureNetwork:
    columns = len(features.numbers) + features.flags
    with own_randomness(seed):
        return architecture.network(settings, sight, columns, heads.width).eval()


def _set_first_biases(network: PictureNetwork, lesson: Lesson) -> None:
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.copy_(lesson.heads.first_biases(lesson.truth, lesson.weights))
