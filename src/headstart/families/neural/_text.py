"""What networks for texts have in common: rows to tokens, a head first, then the trunk, the disk.

Imported by `fit` and `load` alone, because it imports torch. A family brings an `Architecture` and
a model before its first step; how far that is trained is a `Plan`.

Shapes: n rows, t tokens, c columns beside the texts, p features of the head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
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
from headstart.families.neural._kept import PredictKept
from headstart.families.neural._lesson import MOST_FLAGS, Lesson, beside, learning_rule
from headstart.features.scaled import Scaled, learn_scaled, load_scaled
from headstart.features.tokens import Tokens, load_tokens
from headstart.networks.randomness import own_randomness
from headstart.networks.tensors import distinct_tensors, put_back
from headstart.networks.text_network import TextNetwork
from headstart.networks.tracing import description
from headstart.records import (
    Candidate,
    Move,
    Numbers,
    Prediction,
    Probabilities,
    Receipt,
    Table,
)
from headstart.records.settings import from_plain, to_plain
from headstart.session import Session
from headstart.training.heads import Heads, heads_from_plain

BATCH = 64  # rows that a trunk is given at once where nothing is learned
_SORTED_TOGETHER = 1_024
_GLANCED = 8  # tokens of a made-up text that shows the sizes of layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What tells one family of networks for texts from another.

    Attributes:
        name: of the family.
        settings: its `Settings`.
        trunk: (settings, tokens, body, seed) -> the trunk with random weights.
        keep: (folder, body) -> what of the body is kept in the model's own document; the rest it
            writes into files.
        body: (folder, what was kept) -> the body again.
        shape: names of the settings that fix the shapes of tensors.
    """

    name: str
    settings: type[Any]
    trunk: Callable[[Any, Tokens, Mapping[str, Any], int], Any]
    keep: Callable[[Path, Mapping[str, Any]], Mapping[str, Any]] = lambda folder, body: body
    body: Callable[[Path, Mapping[str, Any]], Mapping[str, Any]] = lambda folder, kept: kept
    shape: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextModel:
    """A network with what feeds it and what reads it.

    Attributes:
        settings: as resolved in the fit.
        tokens, features: how texts and how other columns become its inputs.
        body: plain values that the trunk is made of.
        receipt: what became of the tensors and columns of what it started from.
        predict_kept: as `predict`, by kept vectors; None where there are none of its trunk.
    """

    architecture: Architecture
    settings: Any
    tokens: Tokens
    features: Scaled
    heads: Heads
    network: TextNetwork
    body: Mapping[str, Any] = field(default_factory=dict)
    receipt: Receipt = Receipt()
    predict_kept: PredictKept | None = None

    def inputs(self, data: Table) -> tuple[Tensor, ...]:
        """Tokens (n, t), lengths (n,), kinds (n, t) and columns (n, c)."""
        encoded = self.tokens.encode(data)
        rest = self.features.inputs(data)
        columns = np.concatenate([rest.numbers, rest.flags], axis=1)
        arrays = encoded.tokens, encoded.lengths, encoded.kinds, columns
        return tuple(torch.from_numpy(values) for values in arrays)

    def predict(self, data: Table) -> Prediction:
        if not len(data):
            return self._nothing()
        with torch.inference_mode():
            found = features_of(self.network, self.inputs(data), torch.arange(len(data)))
            return self.heads.answer(self.network.answer(found))

    def save(self, folder: Path) -> None:
        self.tokens.save(folder)
        self.features.save(folder)
        document = {
            "family": self.architecture.name,
            "settings": to_plain(self.settings),
            "heads": asdict(self.heads),
            "body": dict(self.architecture.keep(folder, self.body)),
        }
        write_document(folder, document)
        write_receipt(folder, self.receipt)
        save_file(distinct_tensors(self.network), folder / "network.safetensors")

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, the layers with their sizes, and what was taken over."""
        columns = len(self.features.numbers) + self.features.flags
        length = min(_GLANCED, self.tokens.longest)

        def rows(number: int) -> tuple[Tensor, ...]:
            words = torch.zeros(number, length, dtype=torch.long)
            return words, torch.full((number,), length), words, torch.zeros(number, columns)

        return {
            "settings": to_plain(self.settings),
            "receipt": self.receipt,
            "learning_rule": learning_rule(
                self.heads, self.settings, has_encoder="architecture" in self.body
            ),
            **description(self.network, rows),
        }

    def _nothing(self) -> Prediction:
        if self.heads.classes:
            return Probabilities(values=tuple(np.zeros((0, size)) for size in self.heads.sizes))
        return Numbers(values=np.zeros((0, self.heads.width)))


def first_model(
    architecture: Architecture,
    settings: Any,
    tokens: Tokens,
    lesson: Lesson,
    seed: int,
    *,
    body: Mapping[str, Any] | None = None,
    hidden: int = 0,
) -> TextModel:
    """A model with random weights whose head says what is known before any text is read."""
    features = learn_scaled(beside(lesson.rows, "text"), most_flags=MOST_FLAGS)
    body = {**(body or {}), "hidden": hidden}
    network = _network(architecture, settings, tokens, features, lesson.heads, body, seed)
    _set_first_biases(network, lesson)
    return TextModel(
        architecture=architecture,
        settings=settings,
        tokens=tokens,
        features=features,
        heads=lesson.heads,
        network=network,
        body=body,
    )


def continued(earlier: TextModel, candidate: Candidate, lesson: Lesson, seed: int) -> TextModel:
    """An earlier model that learns more; another question gets a new head."""
    heads = lesson.heads
    same = (heads.targets, heads.classes) == (earlier.heads.targets, earlier.heads.classes)
    heads = earlier.heads.widened(heads) if same else heads
    architecture, body = earlier.architecture, earlier.body
    network = _network(
        architecture, earlier.settings, earlier.tokens, earlier.features, heads, body, seed
    )
    theirs = earlier.network.state_dict()
    answers = tuple(name for name in theirs if name.startswith(("head.", "hidden.")))
    redrawn = () if same else answers
    moves = [
        Move(source=name, target=name, action="copied", to_shape=tuple(value.shape))
        for name, value in theirs.items()
        if name not in redrawn
    ]
    moves += [
        Move(source=None, target=name, action="new", because="it answers another question")
        for name in redrawn
    ]
    network.load_state_dict({**network.state_dict(), **_without(theirs, redrawn)})
    if not same:
        _set_first_biases(network, lesson)
    columns = earlier.features.codes.receipt(beside(lesson.rows, "text"))
    return replace(
        earlier,
        settings=candidate.settings,
        heads=heads,
        network=network,
        receipt=Receipt(moves=(*columns.moves, *moves)),
    )


def load_text(folder: Path, architecture: Architecture) -> TextModel:
    """The model that `TextModel.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    stored = read_document(folder, architecture.name)
    tokens, features = load_tokens(folder), load_scaled(folder)
    heads = heads_from_plain(stored["heads"])
    settings = from_plain(architecture.settings, stored["settings"])
    body = architecture.body(folder, stored["body"])
    network = _network(architecture, settings, tokens, features, heads, body, 0)
    put_back(network, load_file(folder / "network.safetensors"))
    return TextModel(
        architecture=architecture,
        settings=settings,
        tokens=tokens,
        features=features,
        heads=heads,
        network=network.eval(),
        body=body,
        receipt=read_receipt(folder),
    )


def _network(
    architecture: Architecture,
    settings: Any,
    tokens: Tokens,
    features: Scaled,
    heads: Heads,
    body: Mapping[str, Any],
    seed: int,
) -> TextNetwork:
    with own_randomness(seed):
        return TextNetwork(
            architecture.trunk(settings, tokens, body, seed),
            len(features.numbers) + features.flags,
            heads.width,
            hidden=body["hidden"],
            dropout=settings.dropout,
        ).eval()


def _set_first_biases(network: TextNetwork, lesson: Lesson) -> None:
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.copy_(lesson.heads.first_biases(lesson.truth, lesson.weights))


def features_of(network: TextNetwork, inputs: tuple[Tensor, ...], rows: Tensor) -> Tensor:
    """Features (n, p) of these rows, float32."""
    places, features = read_rows(network.features, inputs, rows)
    found = torch.empty(len(inputs[1]), features.shape[1])
    found[places] = features
    return found[rows]


def read_rows(
    read: Callable[..., Tensor],
    inputs: tuple[Tensor, ...],
    rows: Tensor,
    *,
    session: Session | None = None,
    share: float = 1.0,
    half: bool = False,
) -> tuple[Tensor, Tensor]:
    """Rows and what is read of them, float32 (n, p); rows of like length are read together.

    Args:
        read: makes (b, p) of inputs of b rows.
        session: where there is one, the work ends when `share` of its time has passed; at least
            one batch is done.
        half: whether products are taken in bfloat16.
    """
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):  # weights are cast once
        batches = [*read_batches(read, inputs, rows, session=session, share=share, half=half)]
    done, found = zip(*batches, strict=True)
    return torch.cat(done), torch.cat(found).clone()


def read_batches(
    read: Callable[..., Tensor],
    inputs: tuple[Tensor, ...],
    rows: Tensor,
    *,
    session: Session | None = None,
    share: float = 1.0,
    half: bool = False,
) -> Iterator[tuple[Tensor, Tensor]]:
    """As `read_rows`, batch by batch."""
    left = math.inf if session is None else session.seconds_left
    reserve = max(left, 0.0) * (1 - share) if math.isfinite(left) else -math.inf
    for number, batch in enumerate(_batches(rows, inputs[1])):
        if number and session is not None and session.seconds_left <= reserve:
            return
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            found = read(*(values[batch] for values in inputs)).float()
        yield batch, found


def _batches(rows: Tensor, lengths: Tensor) -> Iterator[Tensor]:
    """Rows of like length together; long and short batches mixed, as the time may end early."""
    mixed = torch.Generator().manual_seed(0)
    for stretch in torch.split(rows, _SORTED_TOGETHER):
        batches = torch.split(stretch[lengths[stretch].argsort(stable=True)], BATCH)
        for place in torch.randperm(len(batches), generator=mixed).tolist():
            yield batches[place]


def _without(tensors: Mapping[str, Tensor], names: tuple[str, ...]) -> dict[str, Tensor]:
    return {name: value for name, value in tensors.items() if name not in names}
