"""Learn to see from scratch: convolutions, max-pooling and one fully connected layer.

Good for some thousand small, simple pictures of a kind that no pretrained network knows: clothes in
28 x 28 grey pixels, digits, textures, spectrograms. With fewer pictures, or with photographs, use
what a pretrained network sees in them.

`Transfer` of the tensors begins from the kernels of another chain of convolutions, which may be
wider, deeper or of other channels.

Depth and width grow with the pictures' size and number. Pictures are moved a little while training,
and mirrored where their neighbours show that a mirrored one keeps its class.
References: LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition"; Simard,
Steinkraus & Platt 2003, "Best Practices for Convolutional Neural Networks".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.networks.pyramid import multiplications
from headstart.processes.libraries import need
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    FineTune,
    Profile,
    Refusal,
    Table,
    Task,
    Transfer,
    control_of,
    setting,
)
from headstart.session import Session

if TYPE_CHECKING:
    from headstart.families.neural._lesson import Lesson
    from headstart.families.neural._pictures import Architecture, PictureModel, Sight
    from headstart.networks.picture_network import PictureNetwork

CARD = Card(
    name="cnn",
    summary="a convolutional network that learns to see from scratch",
    kinds=("classification", "regression"),
    modalities=("image", "number", "category", "time", "identifier"),
    starts=("FineTune", "Transfer", "Scratch"),
    extras=("deep", "vision"),
    libraries=("torch", "PIL"),
    threads="all",
    threads_from=2_000,
    when_not="with a few hundred pictures, or with photographs that a pretrained network knows",
    references=(
        "LeCun et al. 1998, 'Gradient-Based Learning Applied to Document Recognition'",
        "Simard, Steinkraus & Platt 2003, 'Best Practices for Convolutional Neural Networks "
        "Applied to Visual Document Analysis'",
        "He et al. 2016, 'Deep Residual Learning for Image Recognition', arXiv 1512.03385",
    ),
    spelled="CNN",
    controls=True,
    no_start=(("Direct", "no such network is published that answers other people's questions"),),
)

_FEWEST_ROWS = 200
_SMALLEST, _LARGEST = 4, 64
_MANY = 10_000
_SECONDS_PER_PASS = 1e-4  # of one picture, learning, on one core
_SECONDS_PER_MULTIPLICATION = 4.5e-11
_MOST_SECONDS = 7_200.0
_WORTH_HALVING = 1_000_000  # multiplications a picture from which bfloat16 pays


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for some thousand pictures; None depends on their number and size."""

    size: int | None = setting(
        None, "side that pictures are brought to; None: their median, 64 at most", low=1, high=512
    )
    width: int | None = setting(None, "channels of the first stage", low=1, high=512)
    passes: int | None = setting(None, "most passes over the rows", low=1, high=1000)
    batch: int | None = setting(None, "rows of a step", low=1, high=4096)
    learning_rate: float = setting(4e-3, "at the top of the schedule", low=1e-6, high=1.0)
    dropout: float = setting(0.1, "share of the head's inputs left out", low=0.0, high=0.9)
    decay: float = setting(0.02, "weight decay", low=0.0, high=1.0)
    smoothing: float = setting(0.05, "share of a class's weight spread over all", low=0.0, high=0.5)
    shift: int | None = setting(
        None, "most pixels by which pictures are moved; None: a 28th for classes", low=0, high=64
    )
    mirrors: bool | None = setting(
        None, "whether left and right are exchanged; None: where it is safe", choices=(True, False)
    )
    hole: int = setting(0, "side of a square that is blanked", low=0, high=256)
    patience: float = setting(0.5, "share of the schedule without gain before the end", low=0.01)
    half: bool | None = setting(
        None, "bfloat16 while training; None: where it is fast", choices=(True, False)
    )


def propose(task: Task, profile: Profile) -> list[Candidate | Refusal] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    columns, rows = profile.inputs("image"), profile.rows
    if not columns:
        return Refusal(family=CARD.name, because="no input column is a picture")
    if rows < _FEWEST_ROWS:
        few = f"{rows:,} rows: learning to see from scratch wants {_FEWEST_ROWS:,} and more"
        return Refusal(family=CARD.name, because=few)
    size, seconds = _size_and_seconds(profile)
    if seconds > _MOST_SECONDS:
        slow = f"{rows:,} pictures of {size} pixels would take {seconds / 60:,.0f} minutes"
        return Refusal(family=CARD.name, because=slow)
    return [
        Candidate(
            name=CARD.name,
            family=CARD.name,
            settings=Settings(),
            because=f"{rows:,} pictures, seen as {size} x {size} pixels: its filters are learned "
            "from them alone (LeCun et al. 1998)",
            estimate=Estimate(seconds=seconds, megabytes=800 + 1e-3 * rows),
        )
    ]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> PictureModel:
    need("torch", wanted_by="the family `cnn`")
    need("PIL", wanted_by="the family `cnn`")
    from headstart.families.neural._lesson import read_lesson
    from headstart.families.neural._picture_fit import learn

    lesson = read_lesson(task, data)
    begin = _further if isinstance(candidate.start, FineTune) else _first
    model = begin(candidate, lesson, session)
    if isinstance(candidate.start, Transfer):
        model = _begun(model, candidate.start, session)
    return learn(model, lesson, session)


def load(folder: Path) -> PictureModel:
    need("torch", wanted_by="the family `cnn`")
    need("PIL", wanted_by="the family `cnn`")
    from headstart.families.neural._pictures import load_pictures

    return load_pictures(folder, _architecture())


def blank(settings: Settings, profile: Profile | None = None) -> Any:
    """The stages without their numbers, which weights of others may be put into."""
    import torch

    from headstart.networks.convolutional import Convolutional

    seen = _LARGEST if profile is None else _size_and_seconds(profile)[0]
    size = settings.size or seen
    width = settings.width or width_for(_MANY if profile is None else profile.rows, size)
    with torch.device("meta"):
        return Convolutional(size, 3, width).maps


def _size_and_seconds(profile: Profile) -> tuple[int, float]:
    """The side that pictures are brought to, and what a fit on all of them costs one core."""
    columns, rows = profile.inputs("image"), profile.rows
    looked = [column.pictures for column in columns if column.pictures]
    side = min((round(min(each.width, each.height)) for each in looked), default=_LARGEST)
    size = max(_SMALLEST, min(side, _LARGEST))
    channels = 1 if looked and all(each.grey == 1.0 for each in looked) else 3
    costs = multiplications(size, channels, width_for(rows, size))
    each_pass = _SECONDS_PER_PASS + costs * _SECONDS_PER_MULTIPLICATION
    return size, 3.0 + rows * len(columns) * passes_for(rows) * each_pass


def width_for(rows: int, size: int) -> int:
    """Channels of the first stage: more for more pictures, fewer where each costs much."""
    wide = 32 if rows >= _MANY else 24 if rows >= 2_000 else 16
    return wide if size <= 32 else wide * 3 // 4


def passes_for(rows: int) -> int:
    """10 for 60,000 rows; for others as many more as the root of the rows is smaller.

    Example:
        >>> passes_for(60_000), passes_for(6_000), passes_for(100)
        (10, 32, 80)
    """
    return round(min(80, max(8, 10 * (60_000 / max(rows, 1)) ** 0.5)))


def _first(candidate: Candidate, lesson: Lesson, session: Session) -> PictureModel:
    """Random weights, and what a sample of the pictures tells about all of them."""
    from headstart.families.neural._picture_fit import measure_brightness, mirrors, sample_of
    from headstart.families.neural._pictures import first_model
    from headstart.features.picture_facts import shorter_side
    from headstart.features.pictures import Framing

    settings, names = candidate.settings, lesson.rows.names("input", "image")
    size = settings.size or max(_SMALLEST, min(_LARGEST, shorter_side(lesson.rows, names)))
    sight, pixels = sample_of(lesson, Framing(size=size, resize=size), session)
    if settings.mirrors is None:
        settings = replace(settings, mirrors=mirrors(lesson, pixels, session.seed))
    settings = _resolved(replace(settings, size=size), lesson, sight.channels)
    candidate = replace(candidate, settings=settings)
    model = first_model(_architecture(), candidate, sight, lesson, session.seed)
    measure_brightness(model, pixels)
    return model


def _begun(model: PictureModel, start: Transfer, session: Session) -> PictureModel:
    """With what fits of a checkpoint in its stages; dark and bright are those of the rows."""
    from headstart import weights

    if control_of(start) == "random":
        return model
    name = start.checkpoints[0]
    receipt = weights.take_tensors(
        weights.at(name, session.checkpoints[name]),
        model.network.trunk.maps,
        shuffle=session.seed if control_of(start) == "shuffled" else None,
    )
    return replace(model, receipt=receipt)


def _further(candidate: Candidate, lesson: Lesson, session: Session) -> PictureModel:
    """An earlier model, which learns on at a quarter of the pace."""
    from headstart.families.neural._pictures import continued, load_pictures

    place = session.checkpoints[candidate.start.checkpoints[0]]
    earlier = load_pictures(place, _architecture())
    kept = {name: getattr(earlier.settings, name) for name in ("size", "width", "mirrors")}
    rate = candidate.settings.learning_rate / 4
    settings = replace(candidate.settings, learning_rate=rate, **kept)
    settings = _resolved(settings, lesson, earlier.sight.channels)
    return continued(earlier, replace(candidate, settings=settings), lesson, session.seed)


def _resolved(settings: Settings, lesson: Lesson, channels: int) -> Settings:
    """Settings that depend on the pictures' number and size, and on the processor."""
    from headstart.networks.precision import has_fast_bfloat16

    rows, size = len(lesson.rows), settings.size
    assert size is not None
    width = settings.width or width_for(rows, size)
    shift = (size + 14) // 28 if lesson.heads.classes else 0  # a place may be a number
    fast = multiplications(size, channels, width) >= _WORTH_HALVING and has_fast_bfloat16()
    batch = 32 if rows < 2_000 else 64 if rows < 10_000 else 128
    return replace(
        settings,
        width=width,
        passes=settings.passes or passes_for(rows),
        batch=settings.batch or batch,
        shift=shift if settings.shift is None else settings.shift,
        half=fast if settings.half is None else settings.half,
    )


def _architecture() -> Architecture:
    from headstart.families.neural._pictures import Architecture

    return Architecture(name=CARD.name, settings=Settings, network=_network)


def _network(settings: Settings, sight: Sight, columns: int, outputs: int) -> PictureNetwork:
    from headstart.networks.augmentation import Augmentation
    from headstart.networks.convolutional import Convolutional
    from headstart.networks.picture_network import PictureNetwork

    assert settings.width is not None
    return PictureNetwork(
        Convolutional(sight.framing.size, sight.channels, settings.width),
        len(sight.names),
        columns,
        outputs,
        augmentation=Augmentation(
            shift=settings.shift or 0, mirrors=bool(settings.mirrors), hole=settings.hole
        ),
        dropout=settings.dropout,
    )
