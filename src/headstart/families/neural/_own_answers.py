"""Answers that a checkpoint of texts gives by itself: nothing is learned from the labels.

Either it has labels of its own that are the task's classes, by name or as a person mapped them, or
its vectors are near to each other where texts mean the same: then each text is told by the nearest
class name.

Shapes: n rows, c classes, d entries of a vector.
References: Yin, Hay & Roth 2019, "Benchmarking Zero-shot Text Classification", for labelling by
names; Reimers & Gurevych 2019, "Sentence-BERT", for the vectors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from headstart import weights
from headstart.features.own_labels import Places, places_from_plain
from headstart.features.tokens import Tokens, load_tokens
from headstart.networks.chances import chances
from headstart.networks.pretrained import Pretrained, write_body
from headstart.networks.tensors import distinct_tensors, put_back
from headstart.networks.text_builds import build_of, classifier, encoder
from headstart.networks.tracing import description
from headstart.records import Prediction, Probabilities, Receipt, Table
from headstart.storage.folders import write_file

_BATCH = 64
_GLANCED = 8  # tokens of a made-up text that shows the sizes of layers
TEMPERATURE = 0.05
"""Cosines are divided by it: sentence encoders are trained with a cross entropy of 20 x cosine (the
ranking loss of sentence-transformers), so that cosines become the chances they were trained as."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnAnswers:
    """A checkpoint as it is.

    Attributes:
        network: tokens, lengths, kinds -> logits (n, labels), or vectors (n, d) beside `names`.
        body: plain values that the network is made of.
        places: the outputs that tell each class, in the task's order.
        names: vectors of the class names (c, d) of length 1; None where it has labels of its own.
        receipt: what became of the checkpoint's tensors.
    """

    family: str
    network: nn.Module
    body: Mapping[str, Any]
    tokens: Tokens
    places: Places
    names: Tensor | None = None
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        if not len(data):
            return Probabilities(values=(np.zeros((0, len(self.places))),))
        encoded = self.tokens.encode(data)
        order = np.argsort(encoded.lengths, kind="stable")
        values = np.empty((len(data), len(self.places)))
        with torch.inference_mode():
            for first in range(0, len(order), _BATCH):
                rows = order[first : first + _BATCH]
                longest = int(encoded.lengths[rows].max())
                outputs = self.network(
                    torch.from_numpy(encoded.tokens[rows, :longest]),
                    torch.from_numpy(encoded.lengths[rows]),
                    torch.from_numpy(encoded.kinds[rows, :longest]),
                )
                values[rows] = self._chances(outputs).numpy()
        return Probabilities(values=(values,))

    def save(self, folder: Path) -> None:
        self.tokens.save(folder)
        body = write_body(folder, self.body)
        document = {"family": self.family, "body": body, "places": self.places}
        write_file(folder / "network.json", json.dumps({**document, "direct": True}))
        tensors = distinct_tensors(self.network)
        names = {} if self.names is None else {"class_names": self.names}
        save_file({**tensors, **names}, folder / "network.safetensors")

    def describe(self) -> dict[str, Any]:
        """What it answers by, and its size."""
        how = "its own labels" if self.names is None else "the nearest class name"
        length = min(_GLANCED, self.tokens.longest)

        def rows(number: int) -> tuple[Tensor, ...]:
            words = torch.zeros(number, length, dtype=torch.long)
            return words, torch.full((number,), length), words

        return {
            "answers_by": how,
            "receipt": self.receipt,
            "learning_rule": f"nothing was learned from your labels: it answers by {how}",
            **description(self.network, rows),
        }

    def _chances(self, outputs: Tensor) -> Tensor:
        """(n, c), float64; where labels mean no class, the others share the whole."""
        if self.names is not None:
            outputs = outputs @ self.names.T / TEMPERATURE
        return chances(outputs, self.places)


class Labelling(nn.Module):
    """A network of transformers with its own head, behind the face of `Pretrained`."""

    def __init__(self, architecture: str, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._has_kinds = build_of(architecture).has_kinds

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """Logits (n, labels)."""
        mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()
        more = {"token_type_ids": kinds.long()} if self._has_kinds else {}
        logits: Tensor = self.network(input_ids=tokens.long(), attention_mask=mask, **more).logits
        return logits.float()


def by_labels(
    family: str,
    body: Mapping[str, Any],
    tokens: Tokens,
    places: Places,
    found: weights.Found,
) -> OwnAnswers:
    """A classifier whose labels are the task's classes."""
    network = _labelling(body)
    receipt = weights.take_whole(found, network.network)
    return OwnAnswers(
        family=family,
        network=network,
        body=body,
        tokens=tokens,
        places=places,
        receipt=receipt,
    )


def by_names(
    family: str, body: Mapping[str, Any], tokens: Tokens, names: list[str], found: weights.Found
) -> OwnAnswers:
    """An encoder whose vectors can be compared, and the names of the classes."""
    trunk = _pretrained(body)
    receipt = weights.take_whole(found, trunk.network)
    encoded = tokens.encode_texts(names)
    with torch.inference_mode():
        arrays = encoded.tokens, encoded.lengths, encoded.kinds
        vectors = trunk(*(torch.from_numpy(values) for values in arrays))
    return OwnAnswers(
        family=family,
        network=trunk,
        body=body,
        tokens=tokens,
        places=tuple((place,) for place in range(len(names))),
        names=vectors.clone(),
        receipt=receipt,
    )


def load_own_answers(
    folder: Path, stored: Mapping[str, Any], body: Mapping[str, Any]
) -> OwnAnswers:
    """What `OwnAnswers.save` wrote."""
    tensors = load_file(folder / "network.safetensors")
    names = tensors.pop("class_names", None)
    network: nn.Module = _labelling(body) if names is None else _pretrained(body)
    put_back(network, tensors)
    return OwnAnswers(
        family=stored["family"],
        network=network.eval(),
        body=body,
        tokens=load_tokens(folder),
        places=places_from_plain(stored["places"]),
        names=names,
    )


def _labelling(body: Mapping[str, Any]) -> Labelling:
    made = classifier(body["architecture"], body["values"], body["labels"])
    return Labelling(body["architecture"], made)


def _pretrained(body: Mapping[str, Any]) -> Pretrained:
    made = encoder(body["architecture"], body["values"], 0)
    return Pretrained(
        body["architecture"],
        made,
        pooling=body["pooling"],
        unit_length=body["unit_length"],
    ).eval()
