"""What is on this machine: families, checkpoints, and what works; for `models` and `doctor`."""

from __future__ import annotations

from dataclasses import dataclass

from headstart.records import Card
from headstart.records.data import Modality
from headstart.records.task import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEntry:
    """A family and whether it can run here; `because` says what is missing."""

    card: Card
    available: bool
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointEntry:
    """Pretrained parameters in the catalogue and whether they are on this machine.

    Attributes:
        because: where they are and how sure it is that they are the right ones; or what is
            missing and the command that brings it.
        labels: number of outputs of a classifier; None where it is none.
    """

    name: str
    family: str
    modality: Modality
    parameters: int
    bytes: int
    licence: str
    available: bool
    because: str = ""
    kinds: tuple[Kind, ...] = ()
    labels: int | None = None
    trained_on: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was tried on this machine.

    Attributes:
        name: what was tried: `torch`, `memory`, `temporary folder`.
        works: False when something of Headstart cannot be used without it.
        found: what is there: a version, a size.
        remedy: how to get it; empty where nothing is missing.
    """

    name: str
    works: bool
    found: str = ""
    remedy: str = ""
