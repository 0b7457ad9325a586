"""What each member of a model folder says of itself, as plain values for another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headstart.delivery.folders import load
from headstart.records.plain import plain


def descriptions(folder: str) -> list[dict[str, Any]]:
    """One document for each member of a model folder; nothing where a family tells nothing.

    The libraries that read the members are not made for files from strangers: who calls this for
    one of these calls it in a child process.

    Raises:
        WeightsError: the folder is damaged, or is no model folder.
        MissingExtra: the library of a family is not installed.
    """
    delivered = load(Path(folder))
    return [_description(model) for model in delivered.models]


def _description(model: Any) -> dict[str, Any]:
    describe = getattr(model, "describe", None)
    return {} if describe is None else dict(plain(describe()))
