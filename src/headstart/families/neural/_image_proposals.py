"""Which starts of a checkpoint for pictures are worth trying, at what cost, and why others not."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from headstart.families.neural._proposing import Proposals
from headstart.features.class_names import says_nothing
from headstart.features.own_labels import has_labels, how_to_map, own_labels, why_not_mapped
from headstart.records import (
    Candidate,
    Direct,
    Estimate,
    FineTune,
    LabelMapping,
    Profile,
    Refusal,
    Scratch,
    Task,
    Transfer,
)
from headstart.records.label_mapping import mapping_phrase
from headstart.weights.entry import Entry, ImageInputs

FAMILY = "image_encoder"
# With few labels a head on frozen vectors is as good as fine-tuning, or better (arXiv 1805.08974).
_PRIORS = MappingProxyType({"probe": 2, "direct": 1})
_FEWEST_ROWS_TO_TUNE = 50
_FEWEST_ROWS_FROM_SCRATCH = 2_000
_MOST_SECONDS_FROM_SCRATCH = 7_200.0
_SECONDS_PER_GIGA = 0.03  # a thousand million multiplications of one picture, one core
_GIGAS = MappingProxyType(
    {
        "tf_efficientnet_lite0": 0.4,
        "efficientnet_b0": 0.4,
        "resnet18": 1.8,
        "resnet50": 4.1,
        "convnext_tiny": 4.5,
    }
)
_WITH_TOKENS = ("vit", "clip")
_SIDES = 32  # pixels by which sizes differ: what most networks halve five times
_SMALLEST = 96
_GROWTH = 2.0


def rank(entry: Entry) -> tuple[float, str]:
    """The cheap ones first."""
    return gigas(entry), entry.name


def gigas(entry: Entry) -> float:
    """Multiplications of one picture, in thousand millions; from its size where nobody counted."""
    if entry.network in _GIGAS:
        return _GIGAS[entry.network]
    parameters = (entry.parameters or entry.bytes // 4) / 1e9
    assert isinstance(entry.inputs, ImageInputs)
    if entry.architecture in _WITH_TOKENS:
        return parameters * (entry.inputs.size / 24) ** 2
    return parameters * 160 * (entry.inputs.size / 224) ** 2


def size_for(side: int, most: int) -> int:
    """Pixels at which pictures of a shorter side are seen by a checkpoint that was trained on more.

    Example:
        >>> size_for(28, 224), size_for(64, 224), size_for(500, 224)
        (96, 128, 224)
    """
    wanted = -(-round(_GROWTH * side) // _SIDES) * _SIDES
    return min(max(wanted, _SMALLEST), most) if side else most


def has_linear_layers(entry: Entry) -> bool:
    """Whether small changes of linear layers change more than its head."""
    return entry.architecture in (*_WITH_TOKENS, "convnext")


def candidates(
    task: Task,
    profile: Profile,
    entry: Entry,
    settings: Any,
    *,
    is_first: bool,
    labels: LabelMapping = (),
) -> list[Candidate | Refusal]:
    """All starts of one checkpoint; of a further one only those that differ most.

    Args:
        labels: which of a checkpoint's own labels mean which class; it counts for this one where
            it has them.
    """
    rows, cost = profile.rows, _Cost(entry, profile)
    about = f"{rows:,} pictures, and `{entry.name}` is on this machine"
    told = Proposals(FAMILY, entry, settings, rows=rows, price=cost.estimate, priors=_PRIORS)
    probe = Transfer(checkpoints=(entry.name,), part="embedding")
    because = f"{about}: a linear head on frozen vectors costs one look (arXiv 1805.08974)"
    told.add("probe", probe, because, 0.0)
    _tuned(told, profile, entry, about, is_first=is_first)
    mapping = labels if has_labels(entry.labels, labels) else ()
    if because := why_not_direct(task, len(profile.inputs("image")), entry, mapping):
        told.refuse("Direct", because)
    else:
        direct = Direct(checkpoints=(entry.name,), labels=mapping)
        told.add("direct", direct, _why_direct(entry, about, mapping), 0.0, 0.1)
    _from_scratch(told, rows, entry, about, cost, is_first=is_first)
    return told.answers


def _tuned(told: Proposals, profile: Profile, entry: Entry, about: str, *, is_first: bool) -> None:
    """The last stages or all of them learn, or a part of the network is ours."""
    rows, names = profile.rows, (entry.name,)
    if rows < _FEWEST_ROWS_TO_TUNE:
        few = f"{rows:,} rows: below {_FEWEST_ROWS_TO_TUNE} a frozen encoder is safer"
        told.refuse("FineTune", few)
        return
    passes = passes_for(rows, is_scratch=False)
    last = FineTune(checkpoints=names, layers="last")
    told.add("last", last, f"{about}: the last stages learn from maps made once", passes, 0.1)
    tune = FineTune(checkpoints=names)
    told.add("tune", tune, f"{about}: head first, then every stage (arXiv 2202.10054)", passes)
    if is_first and has_linear_layers(entry):
        lora = FineTune(checkpoints=names, method="lora")
        told.add("lora", lora, f"{about}: small changes overfit less (arXiv 2106.09685)", passes)
    if is_first and len(profile.inputs()) > len(profile.inputs("image")):
        because = f"{about}; other columns meet the picture in a hidden layer"
        told.add("joined", Transfer(checkpoints=names, part="encoder"), because, passes)


def _from_scratch(
    told: Proposals, rows: int, entry: Entry, about: str, cost: _Cost, *, is_first: bool
) -> None:
    passes = passes_for(rows, is_scratch=True)
    seconds = cost.estimate(passes, 1.0).seconds
    if rows < _FEWEST_ROWS_FROM_SCRATCH or not is_first:
        few = f"{rows:,} pictures: random weights want {_FEWEST_ROWS_FROM_SCRATCH:,} and more"
        told.refuse("Scratch", few)
    elif seconds > _MOST_SECONDS_FROM_SCRATCH:
        told.refuse("Scratch", f"{rows:,} pictures would take about {seconds / 60:,.0f} minutes")
    else:
        scratch = Scratch(checkpoints=(entry.name,))
        told.add("scratch", scratch, f"{about}: what the pretrained weights are worth", passes)


class _Cost:
    """Seconds and memory of one checkpoint on these pictures."""

    def __init__(self, entry: Entry, profile: Profile) -> None:
        self._parameters = entry.parameters or entry.bytes // 4 or 20_000_000
        self._rows = profile.rows
        pictures = max(1, len(profile.inputs("image")))
        work = gigas(entry) * _size_seen(entry, profile) ** 2
        self._look = pictures * (0.005 + work * _SECONDS_PER_GIGA)  # decoding included

    def estimate(self, passes: float, share: float) -> Estimate:
        """Of looking at all pictures once and learning from them so many times."""
        seconds = 3.0 + self._rows * self._look * (1.0 + 3.0 * passes * share)
        copies = 10 if passes else 3  # gradients, moments, the best so far, activations
        return Estimate(
            seconds=seconds,
            megabytes=1_000 + 4e-6 * copies * self._parameters,
            answering=1_000 * self._look,
        )


def _size_seen(entry: Entry, profile: Profile) -> float:
    """The side at which pictures are seen, beside the checkpoint's own."""
    assert isinstance(entry.inputs, ImageInputs)
    looked = [column.pictures for column in profile.inputs("image") if column.pictures]
    side = min((round(min(each.width, each.height)) for each in looked), default=0)
    if entry.architecture in _WITH_TOKENS:
        return 1.0
    return size_for(side, entry.inputs.size) / entry.inputs.size


def why_not_direct(task: Task, pictures: int, entry: Entry, mapping: LabelMapping = ()) -> str:
    """Why a checkpoint cannot answer for rows of so many pictures; empty where it can."""
    if not task.classes:
        return f"`{entry.name}` answers with labels, not with numbers"
    if len(task.classes) > 1:
        return f"`{entry.name}` answers one question, and there are {len(task.classes)} targets"
    if pictures != 1:
        return f"`{entry.name}` looks at one picture, and each row has {pictures}"
    (classes,) = task.classes
    if own_labels(classes, entry.labels, mapping):
        return ""
    if mapping:
        return why_not_mapped(classes, entry.name, entry.labels, mapping)
    if not compares(entry):
        return _incomparable(classes, entry)
    silent = [name for name in classes if says_nothing(name)]
    if silent:
        return f"the class name `{silent[0]}` says nothing that a picture could be compared with"
    return ""


def compares(entry: Entry) -> bool:
    """Whether its vectors of pictures can be compared with those of words."""
    return entry.architecture == "clip"


def _incomparable(classes: Sequence[str], entry: Entry) -> str:
    and_so = "its vectors do not compare with words"
    if entry.labels is None:
        return f"`{entry.name}` cannot answer: it has no labels, and {and_so}"
    missing = [name for name in classes if not own_labels((name,), entry.labels)] or list(classes)
    return (
        f"`{entry.name}` cannot answer: none of its labels is `{missing[0]}`, and {and_so}; "
        f"{how_to_map(entry.labels)}"
    )


def _why_direct(entry: Entry, about: str, mapping: LabelMapping) -> str:
    if mapping:
        return f"{about}: its own labels, mapped by you: {mapping_phrase(mapping)}"
    if entry.labels and entry.labels.names:
        return f"{about}: its own labels are the classes asked for"
    return f"{about}: the nearest class name, without any label (Radford et al. 2021)"


def passes_for(rows: int, *, is_scratch: bool) -> int:
    """About 10,000 pictures for a start that knows much, 60,000 for one that knows nothing."""
    if is_scratch:
        return round(min(60, max(5, 60_000 / max(rows, 1))))
    return round(min(20, max(3, 10_000 / max(rows, 1))))
