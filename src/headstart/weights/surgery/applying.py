"""A plan carried out: tensor by tensor, from the source's file into the target's network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from headstart.errors import WeightsError
from headstart.processes.libraries import need as need_library
from headstart.records.receipt import Check, Receipt
from headstart.weights.surgery.checking import checked
from headstart.weights.surgery.fusing import fused
from headstart.weights.surgery.material import finite
from headstart.weights.surgery.plan import Plan, PlannedMove, accounted, settled
from headstart.weights.surgery.steps import done

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a plan.

    Attributes:
        network: the target with its new values: the module that was given, or a new one.
        receipt: every move, and what was measured afterwards.
    """

    network: Any
    receipt: Receipt


def apply(
    plan: Plan, *, seed: int = 0, check: bool = True, inputs: Any = None, rows: int = 2
) -> Outcome:
    """Move the tensors, and measure what came of it.

    A module that was given as the target is changed where it stands.

    Args:
        seed: of the first values of what is new, and of the inputs of the check.
        check: whether both networks are run afterwards.
        inputs: what the target takes, a tensor or a table of keyword arguments; None is made up.
        rows: number of inputs that are made up.

    Raises:
        AskError: something needs a choice first.
        WeightsError: a tensor is not finite, or does not get the shape that is expected.
    """
    accounted(settled(plan))
    network = plan.goal.make(seed)
    fill(plan, network)
    measured = checked(plan, network, seed=seed, inputs=inputs, rows=rows) if check else Check()
    return Outcome(
        network=network,
        receipt=Receipt(moves=plan.records(), coverage=plan.coverage, check=measured),
    )


def fill(plan: Plan, network: Any) -> None:
    """Put every tensor of a plan into a network."""
    torch = need_library("torch", wanted_by="moving weights")
    state: Mapping[str, Tensor] = network.state_dict()
    empty = [name for name, value in state.items() if value.device.type == "meta"]
    if empty:
        raise WeightsError(
            f"`{empty[0]}` of the target stands on torch's meta device and holds no numbers.",
            "Give it memory first: network.to_empty(device='cpu').",
        )
    with torch.no_grad():
        for move in plan.moves:
            if move.target is not None and plan.goal.anatomy.parts[move.target].tied is None:
                _put(plan, move, state[move.target])


def _put(plan: Plan, move: PlannedMove, place: Tensor) -> None:
    if move.action == "new":
        _begin(move, place)
        return
    value = moved(plan, move)
    if value.shape != place.shape:
        raise WeightsError(
            f"`{move.target}` became {tuple(value.shape)}; {tuple(place.shape)} was expected "
            f"of `{move.sources[0]}` after: {move.how or 'no step'}.",
            "Correct the steps of this move, or write the plan again.",
        )
    place.copy_(finite(str(move.target), value))


def moved(plan: Plan, move: PlannedMove) -> Tensor:
    """What a copied or adapted tensor becomes."""
    parts = [plan.material.read(name) for name in move.sources]
    half = any(each.is_floating_point() and each.element_size() < 4 for each in parts)
    if half and move.steps:
        parts = [each.float() for each in parts]  # sums and means of halves lose digits
    value = parts[0] if len(parts) == 1 else fused(parts)
    for step in move.steps:
        value = done(step, value, plan.tables)
    return value


def _begin(move: PlannedMove, place: Tensor) -> None:
    import torch

    if move.fill == "zeros":
        place.zero_()
    elif move.fill == "ones":
        place.fill_(1)
    elif move.fill == "values":
        place.copy_(torch.tensor(move.values))
    elif move.fill == "identity":
        init = torch.nn.init.eye_ if place.ndim == 2 else torch.nn.init.dirac_
        init(place)
