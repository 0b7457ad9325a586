"""Architectures that no family of Headstart starts from yet: sound, series, pictures with texts.

Their checkpoints are looked at (`inspect`) and moved (`weights`) like all others. Names of keys are
those of transformers.
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
    POSITIONS,
    SHARE,
    TOKEN,
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

_CHANNELS = whole(1, 4096)
_WHISPER: Mapping[str, Check] = MappingProxyType(
    {
        **{key: check for key, check in EVERYWHERE.items() if key != "is_decoder"},
        "vocab_size": TOKENS,
        "num_mel_bins": _CHANNELS,
        "encoder_layers": DEPTH,
        "decoder_layers": DEPTH,
        "encoder_attention_heads": HEADS,
        "decoder_attention_heads": HEADS,
        "encoder_ffn_dim": WIDTH,
        "decoder_ffn_dim": WIDTH,
        "encoder_layerdrop": SHARE,
        "decoder_layerdrop": SHARE,
        "decoder_start_token_id": TOKEN,
        "activation_function": ACTIVATION,
        "d_model": WIDTH,
        "dropout": SHARE,
        "activation_dropout": SHARE,
        "init_std": real(0.0, 10.0),
        "scale_embedding": FLAG,
        "max_source_positions": POSITIONS,
        "max_target_positions": POSITIONS,
        "use_weighted_layer_sum": word(False),
        "classifier_proj_size": WIDTH,
    }
)
_WAV2VEC2: Mapping[str, Check] = MappingProxyType(
    {
        **EVERYWHERE,
        **{key: check for key, check in BLOCKS.items() if not key.endswith("_prob")},
        "vocab_size": TOKENS,
        "hidden_dropout": SHARE,
        "activation_dropout": SHARE,
        "feat_proj_dropout": SHARE,
        "final_dropout": SHARE,
        "layerdrop": SHARE,
        "feat_extract_norm": word("group", "layer"),
        "feat_extract_activation": ACTIVATION,
        "conv_dim": wholes(1, 32_768),
        "conv_stride": wholes(1, 1024),
        "conv_kernel": wholes(1, 1024),
        "conv_bias": FLAG,
        "num_feat_extract_layers": DEPTH,
        "num_conv_pos_embeddings": whole(1, 4096),
        "num_conv_pos_embedding_groups": whole(1, 4096),
        "do_stable_layer_norm": FLAG,
        "apply_spec_augment": FLAG,
        "mask_time_prob": SHARE,
        "mask_feature_prob": SHARE,
        "use_weighted_layer_sum": word(False),
        "classifier_proj_size": WIDTH,
        "add_adapter": word(False),
    }
)
_PATCHTST: Mapping[str, Check] = MappingProxyType(
    {
        "num_input_channels": _CHANNELS,
        "context_length": POSITIONS,
        "patch_length": POSITIONS,
        "patch_stride": POSITIONS,
        "num_hidden_layers": DEPTH,
        "d_model": WIDTH,
        "num_attention_heads": HEADS,
        "ffn_dim": WIDTH,
        "share_embedding": FLAG,
        "channel_attention": FLAG,
        "norm_type": word("batchnorm", "layernorm"),
        "norm_eps": SHARE,
        "attention_dropout": SHARE,
        "positional_dropout": SHARE,
        "path_dropout": SHARE,
        "ff_dropout": SHARE,
        "head_dropout": SHARE,
        "bias": FLAG,
        "activation_function": ACTIVATION,
        "pre_norm": FLAG,
        "positional_encoding_type": word("sincos", "random"),
        "use_cls_token": FLAG,
        "init_std": real(0.0, 10.0),
        "share_projection": FLAG,
        "scaling": word("mean", "std", True, False),
        "pooling_type": word("mean", "max"),
        "prediction_length": POSITIONS,
        "num_targets": _CHANNELS,
        "loss": word("mse"),
    }
)


def _least_of_whisper(values: Mapping[str, Any]) -> int:
    width, inner = values.get("d_model", 1), values.get("encoder_ffn_dim", 1)
    return int(values.get("encoder_layers", 1) * (4 * width * width + 2 * width * inner))


def _least_of_patchtst(values: Mapping[str, Any]) -> int:
    width, inner = values.get("d_model", 1), values.get("ffn_dim", 1)
    return int(values.get("num_hidden_layers", 1) * (4 * width * width + 2 * width * inner))


def _least_of_align(values: Mapping[str, Any]) -> int:
    sight = least_of_efficientnet(values.get("vision_config", {}))
    return sight + least_of_blocks(values.get("text_config", {}))


SIGNALS: Mapping[str, Architecture] = MappingProxyType(
    {
        "whisper": Architecture(
            modality="audio",
            encoder="WhisperModel",
            classifier="WhisperForAudioClassification",
            others=("WhisperForConditionalGeneration",),
            prefixes=("model.",),
            keys=_WHISPER,
            least=_least_of_whisper,
            kinds=("transcription",),
        ),
        "wav2vec2": Architecture(
            modality="audio",
            encoder="Wav2Vec2Model",
            classifier="Wav2Vec2ForSequenceClassification",
            others=("Wav2Vec2ForCTC",),
            prefixes=("wav2vec2.",),
            keys=_WAV2VEC2,
            least=least_of_blocks,
            kinds=("transcription",),
        ),
        "patchtst": Architecture(
            modality="series",
            encoder="PatchTSTModel",
            classifier=None,
            others=("PatchTSTForClassification", "PatchTSTForPrediction", "PatchTSTForRegression"),
            prefixes=("model.",),
            keys=_PATCHTST,
            least=_least_of_patchtst,
            kinds=("forecasting",),
        ),
        "align": Architecture(
            modality="image",
            encoder="AlignModel",
            classifier=None,
            keys={
                "projection_dim": WIDTH,
                "temperature_init_value": real(0.0, 100.0),
                "initializer_range": real(0.0, 10.0),
            },
            parts={
                "text_config": {**EVERYWHERE, **BERT},
                "vision_config": {**EVERYWHERE, **EFFICIENTNET},
            },
            least=_least_of_align,
        ),
    }
)
