"""Bring a checkpoint of the catalogue onto this machine: the one place that may use the network."""

from __future__ import annotations

from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights import catalogue
from headstart.weights.finding import Found, find
from headstart.weights.sources import source


def get(name: str) -> Found:
    """A checkpoint by name, downloaded if it is not here yet, and verified.

    Raises:
        AskError: the catalogue has none of this name.
        WeightsError: it cannot be had, or what came is not what the catalogue describes.
    """
    entry = catalogue.entry(name)
    found = find(name)
    if isinstance(found, Found):
        return found
    if found.damaged:
        raise WeightsError(found.because, found.hint)
    kinds = [place for place in entry.sources if place["kind"] != "package"] or entry.sources
    source(kinds[0]["kind"]).get(kinds[0], [file.name for file in entry.files])
    found = find(name)
    if isinstance(found, Absence):
        raise WeightsError(found.because, found.hint)
    return found
