"""Position embeddings for more or fewer places, along a line or on a grid.

On a grid the table is drawn as a picture and resized (bicubic, antialiased), what stands for no
place (class tokens) is kept. Along a line the first places are kept as they are, so that what fits
into the source is read as before, and further ones are the tail of the stretched table.

Shapes: n places with p before them that stand for none, g x h a grid, d entries.
References: timm's `resample_abs_pos_embed`, to which the grid is equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def grid_positions(
    table: Tensor, *, before: Sequence[int], after: Sequence[int], prefix: int = 1
) -> Tensor:
    """(..., p + g' h', d) from (..., p + g h, d).

    Args:
        before, after: rows and columns of the two grids.
        prefix: p, places that stand for none.
    """
    import torch
    import torch.nn.functional as F  # noqa: N812

    flat = table.reshape(-1, table.shape[-1])  # (p + g h, d)
    kept, drawn = flat[:prefix], flat[prefix:].float()
    picture = drawn.reshape(1, before[0], before[1], -1).permute(0, 3, 1, 2)
    resized = F.interpolate(picture, size=tuple(after), mode="bicubic", antialias=True)
    drawn = resized.permute(0, 2, 3, 1).reshape(after[0] * after[1], -1).to(table.dtype)
    return torch.cat([kept, drawn]).reshape(*table.shape[:-2], -1, table.shape[-1])


def line_positions(table: Tensor, *, to: int) -> Tensor:
    """(..., m, d) from (..., n, d): the first places as they are, more by stretching the table."""
    import torch
    import torch.nn.functional as F  # noqa: N812

    before = table.shape[-2]
    if to <= before:
        return table[..., :to, :].clone()
    flat = table.reshape(1, before, -1).float().transpose(1, 2)  # (1, d, n)
    stretched = F.interpolate(flat, size=to, mode="linear", align_corners=True).transpose(1, 2)
    tail = stretched[:, before:].reshape(*table.shape[:-2], to - before, table.shape[-1])
    return torch.cat([table, tail.to(table.dtype)], dim=-2)


def square(places: int) -> tuple[int, int] | None:
    """The side of a square grid and what stands before it: one, none or two places; else None.

    Example:
        >>> square(197), square(49), square(198), square(50)
        ((14, 1), (7, 0), (14, 2), (7, 1))
    """
    for prefix in (1, 0, 2, 5):
        side = round(max(0, places - prefix) ** 0.5)
        if side and side * side == places - prefix:
            return side, prefix
    return None
