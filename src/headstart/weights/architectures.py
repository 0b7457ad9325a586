"""The architectures that checkpoints may have, and every key that their configuration may hold.

A configuration is data from a stranger. What is not in this table never reaches a library; a value
outside its range is refused. Names of keys and defaults are those of transformers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from headstart.weights.architecture import (
    ACTIVATION,
    BERT,
    BLOCKS,
    DEPTH,
    EFFICIENTNET,
    EVERYWHERE,
    FLAG,
    HEADS,
    PIXELS,
    POSITIONS,
    SHARE,
    SMALL,
    TOKENS,
    WIDTH,
    Architecture,
    Check,
    least_of_blocks,
    least_of_efficientnet,
    real,
    whole,
    wholes,
    word,
)
from headstart.weights.signals import SIGNALS

_PICTURES: Mapping[str, Check] = MappingProxyType(
    {"image_size": PIXELS, "patch_size": whole(1, 256), "num_channels": word(3)}
)
_STAGES: Mapping[str, Check] = MappingProxyType(
    {"hidden_sizes": wholes(1, 32_768), "depths": wholes(1, 256)}
)


def _least_of_distilbert(values: Mapping[str, Any]) -> int:
    width, inner = values.get("dim", 1), values.get("hidden_dim", 1)
    each = 4 * width * width + 2 * width * inner
    rows = values.get("vocab_size", 0) + values.get("max_position_embeddings", 0)
    return int(values.get("n_layers", 1) * each + rows * width)


def _least_of_t5(values: Mapping[str, Any]) -> int:
    width, inner = values.get("d_model", 1), values.get("d_ff", 1)
    heads = values.get("d_kv", 1) * values.get("num_heads", 1)
    each = 4 * width * heads + 2 * width * inner
    return int(values.get("num_layers", 1) * each + values.get("vocab_size", 0) * width)


def _least_of_stages(values: Mapping[str, Any]) -> int:
    """Every block of a stage has at least a map of a quarter of its width onto itself."""
    stages = zip(values.get("hidden_sizes", ()), values.get("depths", ()), strict=False)
    return sum(depth * width * width // 8 for width, depth in stages)


def _least_of_clip(values: Mapping[str, Any]) -> int:
    parts = ("text_config", "vision_config")
    return sum(least_of_blocks(values.get(part, {})) for part in parts)


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "bert": Architecture(
            modality="text",
            family="text_encoder",
            encoder="BertModel",
            classifier="BertForSequenceClassification",
            keys={**EVERYWHERE, **BERT},
            least=least_of_blocks,
        ),
        "roberta": Architecture(
            modality="text",
            family="text_encoder",
            encoder="RobertaModel",
            classifier="RobertaForSequenceClassification",
            keys={**EVERYWHERE, **BERT},
            least=least_of_blocks,
        ),
        "distilbert": Architecture(
            modality="text",
            family="text_encoder",
            encoder="DistilBertModel",
            classifier="DistilBertForSequenceClassification",
            keys={
                **EVERYWHERE,
                "vocab_size": TOKENS,
                "max_position_embeddings": POSITIONS,
                "sinusoidal_pos_embds": FLAG,
                "n_layers": DEPTH,
                "n_heads": HEADS,
                "dim": WIDTH,
                "hidden_dim": WIDTH,
                "dropout": SHARE,
                "activation": ACTIVATION,
                "qa_dropout": SHARE,
                "seq_classif_dropout": SHARE,
            },
            least=_least_of_distilbert,
        ),
        "t5": Architecture(
            modality="text",
            family="text_encoder",
            encoder="T5EncoderModel",
            classifier=None,
            keys={
                **EVERYWHERE,
                "vocab_size": TOKENS,
                "d_model": WIDTH,
                "d_kv": WIDTH,
                "d_ff": WIDTH,
                "num_layers": DEPTH,
                "num_decoder_layers": DEPTH,
                "num_heads": HEADS,
                "relative_attention_num_buckets": whole(1, 4096),
                "relative_attention_max_distance": POSITIONS,
                "dropout_rate": SHARE,
                "layer_norm_epsilon": real(0.0, 1.0),
                "feed_forward_proj": word("relu", "gelu", "gated-gelu", "gated-silu"),
                "classifier_dropout": SHARE,
            },
            least=_least_of_t5,
        ),
        "vit": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ViTModel",
            classifier="ViTForImageClassification",
            keys={
                **EVERYWHERE,
                **BLOCKS,
                **_PICTURES,
                "qkv_bias": FLAG,
                "encoder_stride": whole(1, 256),
                "pooler_output_size": WIDTH,
                "pooler_act": ACTIVATION,
            },
            least=least_of_blocks,
        ),
        "resnet": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ResNetModel",
            classifier="ResNetForImageClassification",
            keys={
                **EVERYWHERE,
                **_STAGES,
                "num_channels": word(3),
                "embedding_size": WIDTH,
                "layer_type": word("basic", "bottleneck"),
                "downsample_in_first_stage": FLAG,
                "downsample_in_bottleneck": FLAG,
            },
            least=_least_of_stages,
        ),
        "convnext": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ConvNextModel",
            classifier="ConvNextForImageClassification",
            keys={
                **EVERYWHERE,
                **_STAGES,
                **_PICTURES,
                "num_stages": SMALL,
                "layer_scale_init_value": SHARE,
                "drop_path_rate": SHARE,
            },
            least=_least_of_stages,
        ),
        "efficientnet": Architecture(
            modality="image",
            family="image_encoder",
            encoder="EfficientNetModel",
            classifier="EfficientNetForImageClassification",
            keys={
                **EVERYWHERE,
                **EFFICIENTNET,
            },
            least=least_of_efficientnet,
        ),
        "clip": Architecture(
            modality="image",
            family="image_encoder",
            encoder="CLIPVisionModelWithProjection",
            classifier=None,
            whole="CLIPModel",
            keys={
                "projection_dim": WIDTH,
                "logit_scale_init_value": real(-100.0, 100.0),
                "initializer_factor": real(0.0, 100.0),
            },
            parts={
                "text_config": {
                    **EVERYWHERE,
                    **BLOCKS,
                    "vocab_size": TOKENS,
                    "max_position_embeddings": POSITIONS,
                    "projection_dim": WIDTH,
                },
                "vision_config": {
                    **EVERYWHERE,
                    **BLOCKS,
                    **_PICTURES,
                    "projection_dim": WIDTH,
                },
            },
            least=_least_of_clip,
        ),
        **SIGNALS,
    }
)
