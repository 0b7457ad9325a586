"""Small checkpoints of every architecture, made on the spot: a few thousand random parameters."""

import json

import torch
import transformers

SEED = 7
_TEXT = {"vocab_size": 40, "pad_token_id": 0}
_BLOCKS = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_BLOCKS |= {"intermediate_size": 24}
_PICTURE = {"image_size": 32, "patch_size": 8}
_STAGES = {"hidden_sizes": [8, 16], "depths": [1, 1]}
SMALL = {
    "bert": _TEXT | _BLOCKS | {"max_position_embeddings": 24},
    "roberta": {**_TEXT, "pad_token_id": 1} | _BLOCKS | {"max_position_embeddings": 26},
    "distilbert": _TEXT
    | {"dim": 16, "hidden_dim": 24, "n_layers": 2, "n_heads": 2, "max_position_embeddings": 24},
    "t5": _TEXT | {"d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2, "num_heads": 2},
    "vit": _BLOCKS | _PICTURE | {"pooler_output_size": 16},
    "resnet": _STAGES | {"embedding_size": 8, "layer_type": "basic"},
    "convnext": {**_STAGES, "num_stages": 2, "image_size": 32},
    "efficientnet": {
        "image_size": 32,
        "width_coefficient": 1.0,
        "depth_coefficient": 1.0,
        "kernel_sizes": [3],
        "in_channels": [32],
        "out_channels": [8],
        "strides": [1],
        "num_block_repeats": [1],
        "expand_ratios": [1],
        "hidden_dim": 1280,
    },
    "whisper": {
        "vocab_size": 40,
        "d_model": 16,
        "encoder_layers": 2,
        "encoder_attention_heads": 2,
        "encoder_ffn_dim": 24,
        "decoder_layers": 1,
        "decoder_attention_heads": 2,
        "decoder_ffn_dim": 24,
        "num_mel_bins": 8,
        "max_source_positions": 16,
        "max_target_positions": 16,
        "classifier_proj_size": 8,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 1,
    },
    "wav2vec2": _BLOCKS
    | {
        "vocab_size": 40,
        "conv_dim": [8, 8],
        "conv_stride": [4, 2],
        "conv_kernel": [8, 3],
        "num_feat_extract_layers": 2,
        "num_conv_pos_embeddings": 4,
        "num_conv_pos_embedding_groups": 2,
        "classifier_proj_size": 8,
    },
    "patchtst": {
        "d_model": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "ffn_dim": 24,
        "context_length": 32,
        "patch_length": 8,
        "patch_stride": 8,
        "num_targets": 2,
    },
    "align": {
        "projection_dim": 8,
        "text_config": _TEXT | _BLOCKS | {"max_position_embeddings": 24},
        "vision_config": {
            "image_size": 32,
            "width_coefficient": 1.0,
            "depth_coefficient": 1.0,
            "kernel_sizes": [3],
            "in_channels": [32],
            "out_channels": [8],
            "strides": [1],
            "num_block_repeats": [1],
            "expand_ratios": [1],
            "hidden_dim": 64,
        },
    },
    "clip": {
        "projection_dim": 8,
        "text_config": _TEXT | _BLOCKS | {"max_position_embeddings": 24, "projection_dim": 8},
        "vision_config": _BLOCKS | _PICTURE | {"projection_dim": 8},
    },
}
WHOLE_CLIP = "CLIPModel"


def network(architecture, class_name, **more):
    """A network of transformers with random parameters, the same ones every time."""
    config = transformers.AutoConfig.for_model(architecture, **SMALL[architecture], **more)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return getattr(transformers, class_name)(config).eval()


def saved(folder, architecture, class_name, **more):
    """The folder in which `save_pretrained` put such a network."""
    network(architecture, class_name, **more).save_pretrained(folder)
    return folder


def rewritten(folder, **changes):
    """The same folder with other keys in its configuration."""
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return folder
