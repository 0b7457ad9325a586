"""Dialects: the same network under the names of another library or another year.

Names are brought into one form before they are compared. A dialect is used where its mark, a name
that only it has, is among the names; a name that no rule knows stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headstart.weights.naming import efficientnet_lite

Rules = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way to name.

    Attributes:
        name: in words, for the receipt.
        mark: a pattern that one name of it must have.
        rules: patterns and what stands in their place, applied in this order.
        rename: instead of rules, a function of one name.
    """

    name: str
    mark: str
    rules: Rules = ()
    rename: Callable[[str], str] | None = None


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


def canonical(names: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each name in the one form, and the dialects that were found.

    Two names that would become one stay as they are.

    Example:
        >>> canonical(["bert.LayerNorm.gamma"])
        ({'bert.LayerNorm.gamma': 'bert.LayerNorm.weight'}, ('norms of before 2020',))
    """
    found = {name: name for name in names}
    used = []
    for dialect in DIALECTS:
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
