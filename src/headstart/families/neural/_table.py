"""What networks for tables have in common: rows to tensors, a start, a fit, a model on disk.

Imported by `fit` and `load` alone, because it imports torch. A family brings an `Architecture`: how
its network is built and trained.

Shapes: n rows, t targets, k members.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from headstart.errors import WeightsError, listed
from headstart.features.scaled import Inputs, Scaled, load_scaled
from headstart.features.targets import class_indices, row_weights, target_numbers
from headstart.networks.columns import Columns
from headstart.networks.tracing import description
from headstart.records import (
    Candidate,
    FineTune,
    Numbers,
    Prediction,
    Probabilities,
    Receipt,
    Table,
    Task,
)
from headstart.records.settings import from_plain, to_plain
from headstart.session import Session
from headstart.storage.folders import write_file
from headstart.training.adam import Group
from headstart.training.heads import Heads, class_heads, heads_from_plain, number_heads
from headstart.training.holding import HeldOut, held_out, held_out_loss
from headstart.training.loop import Course, Examples, train
from headstart.training.takeover import take_over

_PREDICT_ROWS = 4096
_ROWS_IN_DOUBLE = 256
_FEWEST_FOR_HOLDOUT = 40
_MOST_HELD = 10_000
_OWN_HOLDOUTS_BELOW = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What tells one family of networks for tables from another.

    Attributes:
        name: of the family.
        settings: its `Settings`.
        build: (settings, columns, outputs, generator) -> network with `groups()`; its `head`
            makes the outputs.
        shape: names of the settings that fix the shapes of tensors.
        course: (settings, training rows, whether weights were taken over) -> how to train.
        features: (settings, rows) -> how columns become inputs.
        pieces: (settings) -> how many quantiles of a number the network bends at.
        members: (settings) -> how many networks there are in one.
    """

    name: str
    settings: type[Any]
    build: Callable[[Any, Columns, int, torch.Generator], Any]
    shape: tuple[str, ...]
    course: Callable[[Any, int, bool], Course]
    features: Callable[[Any, Table], Scaled]
    pieces: Callable[[Any], int]
    members: Callable[[Any], int]

    def network(
        self, settings: Any, features: Scaled, outputs: int, generator: torch.Generator
    ) -> Any:
        """A network with its first weights."""
        columns = Columns(
            edges=torch.from_numpy(features.edges(self.pieces(settings))),
            flags=features.flags,
            sizes=features.sizes,
        )
        return self.build(settings, columns, outputs, generator)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableNetwork:
    """A trained network with the features that feed it and the heads that read it.

    Attributes:
        settings: as resolved in the fit.
        network: a torch module with `groups()`: lists of parameters with their pace and decay.
        receipt: what became of an earlier model's columns and tensors, where there was one.
    """

    architecture: Architecture
    settings: Any
    features: Scaled
    heads: Heads
    network: Any
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        if not len(data):
            return self._nothing()
        matrix = self.features.codes.matrix(data)
        with torch.inference_mode():
            if len(matrix) <= _ROWS_IN_DOUBLE:
                return self.heads.answer(self._precisely(matrix))
            parts = [
                self.network(*_tensors(self.features.encode(matrix[first : first + _PREDICT_ROWS])))
                for first in range(0, len(matrix), _PREDICT_ROWS)
            ]
            return self.heads.answer(torch.cat(parts, dim=1))

    def save(self, folder: Path) -> None:
        self.features.save(folder)
        document = {
            "family": self.architecture.name,
            "settings": to_plain(self.settings),
            "heads": asdict(self.heads),
        }
        write_file(folder / "network.json", json.dumps(document))
        tensors = {name: value.contiguous() for name, value in self.network.state_dict().items()}
        save_file(tensors, folder / "network.safetensors")

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, the layers with their sizes, and what was taken over."""
        width = len(self.features.codes.names)

        def rows(number: int) -> tuple[Tensor, ...]:
            return _tensors(self.features.encode(np.zeros((number, width), dtype=np.float32)))

        members = self.architecture.members(self.settings)
        together = f"; {members} networks in one, each with rows of its own" if members > 1 else ""
        rule = f"backpropagation: Adam with decoupled weight decay on the {self.heads.loss}"
        return {
            "settings": to_plain(self.settings),
            "receipt": self.receipt,
            "learning_rule": f"{rule}, learning rate {self.settings.learning_rate:g}{together}",
            **description(self.network, rows),
        }

    def _precisely(self, matrix: np.ndarray) -> Tensor:
        """In double precision: a row alone and the row among a few others have one answer.

        In single precision the size of the batch decides how sums are grouped.
        """
        numbers, flags, codes = _tensors(self.features.encode(matrix))
        network = copy.deepcopy(self.network).double()
        return network(numbers.double(), flags.double(), codes)  # type: ignore[no-any-return]

    def _nothing(self) -> Prediction:
        if self.heads.classes:
            return Probabilities(values=tuple(np.zeros((0, size)) for size in self.heads.sizes))
        return Numbers(values=np.zeros((0, self.heads.width)))


def learn(
    architecture: Architecture, candidate: Candidate, task: Task, data: Table, session: Session
) -> TableNetwork:
    """Train a network on a table's rows, from scratch or from an earlier model."""
    # In the order of the source, so that the order of the rows given changes nothing.
    rows = data.take(np.argsort(data.row_ids, kind="stable"))
    truth = class_indices(rows, task) if task.classes else target_numbers(rows, task)
    generator = torch.Generator().manual_seed(session.seed)
    model = _first(architecture, candidate, task, rows, truth, session, generator)
    weights = _weights(rows)
    members = architecture.members(model.settings)
    held = _held_out(rows, task, members, session.seed)
    examples = Examples(
        inputs=_tensors(model.features.inputs(rows)),
        targets=model.heads.tensor(truth),
        weights=held.weights(weights, members) if held else weights[:, None],
    )
    losses = model.heads.losses
    train(
        model.network,
        [
            Group(parameters=parameters, pace=pace, decays=decays)
            for parameters, pace, decays in model.network.groups()
        ],
        examples,
        partial(losses, smoothing=getattr(model.settings, "smoothing", 0.0)),
        partial(held_out_loss, model.network, examples, weights, held, losses) if held else None,
        architecture.course(model.settings, len(rows), isinstance(candidate.start, FineTune)),
        session,
        generator,
    )
    return model


def load_network(folder: Path, architecture: Architecture) -> TableNetwork:
    """The model that `TableNetwork.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    path = folder / "network.json"
    stored = json.loads(path.read_text()) if path.is_file() else {}
    if stored.get("family") != architecture.name:
        found = listed(sorted(each.name for each in folder.iterdir())) if folder.is_dir() else ""
        what = f"a `{stored['family']}`" if stored else found or "nothing"
        raise WeightsError(f"`{folder}` holds no `{architecture.name}`; it holds {what}.")
    features = load_scaled(folder)
    heads = heads_from_plain(stored["heads"])
    settings = from_plain(architecture.settings, stored["settings"])
    network = architecture.network(settings, features, heads.width, torch.Generator())
    network.load_state_dict(load_file(folder / "network.safetensors"))
    return TableNetwork(
        architecture=architecture,
        settings=settings,
        features=features,
        heads=heads,
        network=network.eval(),
    )


def _first(
    architecture: Architecture,
    candidate: Candidate,
    task: Task,
    rows: Table,
    truth: np.ndarray,
    session: Session,
    generator: torch.Generator,
) -> TableNetwork:
    """The model before its first step."""
    weights = _weights(rows).double().numpy()
    heads = (
        class_heads(task.targets, task.classes)
        if task.classes
        else number_heads(task.targets, truth, weights)
    )
    if isinstance(candidate.start, FineTune):
        name = candidate.start.checkpoints[0]
        earlier = load_network(session.checkpoints[name], architecture)
        return _continued(earlier, heads, candidate.settings, rows, truth, weights, generator)
    features = architecture.features(candidate.settings, rows)
    network = architecture.network(candidate.settings, features, heads.width, generator)
    _set_first_biases(network, heads, truth, weights)
    return TableNetwork(
        architecture=architecture,
        settings=candidate.settings,
        features=features,
        heads=heads,
        network=network,
    )


def _continued(
    earlier: TableNetwork,
    heads: Heads,
    settings: Any,
    rows: Table,
    truth: np.ndarray,
    weights: np.ndarray,
    generator: torch.Generator,
) -> TableNetwork:
    """The earlier network and its features; another question gets a new head."""
    architecture, features = earlier.architecture, earlier.features
    shape = {name: getattr(earlier.settings, name) for name in architecture.shape}
    settings = replace(settings, **shape)
    same = (heads.targets, heads.classes) == (earlier.heads.targets, earlier.heads.classes)
    heads = earlier.heads.widened(heads) if same else heads
    network = architecture.network(settings, features, heads.width, generator)
    _set_first_biases(network, heads, truth, weights)
    redrawn = () if same else [name for name in network.state_dict() if name.startswith("head.")]
    tensors = take_over(network, earlier.network.state_dict(), redrawn=redrawn)
    columns = features.codes.receipt(rows)
    return TableNetwork(
        architecture=architecture,
        settings=settings,
        features=features,
        heads=heads,
        network=network,
        receipt=Receipt(moves=(*columns.moves, *tensors.moves)),
    )


def _set_first_biases(network: Any, heads: Heads, truth: np.ndarray, weights: np.ndarray) -> None:
    with torch.no_grad():
        network.head.bias.copy_(heads.first_biases(truth, weights).expand_as(network.head.bias))


def _weights(rows: Table) -> Tensor:
    weights = row_weights(rows)
    return torch.ones(len(rows)) if weights is None else torch.from_numpy(weights).float()


def _held_out(rows: Table, task: Task, members: int, seed: int) -> HeldOut | None:
    """Rows held out by each member, or by all of them alike where there are many rows."""
    from headstart.intake.splits import holdout

    if len(rows) < _FEWEST_FOR_HOLDOUT:
        return None
    share = min(0.15, _MOST_HELD / len(rows))
    ways = members if len(rows) < _OWN_HOLDOUTS_BELOW else 1
    parts = [holdout(rows, task, share, seed + way)[1] for way in range(ways)]
    return held_out(parts) if all(len(part) for part in parts) else None


def _tensors(inputs: Inputs) -> tuple[Tensor, ...]:
    return tuple(
        torch.from_numpy(values) for values in (inputs.numbers, inputs.flags, inputs.codes)
    )
