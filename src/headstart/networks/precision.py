"""Which numbers a processor multiplies fast."""

from __future__ import annotations

import torch

_WIDE = 128  # entries of a vector


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself (AMX, or AVX-512 with BF16).

    Elsewhere bfloat16 is only imitated, and slower than float32.
    """
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))


def pays_in_halves(width: int) -> bool:
    """Whether a network of this width is faster in bfloat16; turning small matrices costs more."""
    return width >= _WIDE and has_fast_bfloat16()
