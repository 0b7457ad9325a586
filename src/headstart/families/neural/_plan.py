"""How far a pretrained network is trained: what of it learns, and at which pace.

Texts and pictures share it. A trunk has `stages()`, its parameters from the bottom to the top; a
network has a trunk, and `head_parameters()`.

References: Howard & Ruder 2018, "ULMFiT" (rates by layer); Hu et al. 2022, "LoRA".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import torch

from headstart.errors import WeightsError
from headstart.families.neural._lesson import decayed
from headstart.networks.low_rank import add_low_rank, merge_low_rank
from headstart.records import FineTune, Start, Transfer, knows_nothing
from headstart.training.adam import Group

Trunk = Literal["frozen", "last", "all", "low_rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How far a network is trained.

    Attributes:
        trunk: what of it learns: nothing, its last stages, everything, or small changes beside
            its layers.
        probes: whether the head is found on the standing trunk first.
        half: whether products are taken in bfloat16 while training.
        layer_decay: pace of a stage beside the one above it.
        head_pace: pace of the head beside the top stage.
        last: stages that learn where only the last ones do.
        rank, rank_pace: of the small changes, and their pace beside the top stage.
        penalty: of the head that is found first, in rows; None is chosen.
        contrasts: whether the trunk learns from pairs, and the head afterwards.
        blank: whether the weights know nothing, wherever they were taken from.
    """

    trunk: Trunk
    probes: bool
    half: bool = False
    layer_decay: float = 1.0
    head_pace: float = 1.0
    last: int = 1
    rank: int = 8
    rank_pace: float = 1.0
    penalty: float | None = None
    contrasts: bool = False
    blank: bool = False


def plan_of(start: Start, settings: Any) -> Plan:
    """What a start lets learn.

    Args:
        settings: of a family that starts from checkpoints, as resolved in the fit.
    """
    blank = knows_nothing(start)
    return Plan(
        trunk="all" if blank else _trunk(start),
        probes=not blank,
        half=bool(settings.half),
        layer_decay=settings.layer_decay,
        head_pace=settings.head_pace,
        last=settings.last,
        rank=settings.rank,
        rank_pace=settings.rank_pace,
        penalty=settings.penalty,
        contrasts=not blank and isinstance(start, FineTune) and start.method == "contrast",
        blank=blank,
    )


def stands(start: Start) -> bool:
    """Whether what is nearest to the data stands still, so that each row is read once."""
    return not knows_nothing(start) and _trunk(start) in ("frozen", "last")


@contextmanager
def learning(network: Any, plan: Plan, generator: torch.Generator) -> Iterator[list[Group]]:
    """Groups of what learns, the lower the stage the slower; afterwards all is as it was.

    Raises:
        WeightsError: only small changes are to learn, and no layer can have one.
    """
    try:
        moving = _moving(network, plan, generator)
        yield [*moving, *decayed(network.head_parameters(), plan.head_pace)]
    finally:
        if plan.trunk == "low_rank":
            merge_low_rank(network.trunk)
        network.requires_grad_(True)


def standing_stages(network: Any, plan: Plan) -> int:
    """How many stages stand still, from the bottom."""
    return max(0, len(network.trunk.stages()) - plan.last) if plan.trunk == "last" else 0


def _trunk(start: Start) -> Trunk:
    match start:
        case FineTune(layers="head") | Transfer(part="embedding"):
            return "frozen"
        case FineTune(method="lora"):
            return "low_rank"
        case FineTune(layers="last"):
            return "last"
    return "all"


def _moving(network: Any, plan: Plan, generator: torch.Generator) -> list[Group]:
    if plan.trunk == "low_rank":
        changes = add_low_rank(network.trunk, plan.rank, 2.0 * plan.rank, generator)
        if not changes:
            raise WeightsError(
                "small changes beside its layers need linear layers, and this network has none.",
                "Let its last stages learn: FineTune with layers `last`.",
            )
        return [Group(parameters=changes, pace=plan.rank_pace, decays=0.0)]
    stages, standing = network.trunk.stages(), standing_stages(network, plan)
    for parameter in (each for stage in stages[:standing] for each in stage):
        parameter.requires_grad_(False)
    paces = [plan.layer_decay ** (len(stages) - 1 - place) for place in range(len(stages))]
    moving = zip(stages[standing:], paces[standing:], strict=True)
    return [group for stage, pace in moving for group in decayed(stage, pace)]
