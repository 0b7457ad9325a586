"""The configuration of a checkpoint, taken over key by key from a list of what is allowed.

A configuration can name code to run in many ways, and more are invented every year. So nothing is
searched for evil: what is not on the list is left out and reported, a value outside of its range is
refused, and keys that ask for foreign code are refused aloud, because what they belong to would not
work without them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headstart.errors import WeightsError, listed
from headstart.weights.architecture import Architecture, Check
from headstart.weights.architectures import ARCHITECTURES

CONFIG = "config.json"
_LONGEST_DOCUMENT = 16 << 20
_MOST_LABELS, _LONGEST_LABEL = 100_000, 500
_FOREIGN_CODE = frozenset(
    (
        *("auto_map", "trust_remote_code", "custom_code", "custom_pipelines", "custom_generate"),
        *("code_revision", "code_path", "code_paths", "_target_", "__reduce__", "__class__"),
        *("py/object", "py/reduce", "_attn_implementation_internal", "_attn_implementation"),
        *("attn_implementation", "_experts_implementation", "experts_implementation"),
        *("use_kernels", "kernel_config", "hub_kernels", "quantization_config"),
        "base_model_name_or_path",
    )
)
_PLAIN_ATTENTION = ("eager", "sdpa")
_SAFE_ROUTE = (
    "Headstart runs no code that comes with a checkpoint. Take one of `headstart models`, or save "
    "the parameters again with a plain architecture and remove that key."
)
_UNQUANTISED = (
    "Headstart runs no code that comes with a checkpoint, and only the code that quantised these "
    "parameters can read them. Take the checkpoint that was quantised, in float32 or bfloat16, "
    "or one of `headstart models`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What of a configuration may be used.

    Attributes:
        architecture: a key of `ARCHITECTURES`.
        values: keyword arguments for the architecture's configuration class; parts are nested.
        labels: names of a classifier's outputs in order; generic ones (`LABEL_0`) are no names.
        outputs: number of labels that the file states, named or not; None where it states none.
        network: which of the architecture's networks was saved, where the file says it.
        dropped: keys that were left out because nothing here knows them.
    """

    architecture: str
    values: Mapping[str, Any]
    labels: tuple[str, ...] = ()
    outputs: int | None = None
    network: str | None = None
    dropped: tuple[str, ...] = ()


def read_configuration(folder: Path, *, any_channels: bool = False) -> Configuration:
    """What `config.json` of a folder says, as far as it is allowed to say it.

    Args:
        any_channels: whether pictures may have other channels than red, green and blue.

    Raises:
        WeightsError: it is no such document, of an unknown architecture, or asks for foreign code.
    """
    raw = read_document(folder / CONFIG)
    name = raw.get("model_type")
    if not isinstance(name, str) or name not in ARCHITECTURES:
        raise WeightsError(
            f"the architecture {_shown(name)} of `{folder}` is not known.",
            f"Take another checkpoint; known: {listed(ARCHITECTURES, most=20)}. Or name its file "
            "of parameters in place of the folder: single tensors of it may fit.",
        )
    architecture = ARCHITECTURES[name]
    dropped: list[str] = []
    keys = architecture.keys
    if any_channels and "num_channels" in keys:
        keys = {**keys, "num_channels": _is_channels}
    values = _allowed(raw, keys, architecture.parts, dropped)
    labels = _labels(raw)
    return Configuration(
        architecture=name,
        values=values,
        labels=() if _are_generic(labels) else labels,
        outputs=len(labels) or None,
        network=_network(raw.get("architectures"), architecture),
        dropped=tuple(sorted(dropped)),
    )


def read_document(path: Path) -> dict[str, Any]:
    """A JSON document of a checkpoint that asks for no foreign code.

    Raises:
        WeightsError: it is absent, too large, no JSON table, or asks for foreign code.
    """
    if not path.is_file():
        raise WeightsError(f"`{path.parent}` has no `{path.name}`.", "Copy the whole folder.")
    if path.stat().st_size > _LONGEST_DOCUMENT:
        raise WeightsError(f"`{path}` is too large for a configuration.", _SAFE_ROUTE)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise WeightsError(f"`{path}` is not JSON.", "Copy the whole folder again.") from None
    if not isinstance(raw, dict):
        raise WeightsError(f"`{path}` is not a table of keys.", "Copy the whole folder again.")
    _refuse_foreign_code(path, raw)
    return raw


def _refuse_foreign_code(path: Path, value: Any, depth: int = 0) -> None:
    if depth > 50:
        raise WeightsError(f"`{path}` is nested too deeply.", _SAFE_ROUTE)
    if isinstance(value, list):
        for item in value:
            _refuse_foreign_code(path, item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            is_plain = item in (None, False, "", *_PLAIN_ATTENTION)
            if key in _FOREIGN_CODE and not is_plain:
                way = _UNQUANTISED if key == "quantization_config" else _SAFE_ROUTE
                raise WeightsError(f"`{path}` asks for foreign code: `{key}`.", way)
            _refuse_foreign_code(path, item, depth + 1)


_HARMLESS = frozenset(
    (
        *("model_type", "architectures", "transformers_version", "_name_or_path", "torch_dtype"),
        *("dtype", "use_cache", "id2label", "label2id", "num_labels", "problem_type"),
        *("finetuning_task", "gradient_checkpointing", "output_attentions"),
        *("output_hidden_states", "return_dict", "is_encoder_decoder"),
    )
)
"""Keys that say nothing about the network, or are read elsewhere; leaving them out is no news."""


def _allowed(
    raw: Mapping[str, Any],
    keys: Mapping[str, Check],
    parts: Mapping[str, Mapping[str, Check]],
    dropped: list[str],
    inside: str = "",
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key in parts and isinstance(value, dict):
            values[key] = _allowed(value, parts[key], {}, dropped, f"{inside}{key}.")
        elif key not in keys:
            dropped += [] if key in _HARMLESS else [f"{inside}{key}"[:80]]
        elif value is not None:
            if not keys[key](value):
                raise WeightsError(
                    f"the configuration says {inside}{key} = {_shown(value)}, "
                    "which no network of this kind has.",
                    "Copy the checkpoint again from where it was made.",
                )
            values[key] = value
    return values


def _is_channels(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 64


def _labels(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the outputs, in order; empty where they are not a full list."""
    named = raw.get("id2label")
    if not isinstance(named, dict) or not 0 < len(named) <= _MOST_LABELS:
        return ()
    labels = tuple(named.get(str(place)) for place in range(len(named)))
    texts = tuple(str(label)[:_LONGEST_LABEL] for label in labels if isinstance(label, str | int))
    return texts if len(texts) == len(labels) else ()


def _network(saved: Any, architecture: Architecture) -> str | None:
    """A name that the table of architectures holds, or None: never a name that the file made up."""
    known = (
        architecture.encoder,
        architecture.classifier,
        architecture.whole,
        *architecture.others,
    )
    named = saved if isinstance(saved, list) else []
    return next((name for name in known if name is not None and name in named), None)


def _are_generic(labels: tuple[str, ...]) -> bool:
    """`LABEL_0`, `LABEL_1` ... or bare numbers: what libraries write when nobody named anything."""
    return all(
        label.upper() in (f"LABEL_{place}", str(place)) for place, label in enumerate(labels)
    )


def _shown(value: Any) -> str:
    return listed([str(value)[:60]])
