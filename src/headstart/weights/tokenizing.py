"""The tokenizer of a checkpoint, made from its data files; no class that a file names is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.errors import WeightsError
from headstart.processes.libraries import need
from headstart.weights.entry import TextInputs
from headstart.weights.finding import Found

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LARGEST = 64 << 20


def tokenizer(found: Found) -> Tokenizer:
    """From `tokenizer.json`, or from `vocab.txt` as BERT uses it; neither cuts nor pads by itself.

    Raises:
        WeightsError: the checkpoint has no such file, or it is damaged.
        MissingExtra: tokenizers is not installed.
    """
    library = need("tokenizers", wanted_by="reading texts for a checkpoint")
    whole, vocabulary = found.file("tokenizer.json"), found.file("vocab.txt")
    path = whole or vocabulary
    if path is None:
        raise WeightsError(
            f"the checkpoint `{found.name}` has neither tokenizer.json nor vocab.txt.",
            "Save its tokenizer beside it: tokenizer.save_pretrained(folder).",
        )
    if path.stat().st_size > _LARGEST:
        raise WeightsError(f"`{path}` is too large for a tokenizer.", "Copy it again.")
    try:
        made = library.Tokenizer.from_file(str(path)) if whole else _of_words(path, found)
    except Exception as error:  # noqa: BLE001  # all that tokenizers ever raises
        raise WeightsError(
            f"`{path}` cannot be read as a tokenizer: {str(error)[:160]}", "Copy it again."
        ) from None
    made.no_truncation()
    made.no_padding()
    return made


def _of_words(path: Path, found: Found) -> Any:
    from tokenizers import BertWordPieceTokenizer

    inputs = found.entry.inputs if found.entry else None
    lower = inputs.lower_case if isinstance(inputs, TextInputs) else True
    return BertWordPieceTokenizer.from_file(str(path), lowercase=lower)._tokenizer
