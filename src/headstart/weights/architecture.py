"""One architecture, and the checks that the keys of its configuration pass.

A configuration is data from a stranger: a value outside of the range of its key is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from headstart.records.data import Modality
from headstart.records.task import Kind

Check: TypeAlias = Callable[[Any], bool]


def whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def real(low: float, high: float) -> Check:
    return lambda value: type(value) in (int, float) and low <= value <= high


def word(*words: Any) -> Check:
    return lambda value: any(value == word and type(value) is type(word) for word in words)


def wholes(low: int, high: int) -> Check:
    each = whole(low, high)
    return lambda value: type(value) is list and len(value) <= 64 and all(map(each, value))


FLAG = word(True, False)
SHARE = real(0.0, 1.0)
WIDTH, DEPTH, HEADS = whole(1, 32_768), whole(1, 256), whole(1, 512)
TOKENS, POSITIONS, TOKEN = whole(1, 2_000_000), whole(1, 1_000_000), whole(-1, 2_000_000)
PIXELS, SMALL = whole(1, 16_384), whole(1, 64)
ACTIVATION = word(
    *("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh", "quick_gelu"),
    *("relu", "relu6", "silu", "swish", "tanh", "sigmoid", "mish"),
)
EVERYWHERE: Mapping[str, Check] = MappingProxyType(
    {
        "initializer_range": real(0.0, 10.0),
        "initializer_factor": real(0.0, 100.0),
        "chunk_size_feed_forward": word(0),
        "is_decoder": word(False),
        "add_cross_attention": word(False),
        "tie_word_embeddings": FLAG,
        "pad_token_id": TOKEN,
        "bos_token_id": TOKEN,
        "eos_token_id": TOKEN,
        "hidden_act": ACTIVATION,
        "layer_norm_eps": real(0.0, 1.0),
        "attention_dropout": SHARE,
    }
)
BLOCKS: Mapping[str, Check] = MappingProxyType(
    {
        "hidden_size": WIDTH,
        "num_hidden_layers": DEPTH,
        "num_attention_heads": HEADS,
        "intermediate_size": WIDTH,
        "hidden_dropout_prob": SHARE,
        "attention_probs_dropout_prob": SHARE,
    }
)
BERT: Mapping[str, Check] = MappingProxyType(
    {
        **BLOCKS,
        "vocab_size": TOKENS,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": whole(1, 64),
        "classifier_dropout": SHARE,
        "position_embedding_type": word("absolute"),
    }
)
EFFICIENTNET: Mapping[str, Check] = MappingProxyType(
    {
        "num_channels": word(3),
        "image_size": PIXELS,
        "width_coefficient": real(0.01, 16.0),
        "depth_coefficient": real(0.01, 16.0),
        "depth_divisor": SMALL,
        "kernel_sizes": wholes(1, 31),
        "in_channels": wholes(1, 4096),
        "out_channels": wholes(1, 4096),
        "depthwise_padding": wholes(0, 64),
        "strides": wholes(1, 8),
        "num_block_repeats": wholes(1, 64),
        "expand_ratios": wholes(1, 64),
        "squeeze_expansion_ratio": SHARE,
        "hidden_dim": WIDTH,
        "pooling_type": word("mean", "max"),
        "batch_norm_eps": SHARE,
        "batch_norm_momentum": SHARE,
        "dropout_rate": SHARE,
        "drop_connect_rate": SHARE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One architecture.

    Attributes:
        keys: key of the configuration -> whether a value is allowed.
        parts: keys that hold the configuration of a part, and which table it obeys.
        least: (configuration) -> a lower bound of its number of parameters; a configuration that
            needs more than the file can hold is refused before anything is allocated.
        family: the one that starts from it; empty where none does, and it is looked at and moved.
        classifier: the class in transformers that has a head, and `encoder` the one without.
        whole: the class with all sides, where `encoder` is one side of them.
        others: further classes that a checkpoint may name.
        prefixes: of the encoder's tensors inside of other classes.
    """

    modality: Modality
    family: str = ""
    encoder: str
    classifier: str | None
    keys: Mapping[str, Check]
    least: Callable[[Mapping[str, Any]], int]
    parts: Mapping[str, Mapping[str, Check]] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("classification", "regression")
    whole: str | None = None
    others: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


def least_of_blocks(values: Mapping[str, Any]) -> int:
    """Maps of every block, words and places."""
    width, inner = values.get("hidden_size", 1), values.get("intermediate_size", 1)
    each = 4 * width * width + 2 * width * inner
    rows = values.get("vocab_size", 0) + values.get("max_position_embeddings", 0)
    return int(values.get("num_hidden_layers", 1) * each + rows * width)


def least_of_efficientnet(values: Mapping[str, Any]) -> int:
    """The last map, from the stages' width to `hidden_dim`."""
    last = values.get("out_channels", [1])[-1:] or [1]
    return int(last[0] * values.get("hidden_dim", 1) * min(values.get("width_coefficient", 1), 1))
