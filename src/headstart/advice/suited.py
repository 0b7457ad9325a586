"""The evidence of probes: what frozen vectors told of the labels, before any trial.

Neighbours and a linear probe lead. A checkpoint that they put behind another one beyond doubt is
left out, but never the last one of its modality: such scores order checkpoints from -0.2 to 0.95
(weighted tau, SFDA), so they may rank and must not rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from headstart.advice.starts import name_of_start
from headstart.records import Candidate, Direct, Refusal
from headstart.records.suitability import Suitability

_NINETY = 1.645  # standard errors on each side


def suited(
    candidates: Sequence[Candidate], found: Sequence[Suitability], modality: Mapping[str, str]
) -> tuple[list[Candidate], list[Refusal]]:
    """The candidates in the order of the evidence, each with what was measured in its reason.

    Args:
        modality: of each checkpoint; only checkpoints of one modality are compared.

    Returns:
        Who stays, those of the best checkpoint first among the pretrained; and a refusal for each
        start of a checkpoint that is left out.
    """
    by_name = {each.checkpoint: each for each in found}
    behind = {name: best for name in by_name if (best := _ahead_of(name, by_name, modality))}
    kept = [each for each in candidates if _is_meant(each) or not _names(each) & behind.keys()]
    refusals = [
        Refusal(
            family=each.family,
            start=name_of_start(each),
            because=_why_left(by_name[name], by_name[behind[name]]),
        )
        for each in candidates
        for name in each.start.checkpoints
        if name in behind and each not in kept
    ]
    told = [_told(each, by_name) for each in kept]
    return _ranked(told, by_name), list(dict.fromkeys(refusals))


def _names(candidate: Candidate) -> set[str]:
    return set(candidate.start.checkpoints)


def _is_meant(candidate: Candidate) -> bool:
    """Whether a person mapped its labels: frozen vectors do not tell what these answer."""
    return isinstance(candidate.start, Direct) and bool(candidate.start.labels)


def _ahead_of(
    name: str, by_name: Mapping[str, Suitability], modality: Mapping[str, str]
) -> str | None:
    """The checkpoint that is better beyond doubt."""
    mine = by_name[name]
    rivals = [each for each in by_name.values() if modality[each.checkpoint] == modality[name]]
    best = max(rivals, key=lambda each: each.lead)
    is_behind = mine.lead + _margin(mine) < best.lead - _margin(best)
    return best.checkpoint if is_behind else None


def _margin(found: Suitability) -> float:
    """Of a share of rows, with 90 %; an R^2 has about the same."""
    share = min(max(found.lead, 0.0), 1.0)
    return _NINETY * math.sqrt(max(share * (1 - share), 0.01) / max(found.rows, 1))


def _why_left(mine: Suitability, best: Suitability) -> str:
    return (
        f"on {mine.rows:,} labelled rows frozen vectors of `{mine.checkpoint}` reach "
        f"{mine.lead:.2f}, those of `{best.checkpoint}` {best.lead:.2f}"
    )


def _told(candidate: Candidate, by_name: Mapping[str, Suitability]) -> Candidate:
    """The reason, with what was measured."""
    measured = [_sentence(by_name[name]) for name in candidate.start.checkpoints if name in by_name]
    return replace(candidate, because="; ".join([candidate.because, *measured]))


def _sentence(found: Suitability) -> str:
    scores = found.scores
    text = (
        f"measured on {found.rows:,} labelled rows: frozen vectors of layer {found.layer} of "
        f"{len(found.layers) - 1} give {scores['linear_probe']:.2f} with a linear probe and "
        f"{scores['neighbours']:.2f} with neighbours"
    )
    if found.similarity is not None:
        like = found.similarity
        text += (
            f"; likeness to what it learned from: {like.level} ({like.value:.2f} {like.measure})"
        )
    return text


def _ranked(candidates: Sequence[Candidate], by_name: Mapping[str, Suitability]) -> list[Candidate]:
    """Pretrained candidates change places among themselves alone, better checkpoints first."""
    places = [i for i, each in enumerate(candidates) if _names(each) & set(by_name)]
    order = sorted(places, key=lambda place: -_lead(candidates[place], by_name))
    ranked = list(candidates)
    for place, taken in zip(places, order, strict=True):
        ranked[place] = candidates[taken]
    return ranked


def _lead(candidate: Candidate, by_name: Mapping[str, Suitability]) -> float:
    return max(by_name[name].lead for name in candidate.start.checkpoints if name in by_name)
