"""The architectures that checkpoints may have, and every key that their configuration may hold.

A configuration is data from a stranger. What is not in this table never reaches a library; a value
outside its range is refused. Names of keys and defaults are those of transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from headstart.records.data import Modality
from headstart.records.task import Kind

Check: TypeAlias = Callable[[Any], bool]


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _real(low: float, high: float) -> Check:
    return lambda value: type(value) in (int, float) and low <= value <= high


def _word(*words: Any) -> Check:
    return lambda value: any(value == word and type(value) is type(word) for word in words)


def _wholes(low: int, high: int) -> Check:
    each = _whole(low, high)
    return lambda value: type(value) is list and len(value) <= 64 and all(map(each, value))


_FLAG = _word(True, False)
_SHARE = _real(0.0, 1.0)
_WIDTH, _DEPTH, _HEADS = _whole(1, 32_768), _whole(1, 256), _whole(1, 512)
_TOKENS, _POSITIONS, _TOKEN = _whole(1, 2_000_000), _whole(1, 1_000_000), _whole(-1, 2_000_000)
_PIXELS, _SMALL = _whole(1, 16_384), _whole(1, 64)
_ACTIVATION = _word(
    *("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh", "quick_gelu"),
    *("relu", "relu6", "silu", "swish", "tanh", "sigmoid", "mish"),
)
_EVERYWHERE: Mapping[str, Check] = MappingProxyType(
    {
        "initializer_range": _real(0.0, 10.0),
        "initializer_factor": _real(0.0, 100.0),
        "chunk_size_feed_forward": _word(0),
        "is_decoder": _word(False),
        "add_cross_attention": _word(False),
        "tie_word_embeddings": _FLAG,
        "pad_token_id": _TOKEN,
        "bos_token_id": _TOKEN,
        "eos_token_id": _TOKEN,
        "hidden_act": _ACTIVATION,
        "layer_norm_eps": _real(0.0, 1.0),
        "attention_dropout": _SHARE,
    }
)
_BLOCKS: Mapping[str, Check] = MappingProxyType(
    {
        "hidden_size": _WIDTH,
        "num_hidden_layers": _DEPTH,
        "num_attention_heads": _HEADS,
        "intermediate_size": _WIDTH,
        "hidden_dropout_prob": _SHARE,
        "attention_probs_dropout_prob": _SHARE,
    }
)
_BERT: Mapping[str, Check] = MappingProxyType(
    {
        **_BLOCKS,
        "vocab_size": _TOKENS,
        "max_position_embeddings": _POSITIONS,
        "type_vocab_size": _whole(1, 64),
        "classifier_dropout": _SHARE,
        "position_embedding_type": _word("absolute"),
    }
)
_PICTURES: Mapping[str, Check] = MappingProxyType(
    {"image_size": _PIXELS, "patch_size": _whole(1, 256), "num_channels": _word(3)}
)
_STAGES: Mapping[str, Check] = MappingProxyType(
    {"hidden_sizes": _wholes(1, 32_768), "depths": _wholes(1, 256)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One architecture.

    Attributes:
        keys: key of the configuration -> whether a value is allowed.
        parts: keys that hold the configuration of a part, and which table it obeys.
        least: (configuration) -> a lower bound of its number of parameters; a configuration that
            needs more than the file can hold is refused before anything is allocated.
        classifier: the class in transformers that has a head, and `encoder` the one without.
    """

    modality: Modality
    family: str
    encoder: str
    classifier: str | None
    keys: Mapping[str, Check]
    least: Callable[[Mapping[str, Any]], int]
    parts: Mapping[str, Mapping[str, Check]] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("classification", "regression")


def _least_of_blocks(values: Mapping[str, Any]) -> int:
    width, inner = values.get("hidden_size", 1), values.get("intermediate_size", 1)
    each = 4 * width * width + 2 * width * inner
    rows = values.get("vocab_size", 0) + values.get("max_position_embeddings", 0)
    return int(values.get("num_hidden_layers", 1) * each + rows * width)


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
    return sum(_least_of_blocks(values.get(part, {})) for part in parts)


def _least_of_efficientnet(values: Mapping[str, Any]) -> int:
    """The last map, from the stages' width to `hidden_dim`."""
    last = values.get("out_channels", [1])[-1:] or [1]
    return int(last[0] * values.get("hidden_dim", 1) * min(values.get("width_coefficient", 1), 1))


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        "bert": Architecture(
            modality="text",
            family="text_encoder",
            encoder="BertModel",
            classifier="BertForSequenceClassification",
            keys={**_EVERYWHERE, **_BERT},
            least=_least_of_blocks,
        ),
        "roberta": Architecture(
            modality="text",
            family="text_encoder",
            encoder="RobertaModel",
            classifier="RobertaForSequenceClassification",
            keys={**_EVERYWHERE, **_BERT},
            least=_least_of_blocks,
        ),
        "distilbert": Architecture(
            modality="text",
            family="text_encoder",
            encoder="DistilBertModel",
            classifier="DistilBertForSequenceClassification",
            keys={
                **_EVERYWHERE,
                "vocab_size": _TOKENS,
                "max_position_embeddings": _POSITIONS,
                "sinusoidal_pos_embds": _FLAG,
                "n_layers": _DEPTH,
                "n_heads": _HEADS,
                "dim": _WIDTH,
                "hidden_dim": _WIDTH,
                "dropout": _SHARE,
                "activation": _ACTIVATION,
                "qa_dropout": _SHARE,
                "seq_classif_dropout": _SHARE,
            },
            least=_least_of_distilbert,
        ),
        "t5": Architecture(
            modality="text",
            family="text_encoder",
            encoder="T5EncoderModel",
            classifier=None,
            keys={
                **_EVERYWHERE,
                "vocab_size": _TOKENS,
                "d_model": _WIDTH,
                "d_kv": _WIDTH,
                "d_ff": _WIDTH,
                "num_layers": _DEPTH,
                "num_decoder_layers": _DEPTH,
                "num_heads": _HEADS,
                "relative_attention_num_buckets": _whole(1, 4096),
                "relative_attention_max_distance": _POSITIONS,
                "dropout_rate": _SHARE,
                "layer_norm_epsilon": _real(0.0, 1.0),
                "feed_forward_proj": _word("relu", "gelu", "gated-gelu", "gated-silu"),
                "classifier_dropout": _SHARE,
            },
            least=_least_of_t5,
        ),
        "vit": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ViTModel",
            classifier="ViTForImageClassification",
            keys={
                **_EVERYWHERE,
                **_BLOCKS,
                **_PICTURES,
                "qkv_bias": _FLAG,
                "encoder_stride": _whole(1, 256),
                "pooler_output_size": _WIDTH,
                "pooler_act": _ACTIVATION,
            },
            least=_least_of_blocks,
        ),
        "resnet": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ResNetModel",
            classifier="ResNetForImageClassification",
            keys={
                **_EVERYWHERE,
                **_STAGES,
                "num_channels": _word(3),
                "embedding_size": _WIDTH,
                "layer_type": _word("basic", "bottleneck"),
                "downsample_in_first_stage": _FLAG,
                "downsample_in_bottleneck": _FLAG,
            },
            least=_least_of_stages,
        ),
        "convnext": Architecture(
            modality="image",
            family="image_encoder",
            encoder="ConvNextModel",
            classifier="ConvNextForImageClassification",
            keys={
                **_EVERYWHERE,
                **_STAGES,
                **_PICTURES,
                "num_stages": _SMALL,
                "layer_scale_init_value": _SHARE,
                "drop_path_rate": _SHARE,
            },
            least=_least_of_stages,
        ),
        "efficientnet": Architecture(
            modality="image",
            family="image_encoder",
            encoder="EfficientNetModel",
            classifier="EfficientNetForImageClassification",
            keys={
                **_EVERYWHERE,
                "num_channels": _word(3),
                "image_size": _PIXELS,
                "width_coefficient": _real(0.01, 16.0),
                "depth_coefficient": _real(0.01, 16.0),
                "depth_divisor": _SMALL,
                "kernel_sizes": _wholes(1, 31),
                "in_channels": _wholes(1, 4096),
                "out_channels": _wholes(1, 4096),
                "depthwise_padding": _wholes(0, 64),
                "strides": _wholes(1, 8),
                "num_block_repeats": _wholes(1, 64),
                "expand_ratios": _wholes(1, 64),
                "squeeze_expansion_ratio": _SHARE,
                "hidden_dim": _WIDTH,
                "pooling_type": _word("mean", "max"),
                "batch_norm_eps": _SHARE,
                "batch_norm_momentum": _SHARE,
                "dropout_rate": _SHARE,
                "drop_connect_rate": _SHARE,
            },
            least=_least_of_efficientnet,
        ),
        "clip": Architecture(
            modality="image",
            family="image_encoder",
            encoder="CLIPVisionModelWithProjection",
            classifier=None,
            keys={
                "projection_dim": _WIDTH,
                "logit_scale_init_value": _real(-100.0, 100.0),
                "initializer_factor": _real(0.0, 100.0),
            },
            parts={
                "text_config": {
                    **_EVERYWHERE,
                    **_BLOCKS,
                    "vocab_size": _TOKENS,
                    "max_position_embeddings": _POSITIONS,
                    "projection_dim": _WIDTH,
                },
                "vision_config": {
                    **_EVERYWHERE,
                    **_BLOCKS,
                    **_PICTURES,
                    "projection_dim": _WIDTH,
                },
            },
            least=_least_of_clip,
        ),
    }
)
