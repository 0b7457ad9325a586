"""Frozen encoders before families for tables: each pair is a candidate of its own.

A family that takes vectors is asked what it would propose if the texts were vectors already; its
safe proposal becomes a candidate whose start is `Transfer(part="embedding")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from headstart import weights
from headstart.families import family, known
from headstart.records import Candidate, Profile, Refusal, Task, Transfer

_USUAL = ("lightgbm", "feedforward")  # one of trees, one that is smooth; others when asked for
_MOST_ENCODERS = 2
_SECONDS_PER_TEXT = 0.025  # MiniLM, 128 tokens, two cores


def pairs(
    task: Task, profile: Profile, named: Sequence[str], families: Sequence[str]
) -> list[Candidate]:
    """Candidates on embeddings of the text columns.

    Args:
        named: checkpoints that the person named; else those of the catalogue that are here.
        families: those that the person asked for; else the usual ones.
    """
    texts = profile.inputs("text")
    if not texts or not task.has_rows:
        return []
    columns = tuple(
        replace(each, modality="vector") if each in texts else each for each in profile.columns
    )
    embedded = replace(profile, columns=columns)
    return [
        _pair(name, checkpoint, candidate, profile)
        for checkpoint in _encoders(named)
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


def _pair(name: str, checkpoint: str, candidate: Candidate, profile: Profile) -> Candidate:
    texts = len(profile.inputs("text"))
    because = (
        f"the text is read by `{checkpoint}`, frozen, and its best layer is chosen by a probe; "
        f"{name} learns from the vectors: with few labels that is hard to beat (SetFit, "
        "arXiv 2209.11055)"
    )
    seconds = candidate.estimate.seconds + _SECONDS_PER_TEXT * profile.rows * texts
    return replace(
        candidate,
        name=f"{name}.on.{checkpoint}",
        start=Transfer(checkpoints=(checkpoint,), part="embedding"),
        because=because,
        estimate=replace(candidate.estimate, seconds=seconds),
    )


def _encoders(named: Sequence[str]) -> list[str]:
    """Encoders of texts on this machine, those that were named first; the smallest of the rest."""
    mine = [name for name in named if _reads_text(name)]
    if mine:
        return mine[:_MOST_ENCODERS]
    entries = [each for each in weights.entries() if each.modality == "text" and not each.labels]
    entries.sort(key=lambda each: each.parameters or 0)
    return [each.name for each in entries if weights.look(each)[0]][:_MOST_ENCODERS]


def _reads_text(name: str) -> bool:
    found = weights.find(name)
    return (
        isinstance(found, weights.Found)
        and found.entry is not None
        and found.entry.modality == "text"
    )
