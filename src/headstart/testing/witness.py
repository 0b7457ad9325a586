"""Watch what a call does beside its work: what it prints, writes and draws from global state."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(slots=True, kw_only=True, eq=False)
class Witness:
    """What was seen; filled when the watched block has ended."""

    printed: str = ""
    strewn: tuple[str, ...] = ()
    drawn: list[str] = field(default_factory=list)


@contextmanager
def watched() -> Iterator[Witness]:
    """Watch a block. It runs in an empty working folder, with its output caught at the descriptor,
    so that compiled libraries are heard too."""
    witness = Witness()
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as heard:
        before = _states()
        os.chdir(empty)
        try:
            with _caught(heard):
                yield witness
        finally:
            os.chdir(here)
        heard.seek(0)
        witness.printed = heard.read().decode(errors="replace")
        witness.strewn = tuple(sorted(path.name for path in Path(empty).iterdir()))
        witness.drawn.extend(_changed(before, _states()))


@contextmanager
def _caught(heard: Any) -> Iterator[None]:
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    streams = sys.stdout, sys.stderr
    try:
        for number in kept:
            os.dup2(heard.fileno(), number)
        with open(os.dup(heard.fileno()), "w", closefd=True) as stream:
            sys.stdout = sys.stderr = stream
            yield
    finally:
        sys.stdout, sys.stderr = streams
        for number, original in kept.items():
            os.dup2(original, number)
            os.close(original)


def _states() -> dict[str, str]:
    """The state of every global generator that has been imported, as text."""
    states = {"random": repr(random.getstate()), "numpy.random": repr(np.random.get_state())}
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        states["torch"] = torch.get_rng_state().numpy().tobytes().hex()
    return states


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Names of the generators that moved."""
    return [name for name, state in before.items() if after[name] != state]
