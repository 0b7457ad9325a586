"""Tiny checkpoints, made here, for families that start from what others have trained.

They know nothing; but they are real: a folder as `save_pretrained` writes it, found and opened like
any other.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from headstart import weights
from headstart.testing.tables import NOTES
from headstart.weights import Entry

TEXT = "tiny_bert.made_here"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_VALUES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}


def entries() -> tuple[Entry, ...]:
    """What is known of the tiny checkpoints, under names that are the same in every process."""
    found = weights.at(TEXT, places()[TEXT])
    assert found.entry is not None
    return (replace(found.entry, name=TEXT),)


@cache
def places() -> dict[str, Path]:
    """Where they stand until the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="headstart-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return {TEXT: make_text_encoder(folder)}


def make_text_encoder(folder: Path) -> Path:
    """Write a BERT of two blocks with random weights, and its word pieces, into a folder."""
    from safetensors.torch import save_file
    from tokenizers import BertWordPieceTokenizer

    from headstart.networks.pretrained import encoder

    pieces = (*_SPECIAL, *sorted({word for note in NOTES for word in _words(note)}), *_letters())
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    BertWordPieceTokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    values = {**_VALUES, "vocab_size": len(vocabulary)}
    save_file(encoder("bert", values, seed=7).state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", **values}))
    return folder


def _words(note: str) -> list[str]:
    return note.replace(",", " ").split()


def _letters() -> tuple[str, ...]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return (*letters, *(f"##{letter}" for letter in letters), ",", ".")
