"""What is known about a checkpoint: a catalogue entry, or the same facts read from a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from headstart.records.data import Modality
from headstart.records.task import Kind

Library = Literal["transformers", "timm", "torchvision"]
PARAMETERS = (".safetensors", ".pth", ".pt", ".bin")
"""Endings of files that hold parameters; no other kind is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a checkpoint.

    Attributes:
        name: relative to the checkpoint's folder.
        bytes: exact size, or None where it is not known.
        sha256: hexadecimal, or None where it is not known; then size and format are checked.
    """

    name: str
    bytes: int | None = None
    sha256: str | None = None

    @property
    def holds_parameters(self) -> bool:
        return self.name.endswith(PARAMETERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextInputs:
    """How a text becomes numbers.

    Attributes:
        longest: most tokens of a text, special ones included; what comes after is cut.
        pooling: how token vectors become one: their `mean`, or the `first` one.
        unit_length: whether the pooled vector is divided by its length.
        lower_case: whether letters are made small before they are looked up.
    """

    longest: int
    pooling: Literal["mean", "first"] = "mean"
    unit_length: bool = False
    lower_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInputs:
    """How a picture becomes numbers.

    Attributes:
        size: side of the square that the network sees, in pixels.
        resize: what the shorter side becomes before the crop; without a crop both sides become it.
        crop: `center`, or `none` where the picture is only resized.
        mean, std: for each of red, green, blue, of values between 0 and 1.
        channels: of a picture; families start from networks of three alone.
    """

    size: int
    resize: int
    crop: Literal["center", "none"]
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos"]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    channels: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundInputs:
    """How a recording becomes numbers.

    Attributes:
        rate: samples per second.
        bands: of the spectrum that the network sees; None where it sees the samples themselves.
        frames: of a spectrum, exactly; None for any length.
    """

    rate: int = 16_000
    bands: int | None = None
    frames: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesInputs:
    """How a series becomes numbers: `length` moments of `channels` series."""

    length: int
    channels: int = 1


Inputs: TypeAlias = TextInputs | ImageInputs | SoundInputs | SeriesInputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the outputs of a classifier mean.

    Attributes:
        number: of outputs.
        names: in the order of the outputs; empty where nobody named them.
        origin: the list `imagenet_1k` that comes with Headstart, or the checkpoint's own `config`.
    """

    number: int
    names: tuple[str, ...] = ()
    origin: Literal["config", "imagenet_1k"] = "config"


Place: TypeAlias = Mapping[str, str]
"""Where one source keeps a checkpoint; `kind` names the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One checkpoint.

    Attributes:
        name: `architecture.tag`, or the path or repository that a person named.
        family: the Headstart family that starts from it; empty where none does.
        architecture: a key of `architectures.ARCHITECTURES`.
        library: what builds the network, and `network` its name there.
        parameters: of the network in the file, tied ones counted once; None where unknown.
        bytes: of all files together whose size is known.
        labels: None where it is no classifier.
        learned: loss and optimiser that its authors trained it with; empty where not known.
        renames: the table of `naming.RENAMES` that turns its names into those of `network`.
        sources: where it can be found, the most convenient first.
    """

    name: str
    family: str
    architecture: str
    library: Library
    network: str
    modality: Modality
    kinds: tuple[Kind, ...]
    parameters: int | None
    files: tuple[File, ...]
    inputs: Inputs
    labels: Labels | None = None
    trained_on: str = ""
    learned: str = ""
    licence: str = "not stated"
    reference: str = ""
    renames: str | None = None
    sources: tuple[Place, ...] = ()

    @property
    def bytes(self) -> int:
        return sum(file.bytes or 0 for file in self.files)
