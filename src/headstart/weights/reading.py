"""A folder or file that somebody saved, read into the facts that a catalogue entry holds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from headstart.errors import DataError, WeightsError
from headstart.processes.libraries import is_installed
from headstart.storage.folders import inside
from headstart.weights import formats
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.configuration import (
    CONFIG,
    Configuration,
    read_configuration,
    read_document,
)
from headstart.weights.entry import (
    Entry,
    File,
    ImageInputs,
    Inputs,
    Labels,
    SeriesInputs,
    SoundInputs,
    TextInputs,
)
from headstart.weights.inspection.agreement import HEADS, refuse_disagreement
from headstart.weights.inspection.tensors import read_tensors

TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "merges.txt")
_PREFERRED = ("model.safetensors", "pytorch_model.bin")
_SHARDS = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_INTERPOLATIONS = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}
_POOLING = "1_Pooling/config.json"


def read_entry(folder: Path, name: str, *, any_channels: bool = False) -> Entry:
    """The facts of a folder that `save_pretrained` wrote.

    Args:
        any_channels: whether pictures may have other channels than red, green and blue.

    Raises:
        WeightsError: something is missing, damaged, unknown or not allowed.
    """
    if not (folder / CONFIG).is_file() and (folder / "adapter_config.json").is_file():
        raise WeightsError(
            f"`{folder}` holds an adapter alone, not a network.",
            "Merge it into its network first, and save that: merge_and_unload().",
        )
    configuration = read_configuration(folder, any_channels=any_channels)
    architecture = ARCHITECTURES[configuration.architecture]
    files = _files(folder)
    parameters = _parameters(folder, files)
    _refuse_absurd(configuration, files)
    if parameters:
        refuse_disagreement(
            name,
            configuration.architecture,
            configuration.values,
            configuration.outputs,
            parameters,
        )
    is_classifier = any(name.rpartition(".")[0] in HEADS for name in parameters) or (
        not parameters and configuration.network == architecture.classifier
    )
    return Entry(
        name=name,
        family=architecture.family,
        architecture=configuration.architecture,
        library="transformers",
        network=_network(configuration, is_classifier=is_classifier),
        modality=architecture.modality,
        kinds=architecture.kinds,
        parameters=sum(facts.size for name, facts in parameters.items() if facts.is_learned(name))
        or None,
        files=files,
        inputs=_inputs(folder, configuration),
        labels=_labels(configuration) if is_classifier else None,
    )


def parameter_files(folder: Path) -> tuple[str, ...]:
    """The files that hold the parameters of a folder: one, or the shards that an index lists.

    Raises:
        WeightsError: there is none, or the index names files that are not there.
    """
    for name in _PREFERRED:
        if (folder / name).is_file():
            return (name,)
    for name in _SHARDS:
        if (folder / name).is_file():
            return _shards(folder, name)
    found = sorted(
        path.name
        for path in folder.iterdir()
        if path.suffix in formats.FORMATS and path.is_file()  # a pipe would be waited for
    )
    if len(found) == 1:
        return (found[0],)
    what = "no file of parameters" if not found else f"{len(found)} files of parameters"
    raise WeightsError(f"`{folder}` has {what}; one is expected.", formats.SAFE_ROUTE)


def _shards(folder: Path, index: str) -> tuple[str, ...]:
    table = read_document(folder / index).get("weight_map")
    names = sorted({str(name) for name in table.values()}) if isinstance(table, dict) else []
    try:
        missing = [name for name in names if not inside(folder, name).is_file()]
    except DataError as error:
        raise WeightsError(error.message, "Copy the whole folder again.") from None
    if missing or not names:
        raise WeightsError(
            f"`{folder}` is not whole: `{(missing or [index])[0]}` is missing or empty.",
            "Copy the whole folder again.",
        )
    return tuple(names)


def _files(folder: Path) -> tuple[File, ...]:
    names = [CONFIG, *parameter_files(folder)]
    names += [name for name in TOKENIZERS if (folder / name).is_file()]
    return tuple(File(name=name, bytes=(folder / name).stat().st_size) for name in names)


def _parameters(folder: Path, files: tuple[File, ...]) -> Mapping[str, formats.TensorFacts]:
    """Names, shapes and dtypes; nothing for files of torch where torch is not installed."""
    paths = tuple(folder / file.name for file in files if file.holds_parameters)
    kinds = {formats.examine(path) for path in paths}
    if "torch" not in kinds:
        return read_tensors(paths).facts
    if not is_installed("torch"):
        return {}  # nor can anything open them
    return _of_torch(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=8)
def _of_torch(
    paths: tuple[Path, ...], changed: tuple[int, ...]
) -> Mapping[str, formats.TensorFacts]:
    """Looked at once in a process, because torch takes a second to come."""
    return read_tensors(paths).facts


def _refuse_absurd(configuration: Configuration, files: tuple[File, ...]) -> None:
    """A network that its own files could not hold is never built."""
    least = ARCHITECTURES[configuration.architecture].least(configuration.values)
    held = sum(file.bytes or 0 for file in files if file.holds_parameters)
    if least > held:
        raise WeightsError(
            f"the configuration describes {least:,} parameters or more, and the files hold "
            f"{held:,} bytes.",
            "Configuration and parameters are not of the same checkpoint: copy it again.",
        )


def _network(configuration: Configuration, *, is_classifier: bool) -> str:
    """The class of its network: its tensors say whether it has a head, the file which other."""
    architecture = ARCHITECTURES[configuration.architecture]
    if is_classifier and architecture.classifier is not None:
        return architecture.classifier
    named = configuration.network
    return named if named in architecture.others else architecture.encoder


def _inputs(folder: Path, configuration: Configuration) -> Inputs:
    prepared = _optional(folder, "preprocessor_config.json")
    match ARCHITECTURES[configuration.architecture].modality:
        case "text":
            return _text_inputs(folder, configuration)
        case "audio":
            return _sound_inputs(prepared, configuration)
        case "series":
            values = {"context_length": 32, "num_input_channels": 1, **configuration.values}
            length, channels = values["context_length"], values["num_input_channels"]
            return SeriesInputs(length=length, channels=channels)
    return _image_inputs(prepared, configuration)


def _sound_inputs(raw: Mapping[str, Any], configuration: Configuration) -> SoundInputs:
    """A spectrum of a fixed length for Whisper, the samples themselves for others."""
    given = raw.get("sampling_rate")
    rate = given if type(given) is int and 1 <= given <= 1_000_000 else 16_000
    if configuration.architecture != "whisper":
        return SoundInputs(rate=rate)
    values = {"num_mel_bins": 80, "max_source_positions": 1500, **configuration.values}
    frames = 2 * values["max_source_positions"]  # its second convolution halves them
    return SoundInputs(rate=rate, bands=values["num_mel_bins"], frames=frames)


def _text_inputs(folder: Path, configuration: Configuration) -> TextInputs:
    tokenizer = _optional(folder, "tokenizer_config.json")
    sentence = _optional(folder, "sentence_bert_config.json")
    pooling = _optional(folder, _POOLING)
    values = configuration.values
    positions = values.get("max_position_embeddings", 512)
    if configuration.architecture == "roberta":
        positions -= values.get("pad_token_id", 1) + 1  # its first positions are never used
    asked = (sentence.get("max_seq_length"), tokenizer.get("model_max_length"), positions)
    lengths = [length for length in asked if type(length) is int and length > 0]
    modules = _modules(folder)
    return TextInputs(
        longest=max(1, min(lengths)),
        pooling="first" if pooling.get("pooling_mode_cls_token") is True else "mean",
        unit_length=any(kind.endswith(".Normalize") for kind in modules),
        lower_case=tokenizer.get("do_lower_case") is True,
    )


def _image_inputs(raw: Mapping[str, Any], configuration: Configuration) -> ImageInputs:
    """What the file of the preprocessor says; the architecture's own size where it says nothing."""
    vision = configuration.values.get("vision_config", configuration.values)
    size, channels = vision.get("image_size", 224), vision.get("num_channels", 3)
    resized = _side(raw.get("size"), size)
    crops = raw.get("do_center_crop") is True
    side = _side(raw.get("crop_size"), size) if crops else resized
    share = raw.get("crop_pct")
    if isinstance(share, float) and 0 < share <= 1 and "shortest_edge" in _table(raw.get("size")):
        side, resized, crops = resized, round(resized / share), True  # as ConvNeXt states it
    return ImageInputs(
        size=side,
        resize=resized,
        crop="center" if crops else "none",
        interpolation=cast(Any, _INTERPOLATIONS.get(_number(raw.get("resample")), "bilinear")),
        mean=_each(raw.get("image_mean"), channels),
        std=_each(raw.get("image_std"), channels),
        channels=channels,
    )


def _labels(configuration: Configuration) -> Labels | None:
    if configuration.outputs is None:
        return None
    return Labels(number=configuration.outputs, names=configuration.labels)


def _modules(folder: Path) -> list[str]:
    """Kinds of steps that a sentence encoder lists; only their names are looked at."""
    path = folder / "modules.json"
    if not path.is_file() or path.stat().st_size > 1 << 16:
        return []
    try:
        steps = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise WeightsError(f"`{path}` is not JSON.", "Copy the whole folder again.") from None
    if not isinstance(steps, list):
        return []
    return [str(step.get("type", "")) for step in steps if isinstance(step, dict)]


def _optional(folder: Path, name: str) -> dict[str, Any]:
    return read_document(folder / name) if (folder / name).is_file() else {}


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int:
    return value if type(value) is int else -1


def _side(value: Any, otherwise: int) -> int:
    """The side of a square, in any of the ways in which preprocessors write it."""
    table = _table(value)
    given = table.get("shortest_edge", table.get("height", value))
    return given if type(given) is int and 1 <= given <= 16_384 else otherwise


def _each(value: Any, channels: int) -> tuple[float, ...]:
    """A number for each channel; a half where the file does not say them."""
    if isinstance(value, list) and len(value) == channels:
        numbers = tuple(float(each) for each in value if type(each) in (int, float))
        if len(numbers) == channels and all(math.isfinite(each) for each in numbers):
            return numbers
    return (0.5,) * channels
