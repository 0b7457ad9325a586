"""How a checkpoint reads texts, as far as its tokenizer's file says it; nothing of it is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError
from headstart.weights.configuration import Configuration
from headstart.weights.finding import Found

_LARGEST = 32 << 20


def tokenizer_facts(found: Found, configuration: Configuration) -> dict[str, Any] | None:
    """Kind of pieces, how many there are, and the file; None where there is no tokenizer.

    Raises:
        WeightsError: the file is no tokenizer.
    """
    for name in ("tokenizer.json", "vocab.txt", "vocab.json"):
        path = found.file(name)
        if path is not None:
            known = {"vocab.txt": "WordPiece", "vocab.json": "BPE"}
            kind, size = _whole(path) if name == "tokenizer.json" else (known[name], 0)
            return {
                "kind": kind or "pieces",
                "vocabulary": size or configuration.values.get("vocab_size"),
                "file": name,
            }
    return None


def _whole(path: Path) -> tuple[str, int]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(path.stat().st_size)
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        return str(model.get("type", ""))[:40], len(model["vocab"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise WeightsError(
            f"`{path}` cannot be read as a tokenizer.", "Copy the whole folder again."
        ) from None
