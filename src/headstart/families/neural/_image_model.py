"""A pretrained network for pictures, with the plain values that its encoder is made of.

Imported by `fit` and `load` alone, because it imports torch. Files, answers and the disk are those
of every network for pictures (`_pictures`).

Shapes: n rows, p features of the head.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from headstart.families.neural._kept import PredictKept
from headstart.families.neural._lesson import Lesson, learning_rule
from headstart.families.neural._pictures import (
    Architecture,
    PictureModel,
    Sight,
    continued,
    first_model,
    load_pictures,
)
from headstart.networks.augmentation import Augmentation
from headstart.networks.encoder_network import EncoderNetwork
from headstart.networks.picture_encoders import Pixels, picture_encoder, write_body
from headstart.records import Candidate, Prediction, Receipt, Table
from headstart.storage.folders import write_file
from headstart.weights.configuration import read_configuration

_FILE = "encoder.json"
CHANNELS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageModel:
    """A network for pictures and the body of its encoder.

    Attributes:
        body: `library`, `network`, `architecture`, `values`; `mean` and `std` of its pixels;
            `joins`, whether there is a hidden layer; `keeps_statistics`.
        predict_kept: as `predict`, by kept vectors; None where there are none of its encoder.
    """

    inner: PictureModel
    body: Mapping[str, Any]
    predict_kept: PredictKept | None = None

    @property
    def network(self) -> EncoderNetwork:
        """The network itself."""
        return cast(EncoderNetwork, self.inner.network)

    @property
    def settings(self) -> Any:
        """As resolved in the fit."""
        return self.inner.settings

    @property
    def candidate(self) -> Candidate | None:
        """With its settings as resolved in the fit; None for a model that was loaded."""
        return self.inner.candidate

    @property
    def receipt(self) -> Receipt:
        """What became of the tensors and columns of what it started from."""
        return self.inner.receipt

    def predict(self, data: Table) -> Prediction:
        return self.inner.predict(data)

    def save(self, folder: Path) -> None:
        self.inner.save(folder)
        write_body_in(folder, self.body)

    def describe(self) -> dict[str, Any]:
        """Settings as resolved, the layers with their sizes, and what was taken over."""
        rule = learning_rule(self.inner.heads, self.settings, has_encoder=True)
        return {**self.inner.describe(), "learning_rule": rule}


def new_model(
    name: str,
    settings: type[Any],
    candidate: Candidate,
    sight: Sight,
    lesson: Lesson,
    body: Mapping[str, Any],
    seed: int,
) -> ImageModel:
    """A model with random weights whose head says what is known before any picture is seen."""
    architecture = _architecture(name, settings, body, seed)
    inner = first_model(architecture, candidate, sight, lesson, seed)
    return ImageModel(inner=inner, body=body)


def further_model(
    earlier: ImageModel, candidate: Candidate, lesson: Lesson, seed: int
) -> ImageModel:
    """An earlier model that learns more; another question gets a new head."""
    inner = continued(earlier.inner, candidate, lesson, seed)
    theirs = earlier.inner.heads
    same = (inner.heads.targets, inner.heads.classes) == (theirs.targets, theirs.classes)
    hidden = cast(EncoderNetwork, inner.network).hidden
    if not same and hidden is not None:
        last = hidden[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
    return replace(earlier, inner=inner)


def load_image(folder: Path, name: str, settings: type[Any]) -> ImageModel:
    """The model that `ImageModel.save` wrote.

    Raises:
        WeightsError: the folder does not hold such a model.
    """
    body = body_in(folder)
    inner = load_pictures(folder, _architecture(name, settings, body, 0))
    return ImageModel(inner=inner, body=body)


def body_in(folder: Path) -> dict[str, Any]:
    """The body in a model's folder, its configuration held to what a checkpoint's may say."""
    path = folder / _FILE
    stored: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    values: Mapping[str, Any] = {}
    if stored.get("library") == "transformers":
        found = read_configuration(folder)
        stored["architecture"], values = found.architecture, found.values
    return {**stored, "values": dict(values)}


def write_body_in(folder: Path, body: Mapping[str, Any]) -> None:
    """Write what `body_in` reads."""
    write_file(folder / _FILE, json.dumps(write_body(folder, body)))


def _architecture(
    name: str, settings: type[Any], body: Mapping[str, Any], seed: int
) -> Architecture:
    network = cast(Any, partial(_network, body, seed))
    return Architecture(name=name, settings=settings, network=network)


def _network(
    body: Mapping[str, Any], seed: int, settings: Any, sight: Sight, columns: int, outputs: int
) -> EncoderNetwork:
    trunk = picture_encoder(body, seed).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    shift = round(settings.shift * sight.framing.size)
    return EncoderNetwork(
        trunk,
        Pixels(body["mean"], body["std"]),
        Augmentation(shift=shift, mirrors=bool(settings.mirrors), hole=0),
        pictures=len(sight.names),
        columns=columns,
        outputs=outputs,
        hidden=settings.hidden if body["joins"] else 0,
        dropout=settings.dropout,
        keeps_statistics=body["keeps_statistics"],
    )
