"""Blocks as `torch.nn.TransformerEncoderLayer` names them, in the names that BERT has.

BERT norms what a sublayer puts out; so does torch, unless it is told to norm what goes in. Then the
norm before a sublayer is the one that stands at the end of the sublayer below, in BERT.
"""

from __future__ import annotations

import re

BLOCKS = r"(^|\.)\d+\.self_attn\.in_proj_weight$"
"""A name that only such blocks have."""
_BLOCK = re.compile(r"^(?:.*\.)?(\d+)\.(self_attn|linear1|linear2|norm1|norm2)\.(.*)$")
_TABLES = {
    "embedding": "embeddings.word_embeddings",
    "places": "embeddings.position_embeddings",
    "kinds": "embeddings.token_type_embeddings",
}


def normed_after(name: str) -> str:
    """
    Example:
        >>> normed_after("layers.3.norm1.bias"), normed_after("layers.3.norm2.bias")
        ('encoder.layer.3.attention.output.LayerNorm.bias', 'encoder.layer.3.output.LayerNorm.bias')
    """
    return _renamed(name, before=False)


def normed_before(name: str) -> str:
    """
    Example:
        >>> normed_before("layers.0.norm1.weight"), normed_before("layers.3.norm1.weight")
        ('embeddings.LayerNorm.weight', 'encoder.layer.2.output.LayerNorm.weight')
    """
    return _renamed(name, before=True)


def _renamed(name: str, *, before: bool) -> str:
    hit = _BLOCK.match(name)
    if hit is None:
        table, _, leaf = name.rpartition(".")
        return f"{_TABLES[table]}.{leaf}" if table in _TABLES else name
    number, layer, leaf = int(hit[1]), hit[2], hit[3]
    block = f"encoder.layer.{number}"
    if layer == "self_attn":
        rest = leaf.removeprefix("out_proj.")
        inner = "attention.self" if rest == leaf else "attention.output.dense"
        return f"{block}.{inner}.{rest}"
    if layer.startswith("linear"):
        return f"{block}.{'intermediate' if layer == 'linear1' else 'output'}.dense.{leaf}"
    inside, end = f"{block}.attention.output.LayerNorm", f"{block}.output.LayerNorm"
    if not before:
        return f"{inside if layer == 'norm1' else end}.{leaf}"
    below = f"encoder.layer.{number - 1}.output" if number else "embeddings"
    return f"{inside}.{leaf}" if layer == "norm2" else f"{below}.LayerNorm.{leaf}"
