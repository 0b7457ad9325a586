"""Dialects: the same network under the names of another library or another year.

Names are brought into one form before they are compared. A dialect is used where its mark, a name
that only it has, is among the names; a name that no rule knows stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headstart.weights.naming import efficientnet_lite
from headstart.weights.surgery.torch_blocks import BLOCKS, normed_after, normed_before

Rules = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way to name.

    Attributes:
        name: in words, for the receipt.
        mark: a pattern that one name of it must have.
        rules: patterns and what stands in their place, applied in this order.
        rename: instead of rules, a function of one name.
        norms_after: whether it is of blocks that end with a norm; None where that changes no name.
    """

    name: str
    mark: str
    rules: Rules = ()
    rename: Callable[[str], str] | None = None
    norms_after: bool | None = None


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        name="norms of before 2020",
        mark=r"LayerNorm\.gamma$",
        rules=((r"\.gamma$", ".weight"), (r"\.beta$", ".bias")),
    ),
    Dialect(
        name="norms of weights of before 2023",
        mark=r"\.weight_g$",
        rules=(
            (r"\.weight_g$", ".parametrizations.weight.original0"),
            (r"\.weight_v$", ".parametrizations.weight.original1"),
        ),
    ),
    Dialect(
        name="ViT in the files of transformers",
        mark=r"encoder\.layer\.0\.attention\.attention\.query\.weight$",
        rules=(
            (r"encoder\.layer\.(\d+)\.", r"layers.\1."),
            (r"\.attention\.attention\.query\.", ".attention.q_proj."),
            (r"\.attention\.attention\.key\.", ".attention.k_proj."),
            (r"\.attention\.attention\.value\.", ".attention.v_proj."),
            (r"\.attention\.output\.dense\.", ".attention.o_proj."),
            (r"\.intermediate\.dense\.", ".mlp.fc1."),
            (r"\.output\.dense\.", ".mlp.fc2."),
        ),
    ),
    Dialect(
        name="ViT of timm",
        mark=r"(^|\.)blocks\.0\.attn\.qkv\.weight$",
        rules=(
            (r"(^|\.)blocks\.(\d+)\.", r"\1layers.\2."),
            (r"\.attn\.proj\.", ".attention.o_proj."),
            (r"\.attn\.", ".attention."),
            (r"(layers\.\d+)\.norm1\.", r"\1.layernorm_before."),
            (r"(layers\.\d+)\.norm2\.", r"\1.layernorm_after."),
            (r"(^|\.)patch_embed\.proj\.", r"\1embeddings.patch_embeddings.projection."),
            (r"(^|\.)cls_token$", r"\1embeddings.cls_token"),
            (r"(^|\.)pos_embed$", r"\1embeddings.position_embeddings"),
            (r"(^|\.)norm\.", r"\1layernorm."),
            (r"^head\.", "classifier."),
        ),
    ),
    Dialect(
        name="ResNet of torchvision and timm",
        mark=r"(^|\.)layer1\.0\.conv1\.weight$",
        rules=(
            *((rf"(^|\.)layer{n + 1}\.", rf"\1encoder.stages.{n}.layers.") for n in range(4)),
            *((rf"(layers\.\d+)\.conv{n + 1}\.", rf"\1.layer.{n}.convolution.") for n in range(3)),
            *((rf"(layers\.\d+)\.bn{n + 1}\.", rf"\1.layer.{n}.normalization.") for n in range(3)),
            (r"\.downsample\.0\.", ".shortcut.convolution."),
            (r"\.downsample\.1\.", ".shortcut.normalization."),
            (r"^conv1\.", "embedder.embedder.convolution."),
            (r"^bn1\.", "embedder.embedder.normalization."),
            (r"^fc\.", "classifier.1."),
        ),
    ),
    Dialect(
        name="DistilBERT",
        mark=r"transformer\.layer\.0\.attention\.q_lin\.weight$",
        rules=(
            (r"(^|\.)transformer\.layer\.(\d+)\.", r"\1encoder.layer.\2."),
            (r"\.attention\.q_lin\.", ".attention.self.query."),
            (r"\.attention\.k_lin\.", ".attention.self.key."),
            (r"\.attention\.v_lin\.", ".attention.self.value."),
            (r"\.attention\.out_lin\.", ".attention.output.dense."),
            (r"\.sa_layer_norm\.", ".attention.output.LayerNorm."),
            (r"\.ffn\.lin1\.", ".intermediate.dense."),
            (r"\.ffn\.lin2\.", ".output.dense."),
            (r"\.output_layer_norm\.", ".output.LayerNorm."),
        ),
    ),
    Dialect(
        name="blocks of torch with norms before",
        mark=BLOCKS,
        rename=normed_before,
        norms_after=False,
    ),
    Dialect(
        name="blocks of torch with norms after", mark=BLOCKS, rename=normed_after, norms_after=True
    ),
    Dialect(
        name="EfficientNet-Lite of lukemelas",
        mark=r"^_conv_stem\.weight$",
        rename=efficientnet_lite,
    ),
    Dialect(
        name="Whisper of CTranslate2",
        mark=r"^encoder/position_encodings/encodings$",
        rules=(
            (r"/layer_(\d+)/", r"/layers/\1/"),
            (r"/gamma$", "/weight"),
            (r"/beta$", "/bias"),
            (r"/self_attention/layer_norm/", "/self_attn_layer_norm/"),
            (r"/self_attention/linear_0/", "/self_attn/qkv/"),
            (r"/self_attention/linear_1/", "/self_attn/out_proj/"),
            (r"/attention/layer_norm/", "/encoder_attn_layer_norm/"),
            (r"/attention/linear_0/", "/encoder_attn/q_proj/"),
            (r"/attention/linear_1/", "/encoder_attn/kv/"),
            (r"/attention/linear_2/", "/encoder_attn/out_proj/"),
            (r"/ffn/layer_norm/", "/final_layer_norm/"),
            (r"/ffn/linear_0/", "/fc1/"),
            (r"/ffn/linear_1/", "/fc2/"),
            (r"/position_encodings/encodings$", "/embed_positions/weight"),
            (r"/embeddings/weight$", "/embed_tokens/weight"),
            (r"/", "."),
        ),
    ),
)


def canonical(
    names: Iterable[str], *, norms_after: bool = False, own: bool = False
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each name in the one form, and the dialects that were found.

    Two names that would become one stay as they are.

    Args:
        norms_after: whether the network's blocks end with a norm.
        own: whether the other network names its blocks as torch does, too: then these stay.

    Example:
        >>> canonical(["bert.LayerNorm.gamma"])
        ({'bert.LayerNorm.gamma': 'bert.LayerNorm.weight'}, ('norms of before 2020',))
    """
    found = {name: name for name in names}
    used = []
    for dialect in DIALECTS:
        if dialect.norms_after is not None and (own or dialect.norms_after != norms_after):
            continue
        if any(re.search(dialect.mark, name) for name in found.values()):
            used.append(dialect.name)
            renamed = {name: _renamed(now, dialect) for name, now in found.items()}
            found = renamed if len(set(renamed.values())) == len(renamed) else found
    return found, tuple(used)


def _renamed(name: str, dialect: Dialect) -> str:
    if dialect.rename is not None:
        return dialect.rename(name)
    for pattern, instead in dialect.rules:
        name = re.sub(pattern, instead, name)
    return name
