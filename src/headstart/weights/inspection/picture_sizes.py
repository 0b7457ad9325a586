"""Sizes of the networks that see: names and defaults are those of transformers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from headstart.weights.inspection.sizes import BLOCKS, Rows, Shapes, Sizes, Values
from headstart.weights.inspection.text_sizes import BERT, BERT_BLOCK, BERT_TOP, INNER

_CLIP_VISION: Values = MappingProxyType(
    {**BLOCKS, "image_size": 224, "patch_size": 32, "num_channels": 3}
)
_CLIP_TEXT: Values = MappingProxyType(
    {
        **BLOCKS,
        "hidden_size": 512,
        "intermediate_size": 2048,
        "num_attention_heads": 8,
        "vocab_size": 49408,
        "max_position_embeddings": 77,
    }
)
_NEW_VIT = (
    ("layers.", "encoder.layer."),
    ("attention.q_proj", "attention.attention.query"),
    ("attention.o_proj", "attention.output.dense"),
    ("mlp.fc1", "intermediate.dense"),
    ("mlp.fc2", "output.dense"),
)
_VIT_BLOCK: Rows = (("attention.attention.query.weight", "hidden_size hidden_size"), *INNER)
_CLIP_BLOCK: Rows = (
    ("self_attn.q_proj.weight", "hidden_size hidden_size"),
    ("mlp.fc1.weight", "intermediate_size hidden_size"),
    ("mlp.fc2.weight", "hidden_size intermediate_size"),
)


def _places(values: Values) -> Values:
    return {"places": (values["image_size"] // values["patch_size"]) ** 2 + 1}


def _clip(values: Values) -> Values:
    """Sizes of the side that sees."""
    vision = {**_CLIP_VISION, **values.get("vision_config", {})}
    return {**vision, **_places(vision), "projection_dim": values["projection_dim"]}


def _clip_words(values: Values) -> Values:
    """Sizes of the side that reads."""
    text = {**_CLIP_TEXT, **values.get("text_config", {})}
    return {**text, "projection_dim": values["projection_dim"]}


def _align(values: Values) -> Values:
    """Sizes of the side that reads, and the first kernel of the side that sees."""
    vision = {"width_coefficient": 2.0, "depth_divisor": 8, **values.get("vision_config", {})}
    return {**BERT, **values.get("text_config", {}), "stem": _rounded(vision, 32)}


def _resnet(values: Values) -> Shapes:
    before = values["embedding_size"]
    yield "embedder.embedder.convolution.weight", (before, values["num_channels"], 7, 7)
    is_basic = values["layer_type"] == "basic"
    for stage, (after, depth) in enumerate(_stages(values)):
        for place in range(depth):
            inner = after if is_basic else after // 4
            first = 3 if is_basic else 1
            block = f"encoder.stages.{stage}.layers.{place}.layer"
            yield f"{block}.0.convolution.weight", (inner, before, first, first)
            yield f"{block}.1.convolution.weight", (inner, inner, 3, 3)
            before = after


def _convnext(values: Values) -> Shapes:
    side, before = values["patch_size"], values["num_channels"]
    for stage, (h, depth) in enumerate(_stages(values)):
        entry = f"encoder.stages.{stage}.downsampling_layer.1.weight"
        stem = "embeddings.patch_embeddings.weight"
        yield (entry if stage else stem), (h, before, *((2, 2) if stage else (side, side)))
        for place in range(depth):
            block = f"encoder.stages.{stage}.layers.{place}"
            yield f"{block}.dwconv.weight", (h, 1, 7, 7)
            yield f"{block}.pwconv1.weight", (4 * h, h)
        before = h


def _efficientnet(values: Values) -> Shapes:
    stem, last = _rounded(values, 32), _rounded(values, values["out_channels"][-1])
    yield "embeddings.convolution.weight", (stem, values["num_channels"], 3, 3)
    yield "encoder.top_conv.weight", (_rounded(values, 1280), last, 1, 1)


def _stages(values: Values) -> list[tuple[int, int]]:
    return list(zip(values["hidden_sizes"], values["depths"], strict=False))


def _rounded(values: Values, channels: int) -> int:
    """Channels times the network's width, as a multiple of its divisor (Tan & Le 2019)."""
    wanted, divisor = channels * values["width_coefficient"], values["depth_divisor"]
    near = max(divisor, int(wanted + divisor / 2) // divisor * divisor)
    return int(near + divisor if near < 0.9 * wanted else near)


def _repeated(values: Values) -> int:
    factor = values["depth_coefficient"]
    return sum(math.ceil(factor * times) for times in values["num_block_repeats"])


PICTURES: Mapping[str, Sizes] = MappingProxyType(
    {
        "vit": Sizes(
            defaults={**BLOCKS, "image_size": 224, "patch_size": 16, "num_channels": 3},
            more=_places,
            top=(
                ("embeddings.position_embeddings", "1 places hidden_size"),
                (
                    "embeddings.patch_embeddings.projection.weight",
                    "hidden_size num_channels patch_size patch_size",
                ),
            ),
            blocks="encoder.layer.",
            block=_VIT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            prefix="vit.",
            aliases=_NEW_VIT,
        ),
        "resnet": Sizes(
            defaults={
                "embedding_size": 64,
                "hidden_sizes": [256, 512, 1024, 2048],
                "depths": [3, 4, 6, 3],
                "layer_type": "bottleneck",
                "num_channels": 3,
            },
            blocks="encoder.stages.",
            stages=_resnet,
            counted=lambda values: len(_stages(values)),
            prefix="resnet.",
        ),
        "convnext": Sizes(
            defaults={
                "hidden_sizes": [96, 192, 384, 768],
                "depths": [3, 3, 9, 3],
                "patch_size": 4,
                "num_channels": 3,
            },
            blocks="encoder.stages.",
            stages=_convnext,
            counted=lambda values: len(_stages(values)),
            prefix="convnext.",
        ),
        "efficientnet": Sizes(
            defaults={
                "width_coefficient": 2.0,
                "depth_coefficient": 3.1,
                "depth_divisor": 8,
                "num_channels": 3,
                "out_channels": [16, 24, 40, 80, 112, 192, 320],
                "num_block_repeats": [1, 2, 2, 3, 3, 4, 1],
            },
            blocks="encoder.blocks.",
            stages=_efficientnet,
            counted=_repeated,
            prefix="efficientnet.",
        ),
        "clip": Sizes(
            defaults={"projection_dim": 512},
            more=_clip,
            top=(
                ("visual_projection.weight", "projection_dim hidden_size"),
                (
                    "vision_model.embeddings.patch_embedding.weight",
                    "hidden_size 3 patch_size patch_size",
                ),
                ("vision_model.embeddings.position_embedding.weight", "places hidden_size"),
            ),
            blocks="vision_model.encoder.layers.",
            block=_CLIP_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            side=Sizes(
                defaults={"projection_dim": 512},
                more=_clip_words,
                top=(
                    ("text_projection.weight", "projection_dim hidden_size"),
                    ("text_model.embeddings.token_embedding.weight", "vocab_size hidden_size"),
                    (
                        "text_model.embeddings.position_embedding.weight",
                        "max_position_embeddings hidden_size",
                    ),
                ),
                blocks="text_model.encoder.layers.",
                block=_CLIP_BLOCK,
                split=("hidden_size", "num_attention_heads"),
            ),
        ),
        "align": Sizes(
            defaults={"projection_dim": 640},
            more=_align,
            top=(
                *((f"text_model.{name}", axes) for name, axes in BERT_TOP),
                ("text_projection.weight", "projection_dim hidden_size"),
                ("vision_model.embeddings.convolution.weight", "stem 3 3 3"),
            ),
            blocks="text_model.encoder.layer.",
            block=BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
        ),
    }
)
