"""The tensors that fix a network's sizes, with the shapes that a configuration gives them.

Where blocks are alike they are rows of a table: a name, and for each axis the key of the
configuration that says its size. Names and defaults are those of transformers; a test holds them
against what it builds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

Values: TypeAlias = Mapping[str, Any]
Shapes: TypeAlias = Iterator[tuple[str, tuple[int, ...]]]
Rows: TypeAlias = tuple[tuple[str, str], ...]
"""Names of tensors, and the sizes of their axes: keys of the configuration, or numbers."""
_BLOCKS: Values = MappingProxyType(
    {
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
    }
)
_BERT: Values = MappingProxyType(
    {**_BLOCKS, "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2}
)
_CLIP_VISION: Values = MappingProxyType(
    {**_BLOCKS, "image_size": 224, "patch_size": 32, "num_channels": 3}
)
_NEW_VIT = (
    ("layers.", "encoder.layer."),
    ("attention.q_proj", "attention.attention.query"),
    ("attention.o_proj", "attention.output.dense"),
    ("mlp.fc1", "intermediate.dense"),
    ("mlp.fc2", "output.dense"),
)
_BERT_TOP: Rows = (
    ("embeddings.word_embeddings.weight", "vocab_size hidden_size"),
    ("embeddings.position_embeddings.weight", "max_position_embeddings hidden_size"),
    ("embeddings.token_type_embeddings.weight", "type_vocab_size hidden_size"),
)
_INNER: Rows = (
    ("attention.output.dense.weight", "hidden_size hidden_size"),
    ("intermediate.dense.weight", "intermediate_size hidden_size"),
    ("output.dense.weight", "hidden_size intermediate_size"),
)
_BERT_BLOCK: Rows = (("attention.self.query.weight", "hidden_size hidden_size"), *_INNER)
_VIT_BLOCK: Rows = (("attention.attention.query.weight", "hidden_size hidden_size"), *_INNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a configuration says of the tensors of one architecture.

    Attributes:
        defaults: of the keys that a file may leave out.
        more: sizes that follow from the keys, under names of their own.
        top: tensors outside of the list of blocks.
        blocks: where that list stands; `block` is what each holds, `depth` the key of their number.
        stages: where blocks differ, all tensors that tell, in place of `block`.
        counted: (values) -> number of blocks, where no key says it.
        split: keys of a width and of the attention heads that share it.
        prefix: of the encoder's tensors inside of a classifier's.
        aliases: parts of names in newer files, and what older ones call them.
    """

    defaults: Values
    more: Callable[[Values], Values] = lambda values: {}
    top: Rows = ()
    blocks: str
    block: Rows = ()
    depth: str = "num_hidden_layers"
    stages: Callable[[Values], Shapes] | None = None
    counted: Callable[[Values], int] | None = None
    split: tuple[str, str] | None = None
    prefix: str = ""
    aliases: tuple[tuple[str, str], ...] = ()

    def whole(self, values: Values) -> Values:
        """A configuration with its defaults, and the sizes that follow."""
        found = {**self.defaults, **values}
        return {**found, **self.more(found)}

    def shapes(self, whole: Values) -> Shapes:
        """Names and shapes of tensors that must be there."""
        if self.stages is not None:
            yield from self.stages(whole)
            return
        inside = [
            (f"{self.blocks}{place}.{name}", axes)
            for place in range(self.count(whole))
            for name, axes in self.block
        ]
        for name, axes in (*self.top, *inside):
            sizes = (int(axis) if axis.isdigit() else whole[axis] for axis in axes.split())
            yield name.format_map(dict(whole)), tuple(sizes)

    def count(self, whole: Values) -> int:
        """Number of its blocks."""
        return int(whole[self.depth]) if self.counted is None else self.counted(whole)

    def heads(self, whole: Values) -> tuple[int, int]:
        """Width and number of attention heads; the first must be a multiple."""
        return (1, 1) if self.split is None else (whole[self.split[0]], whole[self.split[1]])


def _t5(values: Values) -> Values:
    is_gated = str(values["feed_forward_proj"]).startswith("gated")
    asked = values["d_kv"] * values["num_heads"]
    return {"asked": asked, "first": "wi_0" if is_gated else "wi"}


def _places(values: Values) -> Values:
    return {"places": (values["image_size"] // values["patch_size"]) ** 2 + 1}


def _clip(values: Values) -> Values:
    """Sizes of the side that sees."""
    vision = {**_CLIP_VISION, **values.get("vision_config", {})}
    return {**vision, **_places(vision), "projection_dim": values["projection_dim"]}


def _align(values: Values) -> Values:
    """Sizes of the side that reads, and the first kernel of the side that sees."""
    vision = {"width_coefficient": 2.0, "depth_divisor": 8, **values.get("vision_config", {})}
    return {**_BERT, **values.get("text_config", {}), "stem": _rounded(vision, 32)}


def _wav2vec2(values: Values) -> Values:
    return {"last": values["conv_dim"][-1]}


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


SIZES: Mapping[str, Sizes] = MappingProxyType(
    {
        "bert": Sizes(
            defaults=_BERT,
            top=_BERT_TOP,
            blocks="encoder.layer.",
            block=_BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            prefix="bert.",
        ),
        "roberta": Sizes(
            defaults={**_BERT, "vocab_size": 50265},
            top=_BERT_TOP,
            blocks="encoder.layer.",
            block=_BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
            prefix="roberta.",
        ),
        "distilbert": Sizes(
            defaults={
                "vocab_size": 30522,
                "max_position_embeddings": 512,
                "n_layers": 6,
                "n_heads": 12,
                "dim": 768,
                "hidden_dim": 3072,
            },
            top=(
                ("embeddings.word_embeddings.weight", "vocab_size dim"),
                ("embeddings.position_embeddings.weight", "max_position_embeddings dim"),
            ),
            blocks="transformer.layer.",
            block=(
                ("attention.q_lin.weight", "dim dim"),
                ("attention.out_lin.weight", "dim dim"),
                ("ffn.lin1.weight", "hidden_dim dim"),
                ("ffn.lin2.weight", "dim hidden_dim"),
            ),
            depth="n_layers",
            split=("dim", "n_heads"),
            prefix="distilbert.",
        ),
        "t5": Sizes(
            defaults={
                "vocab_size": 32128,
                "d_model": 512,
                "d_kv": 64,
                "d_ff": 2048,
                "num_layers": 6,
                "num_heads": 8,
                "feed_forward_proj": "relu",
            },
            more=_t5,
            top=(("shared.weight", "vocab_size d_model"),),
            blocks="encoder.block.",
            block=(
                ("layer.0.SelfAttention.q.weight", "asked d_model"),
                ("layer.0.SelfAttention.o.weight", "d_model asked"),
                ("layer.1.DenseReluDense.{first}.weight", "d_ff d_model"),
                ("layer.1.DenseReluDense.wo.weight", "d_model d_ff"),
            ),
            depth="num_layers",
            aliases=(("encoder.embed_tokens.", "shared."),),
        ),
        "vit": Sizes(
            defaults={**_BLOCKS, "image_size": 224, "patch_size": 16, "num_channels": 3},
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
            block=(
                ("self_attn.q_proj.weight", "hidden_size hidden_size"),
                ("mlp.fc1.weight", "intermediate_size hidden_size"),
                ("mlp.fc2.weight", "hidden_size intermediate_size"),
            ),
            split=("hidden_size", "num_attention_heads"),
        ),
        "align": Sizes(
            defaults={"projection_dim": 640},
            more=_align,
            top=(
                *((f"text_model.{name}", axes) for name, axes in _BERT_TOP),
                ("text_projection.weight", "projection_dim hidden_size"),
                ("vision_model.embeddings.convolution.weight", "stem 3 3 3"),
            ),
            blocks="text_model.encoder.layer.",
            block=_BERT_BLOCK,
            split=("hidden_size", "num_attention_heads"),
        ),
        "whisper": Sizes(
            defaults={
                "d_model": 384,
                "encoder_layers": 4,
                "encoder_attention_heads": 6,
                "encoder_ffn_dim": 1536,
                "num_mel_bins": 80,
                "max_source_positions": 1500,
            },
            top=(
                ("encoder.conv1.weight", "d_model num_mel_bins 3"),
                ("encoder.embed_positions.weight", "max_source_positions d_model"),
            ),
            blocks="encoder.layers.",
            block=(
                ("self_attn.q_proj.weight", "d_model d_model"),
                ("fc1.weight", "encoder_ffn_dim d_model"),
                ("fc2.weight", "d_model encoder_ffn_dim"),
            ),
            depth="encoder_layers",
            split=("d_model", "encoder_attention_heads"),
            prefix="model.",
        ),
        "wav2vec2": Sizes(
            defaults={**_BLOCKS, "conv_dim": [512] * 7},
            more=_wav2vec2,
            top=(("feature_projection.projection.weight", "hidden_size last"),),
            blocks="encoder.layers.",
            block=(
                ("attention.q_proj.weight", "hidden_size hidden_size"),
                ("feed_forward.intermediate_dense.weight", "intermediate_size hidden_size"),
                ("feed_forward.output_dense.weight", "hidden_size intermediate_size"),
            ),
            split=("hidden_size", "num_attention_heads"),
            prefix="wav2vec2.",
        ),
        "patchtst": Sizes(
            defaults={
                "d_model": 128,
                "num_hidden_layers": 3,
                "num_attention_heads": 4,
                "ffn_dim": 512,
            },
            blocks="encoder.layers.",
            block=(
                ("self_attn.q_proj.weight", "d_model d_model"),
                ("ff.0.weight", "ffn_dim d_model"),
                ("ff.3.weight", "d_model ffn_dim"),
            ),
            split=("d_model", "num_attention_heads"),
            prefix="model.",
        ),
    }
)
