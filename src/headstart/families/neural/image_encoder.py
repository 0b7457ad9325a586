"""Look at pictures with a network that others have trained on millions of photographs.

With some hundred photographs nothing else of this size does as well. On pictures of another kind,
such as digits, spectrograms or microscopy, what it has seen may be worth little: then a small
network from scratch (`cnn`) can win, and the race tells. Other columns stand beside the picture.

Starts: `Direct` answers by the checkpoint's own labels, named like the classes or mapped to them,
or by the nearest class name where it can compare pictures with words (CLIP). `Transfer` of the
embedding fits a linear head on the standing encoder. `FineTune` begins from that head and lets the
last stages, all of them, or small changes beside linear layers learn (LP-FT). `Transfer` of the
encoder does so under a hidden layer in which pictures and other columns meet. `Scratch` has random
weights in the same form, and so have control arms: the network of a `FineTune` or `Transfer` from
random or shuffled weights, all of it learning.

Defaults: each stage learns 0.8 times as fast as the one above; batch statistics stand still except
from scratch; small pictures are seen at twice their size, not at the checkpoint's.
References: Kornblith et al. 2019, "Do Better ImageNet Models Transfer Better?"; Kumar et al. 2022,
"Fine-Tuning can Distort Pretrained Features"; Raghu et al. 2019, "Transfusion".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.families.neural._image_proposals import (
    candidates,
    passes_for,
    rank,
    size_for,
    why_not_direct,
)
from headstart.families.neural._proposing import at_hand, of_the_best, why_none
from headstart.features.class_names import as_words
from headstart.features.own_labels import own_labels
from headstart.processes.libraries import need
from headstart.records import (
    Candidate,
    Card,
    Direct,
    LabelMapping,
    Profile,
    Refusal,
    Start,
    Table,
    Task,
    Transfer,
    control_of,
    knows_nothing,
    setting,
)
from headstart.session import Session
from headstart.weights.entry import Entry, ImageInputs

if TYPE_CHECKING:
    from headstart.families.neural._image_direct import OwnAnswers
    from headstart.families.neural._image_model import ImageModel
    from headstart.families.neural._lesson import Lesson
    from headstart.features.picture_embedding import PictureEmbedding

CARD = Card(
    name="image_encoder",
    summary="a pretrained network for pictures (EfficientNet, ResNet, ViT), as it is or fine-tuned",
    kinds=("classification", "regression"),
    modalities=("image", "number", "category", "time", "identifier"),
    starts=("Direct", "FineTune", "Transfer", "Scratch"),
    extras=("deep", "vision", "weights"),
    libraries=("torch", "PIL", "torchvision", "timm"),
    threads="all",
    threads_from=1,
    controls=True,
    when_not="with thousands of pictures that are no photographs, such as digits or spectrograms",
    references=(
        "Kornblith et al. 2019, 'Do Better ImageNet Models Transfer Better?', arXiv 1805.08974",
        "Kumar et al. 2022, 'Fine-Tuning can Distort Pretrained Features', arXiv 2202.10054",
        "Raghu et al. 2019, 'Transfusion: Understanding Transfer Learning for Medical Imaging', "
        "arXiv 1902.07208",
    ),
    excused=(
        (
            "check_first_candidate_is_the_safe_one",
            "random weights are the last thing to try here; the first stands on this machine",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for one checkpoint of some million parameters; None depends on the pictures."""

    size: int | None = setting(
        None,
        "side at which pictures are seen; None: the checkpoint's, less for small ones",
        low=8,
        high=1024,
    )
    passes: int | None = setting(None, "most passes over the rows", low=1, high=1000)
    batch: int = setting(16, "rows of a step", low=1, high=4096)
    learning_rate: float | None = setting(None, "of the top stage", low=1e-7, high=0.1)
    layer_decay: float = setting(0.8, "pace of a stage beside the one above", low=0.1, high=1.0)
    head_pace: float = setting(1.0, "pace of the head beside the top stage", low=0.1, high=1000)
    last: int = setting(2, "stages that learn where only the last ones do", low=1, high=64)
    rank: int = setting(8, "rank of the changes of LoRA", low=1, high=256)
    rank_pace: float = setting(5.0, "pace of these changes beside the top stage", low=0.1, high=100)
    hidden: int = setting(64, "units in which pictures and columns meet", low=1, high=4096)
    dropout: float = setting(0.1, "share of a head's inputs left out", low=0.0, high=0.9)
    decay: float = setting(0.01, "weight decay", low=0.0, high=1.0)
    smoothing: float = setting(0.0, "share of a class's weight spread over all", low=0.0, high=0.5)
    shift: float = setting(0.07, "share of its side by which a picture is moved", low=0.0, high=0.5)
    mirrors: bool | None = setting(
        None, "whether left and right are exchanged; None: where it is safe", choices=(True, False)
    )
    patience: float = setting(0.5, "share of the schedule without gain before the end", low=0.01)
    penalty: float | None = setting(
        None, "L2 penalty of the linear head, in rows; None: chosen", low=1e-6, high=1e9
    )
    half: bool | None = setting(
        None, "bfloat16 while training; None: where it is fast", choices=(True, False)
    )


def propose(task: Task, profile: Profile) -> list[Candidate | Refusal] | Refusal:
    return propose_from(task, profile, at_hand(CARD))


def propose_from(
    task: Task, profile: Profile, checkpoints: Sequence[Entry], labels: LabelMapping = ()
) -> list[Candidate | Refusal] | Refusal:
    """As `propose`, from these checkpoints, their labels mapped as a person said."""
    if because := why_none(CARD, task, profile.inputs("image"), checkpoints, "picture"):
        return Refusal(family=CARD.name, because=because)

    def each(entry: Entry, is_first: bool) -> list[Candidate | Refusal]:
        return candidates(task, profile, entry, Settings(), is_first=is_first, labels=labels)

    return of_the_best(checkpoints, rank, each, labels)


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> ImageModel | OwnAnswers:
    need("torch", wanted_by="the family `image_encoder`")
    need("PIL", wanted_by="the family `image_encoder`")
    from headstart.families.neural._image_fit import learn
    from headstart.families.neural._image_model import further_model
    from headstart.families.neural._lesson import read_lesson
    from headstart.families.neural._plan import plan_of

    start = candidate.start
    place = session.checkpoints[start.checkpoints[0]]
    if isinstance(start, Direct):
        return _direct(start, task, data, session)
    lesson = read_lesson(task, data)
    if (place / "network.json").is_file():
        earlier = _earlier(place)
        kept = {name: getattr(earlier.settings, name) for name in ("size", "hidden", "mirrors")}
        settings = _resolved(replace(candidate.settings, **kept), lesson, start, session)
        candidate = replace(candidate, settings=settings)
        model = further_model(earlier, candidate, lesson, session.seed)
        return learn(model, replace(plan_of(start, settings), probes=False), lesson, session)
    model, standing = _first(candidate, lesson, session)
    return learn(model, plan_of(start, model.settings), lesson, session, standing)


def load(folder: Path) -> ImageModel | OwnAnswers:
    need("torch", wanted_by="the family `image_encoder`")
    need("PIL", wanted_by="the family `image_encoder`")
    from headstart.families.neural._document import read_document
    from headstart.families.neural._image_direct import load_own_answers
    from headstart.families.neural._image_model import load_image

    stored = read_document(folder, CARD.name)
    if stored.get("direct"):
        return load_own_answers(folder, stored)
    return load_image(folder, CARD.name, Settings)


def _resolved(settings: Settings, lesson: Lesson, start: Start, session: Session) -> Settings:
    """Settings that depend on the pictures, their number, and the processor."""
    from headstart.families.neural._picture_fit import mirrors, sample_of
    from headstart.families.neural._plan import stands
    from headstart.features.pictures import Framing
    from headstart.networks.precision import has_fast_bfloat16

    is_scratch = knows_nothing(start)
    is_safe = settings.mirrors
    if is_safe is None:
        small = Framing(size=32, resize=32)
        seen = not stands(start) and len(lesson.rows.names("input", "image")) > 0
        is_safe = seen and mirrors(lesson, sample_of(lesson, small, session)[1], session.seed)
    return replace(
        settings,
        passes=settings.passes or passes_for(len(lesson.rows), is_scratch=is_scratch),
        learning_rate=settings.learning_rate or (2e-3 if is_scratch else 1e-4),
        mirrors=is_safe,
        half=has_fast_bfloat16() if settings.half is None else settings.half,
    )


def _opened(start: Start, session: Session) -> tuple[Any, dict[str, Any], ImageInputs]:
    """The checkpoint of a start, the plain values that its network is made of, and its inputs."""
    from headstart import weights
    from headstart.networks.picture_encoders import body_of

    name = start.checkpoints[0]
    found = weights.at(name, session.checkpoints[name])
    body = body_of(found)
    inputs = found.entry.inputs if found.entry else None
    assert isinstance(inputs, ImageInputs)
    return found, {**body, "mean": inputs.mean, "std": inputs.std}, inputs


def _earlier(place: Path) -> ImageModel:
    from headstart.families.neural._document import read_learned
    from headstart.families.neural._image_model import load_image

    read_learned(place, CARD.name)
    return load_image(place, CARD.name, Settings)


def _first(
    candidate: Candidate, lesson: Lesson, session: Session
) -> tuple[ImageModel, PictureEmbedding | None]:
    """The model before its first step, and whose vectors are those of its standing encoder.

    It has the checkpoint's encoder, or random or shuffled weights in its form.
    """
    from headstart import weights
    from headstart.families.neural._image_model import CHANNELS, new_model
    from headstart.families.neural._pictures import Sight
    from headstart.features.picture_embedding import PictureEmbedding
    from headstart.features.picture_facts import shorter_side
    from headstart.features.pictures import framing_of
    from headstart.networks.picture_builds import build_of

    start = candidate.start
    found, body, inputs = _opened(start, session)
    names = lesson.rows.names("input", "image")
    fixed = build_of(body).size(body["values"])
    size = (
        fixed or candidate.settings.size or size_for(shorter_side(lesson.rows, names), inputs.size)
    )
    settings = _resolved(replace(candidate.settings, size=size), lesson, start, session)
    is_scratch = knows_nothing(start)
    joins = isinstance(start, Transfer) and start.part == "encoder"
    sight = Sight(names=names, framing=framing_of(inputs).at(size), channels=CHANNELS)
    model = new_model(
        CARD.name,
        Settings,
        replace(candidate, settings=settings),
        sight,
        lesson,
        {**body, "joins": joins, "keeps_statistics": not is_scratch},
        session.seed,
    )
    if is_scratch and control_of(start) != "shuffled":
        return model, None
    shuffle = session.seed if is_scratch else None
    receipt = weights.take_whole(found, model.network.trunk.network, shuffle=shuffle)
    model = replace(model, inner=replace(model.inner, receipt=receipt))
    if is_scratch:
        return model, None
    top = model.network.trunk.depth - 1
    other = 0 if size == inputs.size else size
    return model, PictureEmbedding(checkpoint=start.checkpoints[0], layer=top, size=other)


def _direct(start: Direct, task: Task, data: Table, session: Session) -> OwnAnswers:
    """The checkpoint as it is, under the task's class names."""
    from headstart.errors import WeightsError
    from headstart.families.neural import _image_direct
    from headstart.families.neural._image_model import CHANNELS
    from headstart.families.neural._pictures import Sight
    from headstart.features.pictures import framing_of

    found, body, inputs = _opened(start, session)
    names = data.names("input", "image")
    because = why_not_direct(task, len(names), found.entry, start.labels)
    if because:
        raise WeightsError(f"{because}.", "Fine-tune it: FineTune or Transfer learn from labels.")
    (classes,) = task.classes
    sight = Sight(names=names, framing=framing_of(inputs), channels=CHANNELS)
    places = own_labels(classes, found.entry.labels, start.labels)
    if places:
        return _image_direct.by_labels(CARD.name, body, sight, places, found)
    words = [as_words(name) for name in classes]
    return _image_direct.by_names(CARD.name, body, sight, words, found)
