"""Networks from scratch that may begin from whatever fits of a checkpoint that was named.

A checkpoint of another architecture or shape is no start for a family as it is. Where a family
shows its untrained network (`blank`), a plan says what of the checkpoint would fit in there, and a
candidate begins from that, beside the one from random weights; the control arms tell what it was
worth. A checkpoint that a family goes on from whole is worth more there: its tensors are moved only
where the receiving family was asked for by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart import weights
from headstart.errors import WeightsError
from headstart.protocols import Family
from headstart.records import Candidate, Profile, Refusal, Transfer
from headstart.weights import Found, Plan


def tensors_into(
    module: Family,
    candidates: Sequence[Candidate],
    sources: Sequence[Found],
    profile: Profile,
    *,
    is_asked: bool,
) -> list[Candidate | Refusal]:
    """One candidate, or why there is none, for each checkpoint that may hold tensors for a family.

    Args:
        candidates: of the family, the safe one first; without any there is nothing to begin.
        sources: the checkpoints that a person named; earlier models one by one.
        is_asked: whether the person named the family.
    """
    blank = vars(module).get("blank")
    if blank is None or not candidates:
        return []
    return [
        _offered(module, blank(candidates[0].settings, profile), candidates[0], found)
        for found in sources
        if _may_fit(module, found, profile) and (is_asked or not _is_gone_on_with(found))
    ]


def _may_fit(module: Family, found: Found, profile: Profile) -> bool:
    """Whether it takes the inputs that the family reads; of a bare file nothing is known."""
    if found.entry is None:
        return True
    read = found.entry.modality
    return read in module.CARD.modalities and bool(profile.inputs(read))


def _is_gone_on_with(found: Found) -> bool:
    return found.is_run or (found.entry is not None and bool(found.entry.family))


def _offered(
    module: Family, network: Any, candidate: Candidate, found: Found
) -> Candidate | Refusal:
    name = module.CARD.name
    try:
        plan = weights.tensors_plan(found, network, called=name)
    except WeightsError as error:
        because = f"{error.message.rstrip('.')}"
        return Refusal(family=name, start="Transfer", because=because)
    return replace(
        candidate,
        name=f"{name}.from.{_stem(found)}",
        start=Transfer(checkpoints=(found.name,), part="tensors"),
        because=f"{_told(plan)}; whether that beats random weights, the race shows (weight "
        "selection, Xu et al. 2024, arXiv 2311.18823)",
    )


def _told(plan: Plan) -> str:
    counts = Counter(move.action for move in plan.moves if move.target is not None)
    kept = counts["copied"] + counts["adapted"]
    return (
        f"{plan.coverage:.0%} of the network's parameters begin from `{plan.source}`: {kept} of "
        f"{sum(counts.values())} tensors fit, {counts['adapted']} of them by adapting their shape"
    )


def _stem(found: Found) -> str:
    path = Path(found.name)
    is_member = found.is_run and path.parent.name == "model"
    stem = (
        path.parent.parent.name if is_member else path.stem if found.path.is_file() else path.name
    )
    return re.sub(r"\W+", "_", stem).strip("_") or "checkpoint"
