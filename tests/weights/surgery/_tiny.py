"""Networks of every architecture with a few thousand random parameters, none of them at rest.

Biases, gains and statistics are drawn too: where they are all 0 and 1, a wrong move is not seen.
"""

import torch
import transformers

_BLOCKS = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_BLOCKS |= {"intermediate_size": 32}
_TEXT = {"vocab_size": 40, "max_position_embeddings": 24, "pad_token_id": 1}
_WIDER = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64}
_NARROWER = {"hidden_size": 8, "num_attention_heads": 1, "intermediate_size": 16}
_STAGES = {"hidden_sizes": [8, 16], "depths": [2, 1]}
_AUDIO = {"d_model": 16, "encoder_layers": 2, "encoder_attention_heads": 2}
_AUDIO |= {"encoder_ffn_dim": 32, "decoder_layers": 1, "decoder_attention_heads": 2}
_AUDIO |= {"decoder_ffn_dim": 32, "vocab_size": 40, "num_mel_bins": 8, "classifier_proj_size": 8}
_AUDIO |= {"max_source_positions": 16, "max_target_positions": 16, "pad_token_id": 0}
_AUDIO |= {"bos_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 1}
_MOBILE = {"width_coefficient": 0.25, "depth_divisor": 4, "kernel_sizes": [3, 3]}
_MOBILE |= {"in_channels": [32, 16], "out_channels": [16, 24], "strides": [1, 2]}
_MOBILE |= {"num_block_repeats": [1, 1], "expand_ratios": [1, 6], "depthwise_padding": []}
_MOBILE |= {"depth_coefficient": 2.0, "hidden_dim": 320, "image_size": 32}
_SPEECH = {"vocab_size": 40, "conv_dim": (8, 8), "conv_stride": (4, 2), "conv_kernel": (8, 3)}
_SPEECH |= {"num_feat_extract_layers": 2, "num_conv_pos_embeddings": 4}
_SPEECH |= {"num_conv_pos_embedding_groups": 2, "classifier_proj_size": 8}
_SERIES = {"d_model": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 32}
_SERIES |= {"context_length": 32, "patch_length": 8, "patch_stride": 8, "num_targets": 2}
_SERIES |= {"num_input_channels": 1, "use_cls_token": False, "pooling_type": "mean"}
_SIGHT = {"image_size": 32, "width_coefficient": 1.0, "depth_coefficient": 1.0}
_SIGHT |= {"kernel_sizes": [3], "in_channels": [32], "out_channels": [8], "strides": [1]}
_SIGHT |= {"num_block_repeats": [1], "expand_ratios": [1], "hidden_dim": 64}
_DISTIL = {"vocab_size": 40, "max_position_embeddings": 24, "pad_token_id": 1, "dim": 16}
_DISTIL |= {"n_layers": 2, "n_heads": 2, "hidden_dim": 32}
_T5 = {"vocab_size": 40, "d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2}
ARCHITECTURES = {
    "bert": ("BertForSequenceClassification", _TEXT | _BLOCKS),
    "roberta": ("RobertaForSequenceClassification", _TEXT | _BLOCKS),
    "distilbert": ("DistilBertForSequenceClassification", _DISTIL),
    "t5": ("T5EncoderModel", _T5),
    "vit": ("ViTForImageClassification", _BLOCKS | {"image_size": 32, "patch_size": 8}),
    "efficientnet": ("EfficientNetForImageClassification", _MOBILE),
    "resnet": (
        "ResNetForImageClassification",
        _STAGES | {"embedding_size": 8, "layer_type": "basic"},
    ),
    "convnext": ("ConvNextForImageClassification", _STAGES | {"num_stages": 2, "image_size": 32}),
    "clip": ("CLIPModel", {}),
    "align": ("AlignModel", {}),
    "whisper": ("WhisperForAudioClassification", _AUDIO),
    "wav2vec2": ("Wav2Vec2ForSequenceClassification", _BLOCKS | _SPEECH),
    "patchtst": ("PatchTSTForClassification", _SERIES),
}
_HEAD, _GREY = {"num_labels": 5}, {"num_channels": 1}
_WIDE_SOUND = {"d_model": 32, "encoder_attention_heads": 4, "encoder_ffn_dim": 64}
_NARROW_SOUND = {"d_model": 8, "encoder_attention_heads": 1, "encoder_ffn_dim": 16}
_TWO_DEEP, _ONE_DEEP = {"num_hidden_layers": 3}, {"num_hidden_layers": 1}
CHANGES = {
    "bert": {
        "wider": _WIDER,
        "wider heads": {**_WIDER, "num_attention_heads": 2},
        "narrower": _NARROWER,
        "deeper": {"num_hidden_layers": 4},
        "shallower": _ONE_DEEP,
        "other head": _HEAD,
        "other vocabulary": {"vocab_size": 50},
        "longer": {"max_position_embeddings": 40},
    },
    "roberta": {
        "wider": _WIDER,
        "narrower": _NARROWER,
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other head": _HEAD,
        "other vocabulary": {"vocab_size": 30},
        "longer": {"max_position_embeddings": 40},
    },
    "distilbert": {
        "wider": {"dim": 32, "n_heads": 4, "hidden_dim": 64},
        "narrower": {"dim": 8, "n_heads": 1, "hidden_dim": 16},
        "deeper": {"n_layers": 3},
        "shallower": {"n_layers": 1},
        "other head": _HEAD,
        "other vocabulary": {"vocab_size": 50},
        "longer": {"max_position_embeddings": 40},
    },
    "t5": {
        "wider": {"d_model": 32, "num_heads": 4, "d_ff": 64},
        "wider heads": {"d_model": 32, "d_kv": 16},
        "narrower": {"d_model": 8, "num_heads": 1, "d_ff": 16},
        "deeper": {"num_layers": 3},
        "shallower": {"num_layers": 1},
        "other vocabulary": {"vocab_size": 50},
    },
    "vit": {
        "wider": _WIDER,
        "narrower": _NARROWER,
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other head": _HEAD,
        "grey": _GREY,
        "larger pictures": {"image_size": 48},
        "larger patches": {"patch_size": 16},
    },
    "efficientnet": {
        "wider": {"width_coefficient": 0.5, "hidden_dim": 640},
        "narrower": {"width_coefficient": 0.125, "hidden_dim": 160},
        "deeper": {"depth_coefficient": 3.0},
        "shallower": {"depth_coefficient": 1.0},
        "other head": _HEAD,
        "grey": _GREY,
    },
    "resnet": {
        "wider": {"embedding_size": 16, "hidden_sizes": [16, 32]},
        "unevenly wider": {"embedding_size": 12, "hidden_sizes": [12, 20]},
        "narrower": {"embedding_size": 4, "hidden_sizes": [4, 8]},
        "deeper": {"depths": [3, 2]},
        "shallower": {"depths": [1, 1]},
        "other head": _HEAD,
        "grey": _GREY,
        "six channels": {"num_channels": 6},
    },
    "convnext": {
        "wider": {"hidden_sizes": [16, 32]},
        "narrower": {"hidden_sizes": [4, 8]},
        "deeper": {"depths": [3, 2]},
        "shallower": {"depths": [1, 1]},
        "other head": _HEAD,
        "grey": _GREY,
    },
    "clip": {
        "wider": _WIDER,
        "narrower": _NARROWER,
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other vocabulary": {"vocab_size": 50},
        "larger pictures": {"image_size": 48},
        "grey": _GREY,
    },
    "align": {
        "wider": _WIDER,
        "narrower": _NARROWER,
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other vocabulary": {"vocab_size": 50},
        "longer": {"max_position_embeddings": 40},
        "grey": _GREY,
    },
    "whisper": {
        "wider": _WIDE_SOUND,
        "narrower": _NARROW_SOUND,
        "deeper": {"encoder_layers": 3},
        "shallower": {"encoder_layers": 1},
        "other head": _HEAD,
        "longer": {"max_source_positions": 24},
    },
    "wav2vec2": {
        "wider": {**_WIDER, "conv_dim": (16, 16)},
        "narrower": _NARROWER,
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other head": _HEAD,
    },
    "patchtst": {
        "wider": {"d_model": 32, "num_attention_heads": 4, "ffn_dim": 64},
        "narrower": {"d_model": 8, "num_attention_heads": 1, "ffn_dim": 16},
        "deeper": _TWO_DEEP,
        "shallower": _ONE_DEEP,
        "other head": {"num_targets": 5},
        "longer": {"context_length": 48},
    },
}
PRESERVING = ("same", "wider", "wider heads", "unevenly wider", "deeper", "grey")
CASES = [
    (architecture, change)
    for architecture, changes in CHANGES.items()
    for change in ("same", *changes)
]


def network(architecture, change="same", seed=1):
    """A network of an architecture, changed in one way."""
    kind, values = ARCHITECTURES[architecture]
    more = CHANGES[architecture].get(change, {})
    made = getattr(transformers, kind)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if architecture == "clip":
            return disturbed(made(_two_towers(made.config_class, more)))
        if architecture == "align":
            return disturbed(made(_reader_and_seer(made.config_class, more)))
        return disturbed(made(made.config_class(**{**values, **more})))


def disturbed(network):
    """With gains, biases and statistics that are not 0 and 1."""
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim == 1 and parameter.requires_grad:
                parameter.add_(0.2 * torch.randn_like(parameter))
        for name, buffer in network.named_buffers():
            if name.endswith("running_mean"):
                buffer.normal_(0.0, 0.3)
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
    return network.eval()


def _two_towers(kind, more):
    text = {"vocab_size": 40, "max_position_embeddings": 16, "bos_token_id": 0, "eos_token_id": 1}
    sight = {"image_size": 32, "patch_size": 8}
    seen = ("image_size", "num_channels")
    text_changes = {key: value for key, value in more.items() if key not in seen}
    sight_changes = {key: value for key, value in more.items() if key != "vocab_size"}
    return kind(
        text_config={**_BLOCKS, **text, **text_changes},
        vision_config={**_BLOCKS, **sight, **sight_changes},
        projection_dim=8,
    )


def _reader_and_seer(kind, more):
    """A BERT beside an EfficientNet: channels are the latter's, all the rest is the former's."""
    seen = {key: value for key, value in more.items() if key == "num_channels"}
    read = {key: value for key, value in more.items() if key not in seen}
    return kind(
        text_config={**_TEXT, **_BLOCKS, **read},
        vision_config={**_SIGHT, **seen},
        projection_dim=8,
    )
