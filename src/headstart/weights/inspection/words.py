"""How a checkpoint reads texts, as far as its tokenizer's file says it; nothing of it is built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from headstart.weights.configuration import Configuration
from headstart.weights.finding import Found

_LARGEST = 32 << 20


def tokenizer_facts(found: Found, configuration: Configuration) -> dict[str, Any] | None:
    """Kind of pieces, how many there are, and the file; None where there is no tokenizer.

    A file that is no tokenizer says nothing here; opening it is refused in words.
    """
    for name in ("tokenizer.json", "vocab.txt", "vocab.json"):
        path = found.file(name)
        if path is not None:
            kind, size = _whole(path) if name == "tokenizer.json" else ("", None)
            known = {"vocab.txt": "WordPiece", "vocab.json": "BPE"}
            return {
                "kind": kind or known.get(name, "unknown"),
                "vocabulary": size or configuration.values.get("vocab_size"),
                "file": name,
            }
    return None


def _whole(path: Path) -> tuple[str, int | None]:
    if path.stat().st_size > _LARGEST:
        return "", None
    try:
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        kind, pieces = str(model["type"])[:40], len(model["vocab"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", None
    return kind, pieces
