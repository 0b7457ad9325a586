"""One step of an adaptation: a name of the table of steps, and plain options.

A step is a value, so a plan can be read, edited and written; what it does stands in `steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done to one tensor.

    Attributes:
        name: a key of `steps.STEPS`.
        options: keyword arguments of its function; whole numbers, words and lists of them.
        said: the same in words, for people.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
