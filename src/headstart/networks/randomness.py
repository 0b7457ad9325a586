"""Randomness of torch that belongs to one fit alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def own_randomness(seed: int) -> Iterator[None]:
    """Let libraries that draw from torch's global state draw from a seed; it is put back after."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
