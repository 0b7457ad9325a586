"""What a tensor is for, told by its name and the kind of its layer.

One place for all patterns of names, so that what is taken for a head or a table of positions can be
read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from headstart.weights.surgery.anatomy import Anatomy, Part

_QUERY = re.compile(r"(^|\.)(query|q_proj|q_lin|q)\.(weight|bias)$")
_LISTENING = re.compile(r"(^|\.)(query|key|value|[qkv]_proj|[qkv]_lin|[qkv])\.(weight|bias)$")
_FUSED = re.compile(
    r"(^|\.)(qkv|c_attn|Wqkv|query_key_value)\.(weight|bias)$|in_proj_(weight|bias)$"
)
_FUSED_PAIR = re.compile(r"(^|\.)kv\.(weight|bias)$")
_ANSWERING = re.compile(
    r"(attention\.output\.dense|(^|\.)(o_proj|out_proj|out_lin)|(SelfAttention|EncDecAttention)\.o"
    r"|attn\.proj|attn\.c_proj)\.weight$"
)
_HEAD = re.compile(
    r"(^|\.)(classifier|fc|head|score|classification_head|logits|output_layer)"
    r"(\.(\d+|out_proj|fc|linear))?$"
)
_POSITIONS = re.compile(
    r"pos(ition(s|al)?)?_?(embed|enc)|embed_positions|(^|\.)(wpe|places)\.", re.IGNORECASE
)
_RELATIVE = re.compile(r"relative|rotary|bias_table|token_type", re.IGNORECASE)
_WORDS = re.compile(
    r"(word_embeddings|embed_tokens|token_embedding|(^|\.)shared|(^|\.)wte|tok_embeddings"
    r"|words?|(^|\.)embeddings?|lm_head|proj_out|decoder\.(weight|bias)|predictions\.bias)(\.weight|\.bias)?$"
)
_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def heads_of(source: Part, target: Part) -> dict[str, list[int]] | str:
    """Axis -> parts, heads of the source, heads of the target, for the axes of attention.

    Recurrent layers have their gates one above the other, as parts with one head each.

    Returns:
        In words what is missing, where an axis of attention would be cut without its heads.
    """
    gates = _GATES.get(target.kind, 0)
    if gates:
        return {"0": [gates, 1, 1]} if source.shape[0] != target.shape[0] else {}
    axis, parts = _axis(target)
    if axis is None or target.heads is None:
        return {}
    if source.shape[axis] == target.shape[axis]:
        return {}
    if source.heads is None:
        return "how many heads its attention has is not known: give `heads`"
    return {str(axis): [parts, source.heads, target.heads]}


def is_query(name: str) -> bool:
    return bool(_QUERY.search(name))


def is_fused(name: str) -> bool:
    return bool(_FUSED.search(name))


def is_attention(part: Part) -> bool:
    """Whether the number of heads matters to a tensor."""
    return part.heads is not None and _axis(part)[0] is not None


def inputs_of(part: Part) -> tuple[int, ...]:
    """The axis along which a layer listens; none for tables, norms and single tensors."""
    listens = part.leaf not in ("bias", "in_proj_bias") and len(part.shape) > 1
    if not listens or part.leaf.startswith("bias"):
        return ()
    if part.kind == "Conv1D" or "Transpose" in part.kind:
        return (0,)
    if part.kind == "ParametrizationList" and part.leaf == "original0":
        return ()
    names = ("Linear", "Conv", "MultiheadAttention", "ParametrizationList", *_GATES)
    return (1,) if any(name in part.kind for name in names) else ()


def is_positions(part: Part) -> bool:
    """Whether it is a table of one vector for each place."""
    is_table = part.kind == "Embedding" or len(part.shape) == 3 or part.leaf != "weight"
    is_named = _POSITIONS.search(part.name) and not _RELATIVE.search(part.name)
    return bool(is_named and len(part.shape) in (2, 3) and is_table)


def is_on_a_grid(part: Part, anatomy: Anatomy) -> bool:
    """Whether the places are patches of a picture: a convolution cuts them beside the table."""
    near = part.owner if part.leaf != "weight" else part.owner.rpartition(".")[0]
    prefix = f"{near}." if near else ""
    return any(
        len(each.shape) == 4 and "patch" in each.name and each.name.startswith(prefix)
        for each in anatomy.parts.values()
    )


def is_words(part: Part) -> bool:
    """Whether its rows are tokens of a vocabulary."""
    return bool(_WORDS.search(part.name)) and not is_positions(part)


def is_patches(part: Part) -> bool:
    """Whether it is the kernel that reads the patches of a picture."""
    return "patch" in part.name and len(part.shape) == 4


def head_of(anatomy: Anatomy) -> str:
    """The path of the layer that answers the labels; empty where there is none.

    It is the last linear layer, and has the name of a head.
    """
    linear = [
        part
        for part in anatomy.parts.values()
        if "Linear" in part.kind and part.leaf == "weight" and len(part.shape) == 2
    ]
    named = [part for part in linear[-2:] if _HEAD.search(part.owner)]
    return named[-1].owner if named else ""


def first_convolution(anatomy: Anatomy) -> str:
    """The name of the first kernel, which sees the channels of the input; empty without any."""
    kernels = (part for part in anatomy.parts.values() if "Conv" in part.kind)
    return next((each.name for each in kernels if len(each.shape) >= 3), "")


def blocks_of(name: str) -> list[tuple[str, int, str]]:
    """Every list that a tensor stands in: its path, the number in it, the name inside of the block.

    Example:
        >>> blocks_of("encoder.layer.3.output.bias")
        [('encoder.layer', 3, 'output.bias')]
    """
    pieces = name.split(".")
    return [
        (".".join(pieces[:place]), int(piece), ".".join(pieces[place + 1 :]))
        for place, piece in enumerate(pieces)
        if piece.isdigit() and place + 1 < len(pieces)
    ]


def _axis(part: Part) -> tuple[int | None, int]:
    """The axis along which heads stand, and of how many parts it is."""
    if _FUSED.search(part.name):
        return (1 if part.kind == "Conv1D" and part.leaf == "weight" else 0), 3
    if _FUSED_PAIR.search(part.name):
        return 0, 2
    if _LISTENING.search(part.name):
        return 0, 1
    if _ANSWERING.search(part.name):
        return (0 if part.kind == "Conv1D" else 1), 1
    return None, 1


def known_heads(parts: Sequence[Part]) -> int | None:
    """The number of heads that all tensors with heads agree on."""
    found = {part.heads for part in parts if part.heads is not None}
    return found.pop() if len(found) == 1 else None
