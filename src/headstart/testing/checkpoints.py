"""Tiny checkpoints, made here, for families that start from what others have trained.

They know nothing; but they are real: a folder as `save_pretrained` writes it, found and opened like
any other.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart import weights
from headstart.testing.notes import NOTES
from headstart.weights import Entry

if TYPE_CHECKING:
    from torch import Tensor

TEXT = "tiny_bert.made_here"
IMAGE = "tiny_resnet.made_here"
SIDE = 32
"""Pixels of the pictures that the tiny encoder of pictures takes."""
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_VALUES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}
_PICTURE_VALUES: dict[str, dict[str, Any]] = {
    "resnet": {
        "embedding_size": 16,
        "hidden_sizes": [16, 32, 48],
        "depths": [1, 1, 1],
        "layer_type": "basic",
    },
    "vit": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "image_size": SIDE,
        "patch_size": 8,
    },
}
_PREPROCESSOR = {
    "size": {"height": SIDE, "width": SIDE},
    "resample": 2,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.25, 0.25, 0.25],
}


def entries(family: str) -> tuple[Entry, ...]:
    """What is known of a family's checkpoints, under names that are the same in every process."""
    found = [weights.at(name, place).entry for name, place in places().items()]
    named = zip(places(), found, strict=True)
    return tuple(replace(e, name=name) for name, e in named if e is not None and e.family == family)


@cache
def places() -> dict[str, Path]:
    """Where they stand until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="headstart-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    text, image = folder / "text", folder / "image"
    text.mkdir()
    image.mkdir()
    return {TEXT: make_text_encoder(text), IMAGE: make_picture_encoder(image)}


def make_text_encoder(folder: Path, labels: Sequence[str] = ()) -> Path:
    """Write a BERT of two blocks with random weights, and its word pieces, into a folder.

    Args:
        labels: names of its outputs; empty for one without a head.
    """
    from safetensors.torch import save_file
    from tokenizers import BertWordPieceTokenizer

    from headstart.networks.text_builds import classifier, encoder

    pieces = (*_SPECIAL, *sorted({word for note in NOTES for word in _words(note)}), *_letters())
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    BertWordPieceTokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    values = {**_VALUES, "vocab_size": len(vocabulary)}
    if labels:
        tensors = _drawn_wide(classifier("bert", values, len(labels)).state_dict())
    else:
        tensors = encoder("bert", values, seed=7).state_dict()
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(
        json.dumps({"model_type": "bert", **values, **_own(labels)})
    )
    return folder


def make_picture_encoder(
    folder: Path, labels: Sequence[str] = (), *, architecture: str = "resnet"
) -> Path:
    """Write an encoder of pictures with random weights into a folder.

    Args:
        labels: names of its outputs; empty for one without a head.
        architecture: `resnet`, or `vit`.
    """
    from safetensors.torch import save_file
    from torch import nn

    from headstart.networks.picture_encoders import picture_encoder
    from headstart.networks.randomness import own_randomness

    values = _PICTURE_VALUES[architecture]
    body = {"library": "transformers", "network": "", "architecture": architecture}
    encoder = picture_encoder({**body, "values": values}, seed=7)
    tensors = {f"{architecture}.{k}": v for k, v in encoder.network.state_dict().items()}
    if labels:
        with own_randomness(8):
            head = nn.Linear(encoder.width, len(labels))
        prefix = "classifier.1" if architecture == "resnet" else "classifier"
        tensors |= {f"{prefix}.{name}": value for name, value in head.state_dict().items()}
    save_file(tensors, folder / "model.safetensors")
    config = {"model_type": architecture, **values, **_own(labels)}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "preprocessor_config.json").write_text(json.dumps(_PREPROCESSOR))
    return folder


def _drawn_wide(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """With matrices of wide random numbers, so that unlike texts get unlike answers."""
    import torch

    draw = torch.Generator().manual_seed(8)
    return {
        name: torch.randn(value.shape, generator=draw) * 0.4 if value.ndim == 2 else value
        for name, value in tensors.items()
    }


def _own(labels: Sequence[str]) -> dict[str, Any]:
    named = {str(place): label for place, label in enumerate(labels)}
    return {"id2label": named} if labels else {}


def _words(note: str) -> list[str]:
    return note.replace(",", " ").split()


def _letters() -> tuple[str, ...]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return (*letters, *(f"##{letter}" for letter in letters), ",", ".")
