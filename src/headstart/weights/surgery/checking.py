"""What is measured after weights were put in place.

Where nothing was adapted, and where every step keeps the function, source and target must answer
the same. Up to a new head, or inside of a larger source, layers are compared instead of answers. A
new head says the same of every row, so its first loss is ln(classes). Then one pass back: the loss
and every gradient must be numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from headstart.errors import WeightsError
from headstart.records.receipt import Check
from headstart.weights.surgery import trial_inputs
from headstart.weights.surgery.plan import Plan
from headstart.weights.surgery.roles import head_of, is_words
from headstart.weights.surgery.selection import evenly
from headstart.weights.surgery.target import network_of

CLOSE = 1e-5
"""The largest difference at which two networks compute the same."""


def checked(plan: Plan, network: Any, *, seed: int, inputs: Any, rows: int) -> Check:
    """Run source and target on the same inputs, and the target once back.

    Raises:
        WeightsError: outputs, loss or gradients of the target are no numbers.
    """
    given = inputs
    if inputs is None:
        made = trial_inputs.made_up(network, rows, seed, _known_tokens(plan))
        given = made if made is not None and trial_inputs.fits(network, made) else None
    if given is None:
        return Check(compared="nothing: what the target takes is not known; give `inputs`")
    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        difference, compared = _difference(plan, network, given, seed)
        preserved = plan.preserves and difference is not None and difference <= CLOSE
        unknown = plan.preserves and difference is None
        first, expected = _pass(plan, network, given, seed)
    finally:
        for module, mode in modes.items():
            module.training = mode
    return Check(
        function_preserved=None if unknown else preserved,
        max_difference=difference,
        compared=compared,
        first_loss=first,
        expected_loss=expected,
        is_finite=True,
    )


def _difference(plan: Plan, network: Any, given: Any, seed: int) -> tuple[float | None, str]:
    """The largest difference to the source, and of what."""
    import torch

    if not (plan.preserves or _body_preserves(plan)):
        return None, "nothing: steps changed what the network computes"
    source = source_network(plan, seed)
    if source is None:
        return None, "nothing: which network the source is, is not known"
    folded = _folded(plan)
    ours = trial_inputs.as_target_takes(given, folded)
    theirs = trial_inputs.as_decoder_asks(trial_inputs.as_source_takes(ours, folded), source)
    pairs = _layers(plan)
    with torch.no_grad(), _Witness(source, set(pairs.values())) as before:
        with _Witness(network, set(pairs)) as after:
            target_answers = trial_inputs.answers(network, ours)
        try:
            source_answers = trial_inputs.answers(source.eval(), theirs)
        except (RuntimeError, IndexError, ValueError, TypeError) as error:
            said = str(error).splitlines()[0][:120]
            return None, f"nothing: the source does not take the target's inputs ({said})"
    if plan.preserves:
        found = _largest(source_answers, target_answers)
        if found is not None:
            return found, f"their outputs on {_count(ours)} inputs"
    shared = {path: after.seen[path] for path in pairs if path in after.seen}
    others = {path: before.seen[pairs[path]] for path in shared if pairs[path] in before.seen}
    found = _largest(others, shared)
    return found, f"{len(others)} layers that both have, on {_count(ours)} inputs"


def source_network(plan: Plan, seed: int = 0) -> Any:
    """The source as a network that can be run; None where nothing says which it is."""
    if plan.material.network is not None:
        return plan.material.network
    found = plan.material.found
    make = network_of(found) if found is not None else None
    if make is None:
        return None
    from headstart.weights.surgery.applying import fill
    from headstart.weights.surgery.planning import plan as planned

    network = make(seed)
    fill(planned(found, network), network)
    return network


def _pass(plan: Plan, network: Any, given: Any, seed: int) -> tuple[float | None, float | None]:
    """First loss and ln(classes) where the head is new, after one finite pass forth and back."""
    import torch

    learning = [each for each in network.parameters() if each.requires_grad]
    before = [each.grad for each in learning]
    with torch.enable_grad():
        found = trial_inputs.answers(network, given)
        loss, expected = _loss(plan, found, seed)
        if loss is None:
            raise WeightsError("the target gives back no tensor of numbers.", "Give `inputs`.")
        gradients = torch.autograd.grad(loss, learning, allow_unused=True) if learning else ()
    bad = not bool(torch.isfinite(loss)) or any(
        each is not None and not bool(torch.isfinite(each).all()) for each in gradients
    )
    for parameter, gradient in zip(learning, before, strict=True):
        parameter.grad = gradient
    if bad:
        raise WeightsError(
            "one pass through the network gives values that are not finite.",
            "Take the weights in float32, or look at the moves that were adapted.",
        )
    return (None, None) if expected is None else (float(loss.detach()), expected)


def _loss(plan: Plan, found: Mapping[str, Any], seed: int) -> tuple[Any, float | None]:
    import torch
    import torch.nn.functional as F  # noqa: N812

    if not found:
        return None, None
    answer = found.get("logits", next(iter(found.values())))
    if _has_new_head(plan) and answer.ndim == 2 and answer.shape[1] > 1:
        generator = torch.Generator().manual_seed(seed)
        classes = answer.shape[1]
        labels = torch.randint(0, classes, (answer.shape[0],), generator=generator)
        return F.cross_entropy(answer.float(), labels), math.log(classes)
    return sum(each.float().square().mean() for each in found.values()), None


def _has_new_head(plan: Plan) -> bool:
    head = head_of(plan.goal.anatomy)
    weight = f"{head}.weight"
    return any(move.target == weight and move.action == "new" for move in plan.moves)


def _body_preserves(plan: Plan) -> bool:
    """Whether all that was taken over was copied as it is."""
    taken = [move for move in plan.moves if move.sources]
    return all(move.action in ("copied", "dropped") and move.preserves for move in taken)


def _layers(plan: Plan) -> dict[str, str]:
    """Layers of the target, all of whose tensors were copied from one layer of the source."""
    origins: dict[str, set[str]] = {}
    for move in plan.moves:
        if move.target is not None:
            owner = move.target.rpartition(".")[0]
            is_copy = move.action == "copied" and not any(
                step.name == "split" for step in move.steps
            )
            origin = plan.material.anatomy.parts[move.sources[0]].owner if is_copy else ""
            origins.setdefault(owner, set()).add(origin)
    return {
        owner: next(iter(found))
        for owner, found in origins.items()
        if owner and len(found) == 1 and "" not in found
    }


def _folded(plan: Plan) -> tuple[int, int] | None:
    for move in plan.moves:
        if any(step.name == "channels" for step in move.steps):
            assert move.from_shape is not None
            assert move.to_shape is not None
            return move.from_shape[1], move.to_shape[1]
    return None


def _known_tokens(plan: Plan) -> int | None:
    """How many tokens both sides know, where their number differs."""
    sizes = [
        min(move.from_shape[0], move.to_shape[0])
        for move in plan.moves
        if move.from_shape and move.to_shape and is_words(plan.goal.anatomy.parts[str(move.target)])
    ]
    return min(sizes, default=None)


def _largest(before: Mapping[str, Any], after: Mapping[str, Any]) -> float | None:
    """The largest difference of tensors of one name; None where none can be compared."""
    found = [_apart(before[name], after[name]) for name in after if name in before]
    return max((each for each in found if each is not None), default=None)


def _apart(before: Any, after: Any) -> float | None:
    """The largest difference of two tensors; in a wider one each unit is held to its twin."""
    import torch

    if before.ndim != after.ndim or not after.numel():
        return None
    if before.shape[:-1] == after.shape[:-1] and after.shape[-1] > before.shape[-1]:
        twins = torch.tensor(evenly(before.shape[-1], after.shape[-1]))
        before = before.index_select(-1, twins)
    if before.shape != after.shape:
        return None
    return float((before.float() - after.float()).abs().max())


def _count(inputs: Any) -> int:
    first = next(iter(inputs.values())) if isinstance(inputs, dict) else inputs
    return int(first.shape[0])


class _Witness:
    """What the layers at some paths give back while a network runs; the last time counts."""

    def __init__(self, network: Any, paths: set[str]) -> None:
        self.seen: dict[str, Any] = {}
        self._modules = {path: m for path, m in network.named_modules() if path in paths}
        self._handles: list[Any] = []

    def __enter__(self) -> _Witness:
        import torch

        def watch(path: str) -> Any:
            def hook(module: Any, given: Any, made: Any) -> None:
                if isinstance(made, torch.Tensor) and made.is_floating_point():
                    self.seen[path] = made.detach()

            return hook

        self._handles = [
            module.register_forward_hook(watch(path)) for path, module in self._modules.items()
        ]
        return self

    def __exit__(self, *reason: object) -> None:
        for handle in self._handles:
            handle.remove()
