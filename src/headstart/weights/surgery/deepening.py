"""A deeper network that computes what the shallower one does (Net2Deeper).

A block that adds to what passes by changes nothing while its last projection is zero. Where each
block ends with a norm (BERT and its kin) the norm of the last block moves to the new end, and those
between have gain 1 and bias 0: a norm of what has been normed already leaves it as it is.

References: Chen, Goodfellow & Shlens 2016, "Net2Net"; Goyal et al. 2017 (last gain zero).
"""

from __future__ import annotations

import re

LAST_PROJECTION = re.compile(
    r"(attention\.output\.dense|attention\.o_proj|(self_attn|encoder_attn|attention)\.out_proj"
    r"|attention\.out_lin|(SelfAttention|EncDecAttention)\.o|attn\.c_proj|attn\.proj"
    r"|(?<!attention\.)output\.dense|output_dense|(mlp\.|\.|^)fc2|ffn\.lin2|DenseReluDense\.wo"
    r"|mlp\.c_proj|pwconv2|ff\.3|linear2|project_bn)\.(weight|bias)$"
)
"""What a block adds by: zero there, and the block adds nothing."""
LAST_CONVOLUTION = re.compile(r"layer\.(\d+)\.normalization\.(weight|bias)$")
"""The norms of a residual block of convolutions; the last of them is zero."""
NORMED_AFTER = (
    *("bert", "roberta", "distilbert", "electra", "camembert", "xlm-roberta"),
    *("align", "wav2vec2"),
)
"""Architectures whose blocks end with a norm."""
NORMED_LAST = re.compile(
    r"((?<!attention\.)output\.LayerNorm|output_layer_norm|final_layer_norm|(^|\.)norm2)\."
)
"""The norm at the very end of such a block."""


def adds_nothing(inner: str, last: int | None = None) -> bool:
    """Whether a tensor of a new block is zero at first.

    Args:
        inner: its name inside of the block.
        last: the number of the last convolution of a residual block, where it is one.

    Example:
        >>> adds_nothing("mlp.fc2.weight"), adds_nothing("mlp.fc1.weight")
        (True, False)
    """
    convolution = LAST_CONVOLUTION.search(inner)
    if convolution:
        return int(convolution[1]) == last
    return bool(LAST_PROJECTION.search(inner))
