"""Which numbers a processor multiplies fast."""

from __future__ import annotations

import torch


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself (AMX, or AVX-512 with BF16).

    Elsewhere bfloat16 is only imitated, and slower than float32.
    """
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))
