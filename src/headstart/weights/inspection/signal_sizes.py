"""Sizes of the networks that hear, or follow a series; names are those of transformers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from headstart.weights.inspection.sizes import BLOCKS, Sizes, Values


def _wav2vec2(values: Values) -> Values:
    return {"last": values["conv_dim"][-1]}


SIGNALS: Mapping[str, Sizes] = MappingProxyType(
    {
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
            defaults={**BLOCKS, "conv_dim": [512] * 7},
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
