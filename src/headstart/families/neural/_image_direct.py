"""Answers that a checkpoint of pictures gives by itself: nothing is learned from the labels.

Either it has labels of its own that are the task's classes, by name or as a person mapped them, or
it was trained to tell which sentence belongs to a picture: then each picture is told by the nearest
class name.

Shapes: n rows, c classes, d entries of a vector.
Reference: Radford et al. 2021, "Learning Transferable Visual Models From Natural Language
Supervision", section 3.1, for the sentence and the comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from headstart import weights
from headstart.families.neural._document import write_document
from headstart.families.neural._image_model import CHANNELS, body_in, write_body_in
from headstart.families.neural._pictures import Pixels, Sight
from headstart.features.own_labels import Places, places_from_plain
from headstart.features.pictures import Framing
from headstart.networks.chances import chances
from headstart.networks.picture_encoders import (
    PictureEncoder,
    own_head,
    picture_encoder,
)
from headstart.networks.picture_encoders import Pixels as Units
from headstart.networks.randomness import own_randomness
from headstart.networks.tensors import distinct_tensors, put_back
from headstart.networks.tracing import description
from headstart.processes.libraries import need
from headstart.records import Prediction, Probabilities, Receipt, Table

SENTENCE = "a photo of a {}."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnAnswers:
    """A checkpoint as it is.

    Attributes:
        body: plain values that the encoder is made of, and `mean` and `std` of its pixels.
        head: vectors -> outputs: its own labels, or likeness to the class names.
        places: the outputs that tell each class, in the task's order.
        receipt: what became of the tensors of the checkpoint's encoder.
    """

    family: str
    body: Mapping[str, Any]
    sight: Sight
    encoder: PictureEncoder
    head: nn.Module
    places: Places
    receipt: Receipt = Receipt()

    def predict(self, data: Table) -> Prediction:
        values = np.zeros((len(data), len(self.places)))
        cores = torch.get_num_threads()
        seen, units = Pixels(data, self.sight, cores=cores, cache=None), self._units()
        with torch.inference_mode():
            for rows in torch.split(torch.arange(len(data)), self.sight.at_once):
                if len(rows):
                    vectors = self.encoder(units(seen[rows][:, 0]))
                    values[rows] = chances(self.head(vectors), self.places).numpy()
        return Probabilities(values=(values,))

    def save(self, folder: Path) -> None:
        write_body_in(folder, self.body)
        compares = isinstance(self.head, Likeness)
        plain = {"sight": asdict(self.sight), "places": self.places, "compares": compares}
        write_document(folder, {"family": self.family, "direct": True, **plain})
        tensors = distinct_tensors(nn.ModuleDict({"encoder": self.encoder, "head": self.head}))
        save_file(tensors, folder / "network.safetensors")

    def describe(self) -> dict[str, Any]:
        """What it answers by, and its size."""
        how = "the nearest class name" if isinstance(self.head, Likeness) else "its own labels"
        side, whole = self.sight.framing.size, nn.Sequential(self.encoder, self.head)
        return {
            "answers_by": how,
            "receipt": self.receipt,
            "learning_rule": f"nothing was learned from your labels: it answers by {how}",
            **description(whole, lambda number: (torch.zeros(number, CHANNELS, side, side),)),
        }

    def _units(self) -> Units:
        return Units(self.body["mean"], self.body["std"])


class Likeness(nn.Module):
    """Cosines of vectors with those of the class names, (b, d) -> (b, c), times a factor."""

    def __init__(self, names: Tensor, factor: float) -> None:
        super().__init__()
        self.register_buffer("names", names)
        self.register_buffer("factor", torch.tensor(factor))

    def forward(self, vectors: Tensor) -> Tensor:
        cosines = F.normalize(vectors, dim=-1) @ self.get_buffer("names").T
        return cosines * self.get_buffer("factor")


def by_labels(
    family: str,
    body: Mapping[str, Any],
    sight: Sight,
    places: Places,
    found: weights.Found,
) -> OwnAnswers:
    """A classifier whose labels are the task's classes."""
    assert found.entry is not None
    assert found.entry.labels is not None
    encoder = picture_encoder(body, 0)
    head, holder = own_head(body, found.entry.labels.number, encoder.width)
    weights.take_whole(found, holder)
    return _made(family, body, sight, places, found, encoder, head)


def by_names(
    family: str, body: Mapping[str, Any], sight: Sight, names: Sequence[str], found: weights.Found
) -> OwnAnswers:
    """An encoder whose vectors can be compared with those of sentences, and the class names."""
    sentences = [SENTENCE.format(name) for name in names]
    vectors, factor = _sentences(body["values"], found, sentences)
    head = Likeness(F.normalize(vectors, dim=-1), factor)
    encoder = picture_encoder(body, 0)
    places = tuple((place,) for place in range(len(names)))
    return _made(family, body, sight, places, found, encoder, head)


def load_own_answers(folder: Path, stored: Mapping[str, Any]) -> OwnAnswers:
    """What `OwnAnswers.save` wrote."""
    body = body_in(folder)
    tensors = load_file(folder / "network.safetensors")
    encoder = picture_encoder(body, 0)
    head: nn.Module
    if stored["compares"]:
        head = Likeness(torch.zeros_like(tensors["head.names"]), 0.0)
    else:
        outputs, width = tensors["head.weight"].shape
        head = nn.Linear(width, outputs)
    put_back(nn.ModuleDict({"encoder": encoder, "head": head}), tensors)
    sight = Sight(
        names=tuple(stored["sight"]["names"]),
        framing=Framing(**stored["sight"]["framing"]),
        channels=CHANNELS,
    )
    return OwnAnswers(
        family=stored["family"],
        body=body,
        sight=sight,
        encoder=_fast(encoder),
        head=head.eval(),
        places=places_from_plain(stored["places"]),
    )


def _made(
    family: str,
    body: Mapping[str, Any],
    sight: Sight,
    places: Places,
    found: weights.Found,
    encoder: PictureEncoder,
    head: nn.Module,
) -> OwnAnswers:
    return OwnAnswers(
        family=family,
        body=body,
        sight=sight,
        receipt=weights.take_whole(found, encoder.network),
        encoder=_fast(encoder),
        head=head.eval(),
        places=places,
    )


def _fast(encoder: PictureEncoder) -> PictureEncoder:
    return encoder.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _sentences(
    values: Mapping[str, Any], found: weights.Found, sentences: list[str]
) -> tuple[Tensor, float]:
    """What the text side of CLIP makes of sentences, (c, d), and its factor for cosines.

    Each sentence is read alone, unpadded.
    """
    clip = need("transformers", wanted_by="comparing pictures with words").models.clip
    parts = {**values["text_config"]}
    if "projection_dim" in values:
        parts["projection_dim"] = values["projection_dim"]
    with own_randomness(0):
        network = clip.CLIPTextModelWithProjection(clip.CLIPTextConfig(**parts)).eval()
    scale = nn.ParameterDict({"logit_scale": torch.zeros(())})
    weights.take_whole(found, network)
    weights.take_whole(found, scale)
    longest = int(parts.get("max_position_embeddings", 77))
    tokenizer = weights.tokenizer(found)
    with torch.inference_mode():
        tokens = [tokenizer.encode(sentence).ids[:longest] for sentence in sentences]
        read = [network(input_ids=torch.tensor([ids])).text_embeds for ids in tokens]
    return torch.cat(read).clone(), float(scale["logit_scale"].detach().exp())
