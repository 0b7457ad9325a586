"""Inputs on which networks are tried: made up, of the kind that the network says it takes.

A network of transformers names its input; of any other, the first layer with weights tells.

Shapes: n inputs, t tokens or moments, s x s pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Inputs = dict[str, Any] | Any
_TOKENS = 8
_SIDE, _MOMENTS = 64, 64


def made_up(network: Any, rows: int, seed: int, tokens: int | None = None) -> Inputs | None:
    """What the network takes; None where nothing tells what that is.

    Args:
        tokens: take only the first ones of the vocabulary.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    name = getattr(network, "main_input_name", None)
    config = getattr(network, "config", None)
    if name is not None and config is not None and name in _MAKERS:
        made = as_decoder_asks(_MAKERS[name](config, rows, generator), network)
        return _within(made, tokens) if tokens is not None else made
    return _for_first_layer(network, rows, generator)


def _tokens(config: Any, rows: int, generator: Any) -> Inputs:
    """Ordinary tokens: neither the first ones, which are special, nor the highest."""
    import torch

    text = getattr(config, "text_config", None) or config
    low = min(8, text.vocab_size - 1)
    longest = min(_TOKENS, getattr(text, "max_position_embeddings", _TOKENS) - 2)
    size = (rows, max(1, longest))
    ids = torch.randint(low, text.vocab_size, size, generator=generator)
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if getattr(config, "vision_config", None) is not None:
        inputs |= _pixels(config.vision_config, rows, generator)
    if getattr(config, "is_encoder_decoder", False):
        inputs["decoder_input_ids"] = ids
    return inputs


def as_decoder_asks(inputs: Inputs, network: Any) -> Inputs:
    """Inputs of an encoder of sound, with tokens where a decoder follows it and without elsewhere.

    Texts have theirs already.
    """
    import torch

    if not isinstance(inputs, dict) or "input_features" not in inputs:
        return inputs
    plain = {name: value for name, value in inputs.items() if name != "decoder_input_ids"}
    if "decoder" not in {path.rpartition(".")[2] for path, _ in network.named_modules()}:
        return plain
    rows, words = plain["input_features"].shape[0], network.config.vocab_size
    return {**plain, "decoder_input_ids": torch.full((rows, 1), min(8, words - 1))}


def _within(inputs: Any, tokens: int) -> Any:
    return {
        name: value % tokens if name.endswith("input_ids") else value
        for name, value in inputs.items()
    }


def _pixels(config: Any, rows: int, generator: Any) -> dict[str, Any]:
    import torch

    vision = getattr(config, "vision_config", None) or config
    side = getattr(vision, "image_size", None) or _SIDE
    side = side if isinstance(side, int) else _SIDE
    channels = int(getattr(vision, "num_channels", 3))
    return {"pixel_values": torch.randn(rows, channels, side, side, generator=generator)}


def _sound(config: Any, rows: int, generator: Any) -> Inputs:
    import torch

    return {"input_values": torch.randn(rows, 4000, generator=generator)}


def _spectrum(config: Any, rows: int, generator: Any) -> Inputs:
    import torch

    size = (rows, config.num_mel_bins, 2 * config.max_source_positions)
    return {"input_features": torch.randn(*size, generator=generator)}


def _series(config: Any, rows: int, generator: Any) -> Inputs:
    import torch

    size = (rows, config.context_length, config.num_input_channels)
    return {"past_values": torch.randn(*size, generator=generator)}


_MAKERS: Mapping[str, Callable[[Any, int, Any], Any]] = {
    "input_ids": _tokens,
    "pixel_values": _pixels,
    "input_values": _sound,
    "input_features": _spectrum,
    "past_values": _series,
}


def _for_first_layer(network: Any, rows: int, generator: Any) -> Inputs | None:
    import torch
    from torch import nn

    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            return torch.randn(rows, layer.in_features, generator=generator)
        if isinstance(layer, nn.Embedding):
            size = (rows, _TOKENS)
            return torch.randint(0, layer.num_embeddings, size, generator=generator)
        if isinstance(layer, nn.Conv2d):
            config: Any = getattr(network, "default_cfg", None) or {}
            side = int((config.get("input_size") or (3, _SIDE, _SIDE))[-1])
            return torch.randn(rows, layer.in_channels, side, side, generator=generator)
        if isinstance(layer, nn.Conv1d):
            return torch.randn(rows, layer.in_channels, _MOMENTS, generator=generator)
        if isinstance(layer, nn.LSTM | nn.GRU | nn.RNN):
            return torch.randn(rows, _TOKENS, layer.input_size, generator=generator)
    return None


def answers(network: Any, inputs: Inputs) -> dict[str, Any]:
    """Every tensor that a network gives back, by name; a bare tensor is called `output`."""
    import torch

    given = network(**inputs) if isinstance(inputs, dict) else network(inputs)
    if isinstance(given, torch.Tensor):
        return {"output": given}
    if isinstance(given, tuple | list):
        given = {f"output {place}": value for place, value in enumerate(given)}
    pairs = given.items() if isinstance(given, Mapping) else vars(given).items()
    return {
        name: value
        for name, value in pairs
        if isinstance(value, torch.Tensor) and value.is_floating_point()
    }


def fits(network: Any, inputs: Inputs) -> bool:
    """Whether a network takes these inputs, which were made up."""
    import torch

    try:
        with torch.no_grad():
            return bool(answers(network, inputs))
    except (RuntimeError, TypeError, ValueError, IndexError, KeyError, AttributeError):
        return False


def as_source_takes(inputs: Inputs, folded: tuple[int, int] | None) -> Inputs:
    """The same inputs for the source, where one of the two sees several channels as one.

    Args:
        folded: channels of the source and of the target.
    """
    if folded is None:
        return inputs
    before = folded[0]

    def turned(pixels: Any) -> Any:
        grey = pixels[:, :1]
        return grey.expand(-1, before, *(-1 for _ in pixels.shape[2:])).contiguous()

    if isinstance(inputs, dict):
        return {name: turned(v) if name == "pixel_values" else v for name, v in inputs.items()}
    return turned(inputs)


def as_target_takes(inputs: Inputs, folded: tuple[int, int] | None) -> Inputs:
    """Inputs whose channels are all the same, where channels are folded."""
    if folded is None:
        return inputs

    def turned(pixels: Any) -> Any:
        return pixels[:, :1].expand_as(pixels).contiguous()

    if isinstance(inputs, dict):
        return {name: turned(v) if name == "pixel_values" else v for name, v in inputs.items()}
    return turned(inputs)
