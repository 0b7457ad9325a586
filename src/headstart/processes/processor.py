"""What the processor does fast, as the system tells it without a library's help."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TOLD = Path("/proc/cpuinfo")
_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


@cache
def multiplies_bfloat16(told: Path = _TOLD) -> bool:
    """Whether it multiplies bfloat16 itself; False where the system tells nothing.

    What has torch at hand asks `networks.precision`; this is for prices that are told before.
    """
    try:
        words = told.read_text(errors="replace").split()
    except OSError:  # another system than Linux
        return False
    return not _FLAGS.isdisjoint(words)
