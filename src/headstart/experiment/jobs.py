"""A job as a worker gets it: plain JSON data, and the rows that it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from headstart.experiment.material import read_table
from headstart.features.encoding import Encoding
from headstart.records import Data, Table, World

Job: TypeAlias = Mapping[str, Any]
Result: TypeAlias = dict[str, Any]
Tell: TypeAlias = Callable[[int, float], None]


def data_of(source: Mapping[str, Any]) -> Data:
    """The rows or the world that a job names."""
    if "world" in source:
        world = source["world"]
        settings = tuple((name, value) for name, value in world["settings"])
        return World(id=world["id"], settings=settings, seeds=range(*source["seeds"]))
    table = read_table(Path(source["table"]))
    if source.get("rows") is None:
        return table
    return table.take(np.load(source["rows"], allow_pickle=False))


def as_seen(step: Encoding | None, data: Data, job: Job) -> Data:
    """The rows as the family sees them: with vectors where it cannot read by itself."""
    if step is None or not isinstance(data, Table):
        return data
    return step.apply(data, job["threads"], Path(job["cache"]))


def cpu_seconds() -> float:
    """User and system time of this process and its finished children."""
    return sum(os.times()[:4])
