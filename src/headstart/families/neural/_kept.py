"""Vectors that an earlier trial of the run has made are taken; the others are made, and kept.

Shapes: n rows, d entries of a vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from headstart.features.kept_vectors import KeptVectors
from headstart.records import Prediction, Table
from headstart.session import Session, Vectors

_AT_ONCE = 512  # rows whose vectors become one file

PredictKept = Callable[[Table, Session], Prediction]
"""What a model answers for rows, from the vectors that a session's cache has of them."""

Make = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Rows -> those that there was time for, and their vectors (n, d)."""


def kept_vectors(
    kept: KeptVectors,
    keys: Sequence[bytes],
    rows: Tensor,
    used: Vectors,
    make: Make,
) -> tuple[Tensor, Tensor]:
    """Rows and their vectors (n, d); those of fewer rows where the time is over first.

    Args:
        keys: of all rows: what a vector is a vector of.
        used: what the trial takes and makes, for the ledger; changed in place.
    """
    wanted = [keys[row] for row in rows.tolist()]
    used.taken += len(kept.there(wanted))
    missing = rows[kept.missing(wanted)]
    if len(missing):
        began, burned = time.monotonic(), time.process_time()
        made, vectors = make(missing)
        for part in torch.split(torch.arange(len(made)), _AT_ONCE):
            kept.add([keys[row] for row in made[part].tolist()], vectors[part].numpy())
        used.made += len(made)
        used.seconds += time.monotonic() - began
        used.cpu_seconds += time.process_time() - burned
    there = rows[kept.there(wanted)]
    return there, torch.from_numpy(kept.get([keys[row] for row in there.tolist()]))
