"""A checkpoint that cannot be used now: a value, so that advice and `models` can show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Why a checkpoint is not at hand.

    Attributes:
        because: which file is missing or what is wrong with it, as a sentence.
        hint: where to put it, and the command that brings it.
        damaged: True where something is there that must not be used.
    """

    because: str
    hint: str = ""
    damaged: bool = False
