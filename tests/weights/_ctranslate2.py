"""A file of CTranslate2 written by hand, and a Whisper under its names."""

import re
import struct

import torch

_KINDS = {torch.float32: 0, torch.int8: 1, torch.int16: 2, torch.int32: 3, torch.float16: 4}
_NAMES = (
    (r"^model\.", ""),
    (r"\.layers\.(\d+)\.", r"/layer_\1/"),
    (r"self_attn_layer_norm", "self_attention/layer_norm"),
    (r"encoder_attn_layer_norm", "attention/layer_norm"),
    (r"final_layer_norm", "ffn/layer_norm"),
    (r"(layer_norm)\.weight$", r"\1.gamma"),
    (r"(layer_norm)\.bias$", r"\1.beta"),
    (r"self_attn\.out_proj", "self_attention/linear_1"),
    (r"self_attn\.(\w)_proj", r"self_attention/linear_0/\1"),
    (r"encoder_attn\.q_proj", "attention/linear_0"),
    (r"encoder_attn\.([kv])_proj", r"attention/linear_1/\1"),
    (r"encoder_attn\.out_proj", "attention/linear_2"),
    (r"fc1", "ffn/linear_0"),
    (r"fc2", "ffn/linear_1"),
    (r"embed_positions\.weight", "position_encodings/encodings"),
    (r"embed_tokens", "embeddings"),
    (r"\.", "/"),
)


def whisper(state):
    """The tensors of `WhisperForConditionalGeneration` as CTranslate2 keeps them."""
    named = {}
    for name, value in state.items():
        if name != "proj_out.weight":
            for pattern, instead in _NAMES:
                name = re.sub(pattern, instead, name)
            named[name] = value
    fused = {}
    for name in sorted(named):
        hit = re.match(r"(.*linear_[01])/[qkv]/(weight|bias)$", name)
        parts = "" if hit is None else ("kv" if "/attention/" in name else "qkv")
        if not parts:
            fused[name] = named[name]
            continue
        tensors = [named.get(f"{hit[1]}/{each}/{hit[2]}") for each in parts]
        known = next(each for each in tensors if each is not None)
        tensors = [torch.zeros_like(known) if each is None else each for each in tensors]
        fused[f"{hit[1]}/{hit[2]}"] = torch.cat(tensors)
    return fused | {"decoder/scale_embeddings": torch.tensor(0, dtype=torch.int8)}


def write(path, tensors, ties=(), spec="WhisperSpec", version=6):
    """The file; `ties` are pairs of another name and the name of a tensor."""
    whole = struct.pack("<I", version) + _text(spec) + struct.pack("<II", 3, len(tensors))
    for name, value in tensors.items():
        raw = value.contiguous().numpy().tobytes()
        shape = struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
        whole += _text(name) + shape + struct.pack("<BI", _KINDS[value.dtype], len(raw)) + raw
    whole += struct.pack("<I", len(ties)) + b"".join(_text(each) for pair in ties for each in pair)
    path.write_bytes(whole)
    return path


def _text(text):
    raw = text.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw
