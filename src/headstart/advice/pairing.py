"""Frozen encoders before families for tables: each pair is a candidate of its own.

A family that takes vectors is asked what it would propose if texts and pictures were vectors
already; its safe proposal becomes a candidate whose start is `Transfer(part="embedding")`. Where
rows hold both texts and pictures, each is read by an encoder of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from headstart import weights
from headstart.families import family, known
from headstart.records import FEW_LABELS, Candidate, Profile, Refusal, Task, Transfer
from headstart.records.data import Modality

_USUAL = ("lightgbm", "feedforward")  # one of trees, one that is smooth; others when asked for
_MOST_ENCODERS = 2
_PRIOR = 2  # like a linear head on the same vectors
_MEDIA: tuple[Modality, ...] = ("text", "image")
_SECONDS_PER_TEXT = 0.025  # MiniLM, 128 tokens, two cores
_SECONDS_PER_PICTURE = 0.012  # EfficientNet-Lite0, 224 pixels, two cores, decoding included
_PARAMETERS_OF_THAT = 4_652_008
_SEEN = {"text": "the text is read", "image": "the picture is seen"}
_SOURCES = {
    "text": "with few labels that is hard to beat (SetFit, arXiv 2209.11055)",
    "image": "frozen vectors rank networks about as fine-tuning does (arXiv 1805.08974)",
}


def pairs(
    task: Task, profile: Profile, named: Sequence[str], families: Sequence[str]
) -> list[Candidate]:
    """Candidates on embeddings of the text and image columns.

    Args:
        named: checkpoints that the person named; else those of the catalogue that are here.
        families: those that the person asked for; else the usual ones.
    """
    readers = {each: _encoders(each, named) for each in _MEDIA if profile.inputs(each)}
    readers = {each: found for each, found in readers.items() if found}
    if not readers or not task.has_rows:
        return []
    most = _MOST_ENCODERS if len(readers) == 1 else 1
    columns = tuple(
        replace(each, modality="vector")
        if each.role == "input" and each.modality in readers
        else each
        for each in profile.columns
    )
    embedded = replace(profile, columns=columns)
    return [
        _pair(name, dict(zip(readers, checkpoints, strict=True)), candidate, profile)
        for checkpoints in product(*(found[:most] for found in readers.values()))
        for name in families or _USUAL
        if (candidate := _proposal(name, task, embedded)) is not None
    ]


def _proposal(name: str, task: Task, embedded: Profile) -> Candidate | None:
    """The safe candidate of a family that takes vectors and is no floor."""
    if name not in known():
        return None
    module = family(name)
    if module.CARD.is_floor or "vector" not in module.CARD.modalities:
        return None
    proposed = module.propose(task, embedded)
    if isinstance(proposed, Refusal):
        return None
    return next((each for each in proposed if isinstance(each, Candidate)), None)


def _pair(
    name: str, checkpoints: dict[Modality, str], candidate: Candidate, profile: Profile
) -> Candidate:
    """
    Args:
        checkpoints: by the modality that each reads.
    """
    read = " and ".join(f"{_SEEN[each]} by `{taken}`" for each, taken in checkpoints.items())
    sources = "; ".join(_SOURCES[each] for each in checkpoints)
    because = (
        f"{read}, frozen, and the best layer is chosen by a probe; {name} learns from the "
        f"vectors: {sources}"
    )
    each = sum(
        len(profile.inputs(modality)) * _seconds(modality, taken)
        for modality, taken in checkpoints.items()
    )
    seconds = candidate.estimate.seconds + each * profile.rows
    return replace(
        candidate,
        name=f"{name}.on.{'+'.join(checkpoints.values())}",
        start=Transfer(checkpoints=tuple(checkpoints.values()), part="embedding"),
        because=because,
        prior=_PRIOR if profile.rows <= FEW_LABELS else 0,
        estimate=replace(candidate.estimate, seconds=seconds),
    )


def _seconds(modality: Modality, checkpoint: str) -> float:
    """Of one text or one picture."""
    if modality == "text":
        return _SECONDS_PER_TEXT
    entry = weights.need(checkpoint).entry
    parameters = (entry.parameters if entry else None) or _PARAMETERS_OF_THAT
    return _SECONDS_PER_PICTURE * max(1.0, parameters / _PARAMETERS_OF_THAT)


def _encoders(modality: Modality, named: Sequence[str]) -> list[str]:
    """Encoders on this machine, those that were named first; the smallest of the rest."""
    mine = [name for name in named if _reads(modality, name)]
    if mine:
        return mine[:_MOST_ENCODERS]
    entries = [each for each in weights.entries() if each.modality == modality]
    if modality == "text":
        entries = [each for each in entries if not each.labels]
    entries.sort(key=lambda each: each.parameters or 0)
    return [each.name for each in entries if weights.look(each)[0]][:_MOST_ENCODERS]


def _reads(modality: Modality, name: str) -> bool:
    found = weights.find(name)
    return (
        isinstance(found, weights.Found)
        and found.entry is not None
        and found.entry.modality == modality
    )
