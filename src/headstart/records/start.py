"""Where the first parameters come from. A start is a value, so starts can be compared.

`checkpoints` holds at most one name per media column: a catalogue entry, a local folder or file,
or an earlier run's model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from headstart.errors import unknown_name
from headstart.records.label_mapping import LabelMapping, label_mapping, mapping_to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Use the model as it is: nothing is learned from the labels.

    Attributes:
        labels: which of its own labels mean which class, where a person said so; classes that are
            not in it are found by their names.
    """

    checkpoints: tuple[str, ...]
    labels: LabelMapping = ()


Control: TypeAlias = Literal["random", "shuffled"]
"""What stands in place of what was learned: random first values, or the learned ones shuffled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTune:
    """Go on from what was learned before, on the person's rows.

    Attributes:
        control: None, or what stands in place of what was learned: then the whole network learns,
            as it would from scratch, to say what the weights are worth. Never delivered.
    """

    checkpoints: tuple[str, ...]
    layers: Literal["head", "last", "all"] = "all"
    method: Literal["full", "lora", "contrast"] = "full"
    control: Control | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Take a part: a frozen embedding, the encoder in a network of ours, or adapted tensors.

    Attributes:
        layer: of a frozen encoder, whose output is the embedding: 0 is the input of its first
            block, -1 the last one. One number for each checkpoint where there are several.
        control: as of `FineTune`.
    """

    checkpoints: tuple[str, ...]
    part: Literal["embedding", "encoder", "tensors"] = "embedding"
    layer: int | tuple[int, ...] = -1
    control: Control | None = None

    def layer_of(self, place: int) -> int:
        """The layer of the checkpoint at this place."""
        if isinstance(self.layer, int):
            return self.layer if len(self.checkpoints) == 1 else -1
        return self.layer[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """Begin from a random or empty model."""

    checkpoints: tuple[str, ...] = ()


Start: TypeAlias = Direct | FineTune | Transfer | Scratch
STARTS: tuple[type[Start], ...] = (Direct, FineTune, Transfer, Scratch)
START_NAMES: tuple[str, ...] = tuple(kind.__name__ for kind in STARTS)


def control_of(start: Start | None) -> Control | None:
    """What stands in place of what was learned; None where a start is no control.

    Example:
        >>> control_of(FineTune(checkpoints=("bert",), control="random")), control_of(Scratch())
        ('random', None)
    """
    return start.control if isinstance(start, FineTune | Transfer) else None


def knows_nothing(start: Start) -> bool:
    """Whether a start's first weights hold nothing that was learned: from scratch, or a control.

    Example:
        >>> knows_nothing(Scratch()), knows_nothing(FineTune(checkpoints=("bert",)))
        (True, False)
    """
    return isinstance(start, Scratch) or control_of(start) is not None


def start_to_plain(start: Start) -> dict[str, Any]:
    """A start as plain values; `kind` names it.

    Example:
        >>> start_to_plain(Scratch())
        {'kind': 'Scratch', 'checkpoints': []}
    """
    plain: dict[str, Any] = {"kind": type(start).__name__, "checkpoints": list(start.checkpoints)}
    for name in ("layers", "method", "part", "layer"):
        if name in type(start).__slots__:
            plain[name] = getattr(start, name)
    if control := control_of(start):
        plain["control"] = control
    if isinstance(start, Direct) and start.labels:
        plain["labels"] = mapping_to_plain(start.labels)
    return plain


def start_from_plain(plain: Mapping[str, Any]) -> Start:
    """The start that `start_to_plain` wrote."""
    by_name = {kind.__name__: kind for kind in STARTS}
    if plain["kind"] not in by_name:
        raise unknown_name("start", str(plain["kind"]), START_NAMES)
    rest: dict[str, Any] = {
        key: _value(key, value)
        for key, value in plain.items()
        if key not in ("kind", "checkpoints")
    }
    return by_name[plain["kind"]](checkpoints=tuple(plain["checkpoints"]), **rest)


def _value(key: str, value: Any) -> Any:
    if key == "labels":
        return label_mapping(value)
    return tuple(value) if isinstance(value, list) else value
