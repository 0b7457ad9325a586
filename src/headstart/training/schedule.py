"""How the learning rate and its companions move while training, as functions of progress.

Progress runs from 0 to 1 over the whole fit, however many rounds fit into the budget. The functions
return a factor between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

Schedule = Callable[[float], float]
_WARM = 0.05


def constant(progress: float) -> float:
    """Always 1."""
    return 1.0


def cosine(progress: float) -> float:
    """A short rise, then half a cosine down to 0 (Loshchilov & Hutter 2017, "SGDR").

    Example:
        >>> [round(cosine(progress), 2) for progress in (0.0, 0.05, 0.525, 1.0)]
        [0.02, 1.0, 0.5, 0.0]
    """
    if progress < _WARM:
        return max(progress / _WARM, 0.02)
    return 0.5 * (1 + math.cos(math.pi * (progress - _WARM) / (1 - _WARM)))


def four_waves(progress: float) -> float:
    """Four waves, each twice as long as the one before: cheap restarts, and a long last descent.

    Reference: Holzmüller et al. 2024, "Better by Default", section 3 (`coslog4`).

    Example:
        >>> [round(four_waves(progress), 2) for progress in (0.0, 1 / 15, 1.0)]
        [0.0, 0.0, 0.0]
    """
    return 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * progress)))


def flat_then_cosine(progress: float) -> float:
    """1 for the first half, then half a cosine down to 0.

    Example:
        >>> [round(flat_then_cosine(progress), 2) for progress in (0.0, 0.5, 0.75, 1.0)]
        [1.0, 1.0, 0.5, 0.0]
    """
    return 1.0 if progress < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * progress - 1)))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        "constant": constant,
        "cosine": cosine,
        "four_waves": four_waves,
        "flat_then_cosine": flat_then_cosine,
    }
)
