"""Records as plain values for JSON: strict, an undefined number is null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from headstart.records.start import Direct, FineTune, Scratch, Transfer, start_to_plain


def plain(value: Any) -> Any:
    """A record, or a container of records, as dicts, lists, strings, numbers and None.

    Example:
        >>> plain({"score": float("nan"), "interval": (0.5, 1.0)})
        {'score': None, 'interval': [0.5, 1.0]}
    """
    if isinstance(value, Direct | FineTune | Transfer | Scratch):
        return start_to_plain(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset | range):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if callable(getattr(value, "item", None)):  # a NumPy scalar
        return _scalar(value.item())
    return str(value)
