"""From two networks to a plan: match the tensors, find the steps, account for every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from headstart.errors import WeightsError, unknown_name
from headstart.weights.surgery import roles
from headstart.weights.surgery.adapting import View, adapt
from headstart.weights.surgery.anatomy import Anatomy, Part
from headstart.weights.surgery.growth import grow
from headstart.weights.surgery.head import log_priors
from headstart.weights.surgery.matching import SAME_TOKENS, Match, match
from headstart.weights.surgery.material import Material, material
from headstart.weights.surgery.plan import Plan, PlannedMove, accounted, with_moves
from headstart.weights.surgery.precision import FRACTIONS
from headstart.weights.surgery.step import Step
from headstart.weights.surgery.target import Target, target
from headstart.weights.surgery.tokens import token_rows

UNEXPLAINED = "nothing says which token each row of the source is"
LEAST = 0.05
"""Share of the target's parameters under which the source counts as another model."""


def plan(
    source: Any,
    goal: Any,
    *,
    labels: Sequence[str] = (),
    priors: Sequence[float] = (),
    heads: int | None = None,
    tokens: tuple[Any, Any] | None = None,
    least: float = LEAST,
) -> Plan:
    """What would become of every tensor; nothing is read but names and shapes.

    Args:
        source: a checkpoint, a folder, a file, an earlier run, a torch module, or tensors by name.
        goal: a folder with a `config.json`, the name of a checkpoint, `text_encoder` or
            `image_encoder`, or a torch module.
        labels: names of the target's outputs, where the target itself does not say them.
        priors: shares of the classes, which become the bias of a new head.
        heads: of the source's attention, where nothing beside its file says it.
        tokens: the tokenizers or vocabularies (token -> number) of source and target.
        least: share of the target's parameters that must be found in the source.

    Raises:
        AskError: nothing is called so.
        WeightsError: the source is damaged, quantised, or a different model.
    """
    taken = material(source)
    wanted = target(goal, taken)
    if heads is not None:
        taken = replace(taken, anatomy=_with_heads(taken.anatomy, heads))
    if labels:
        wanted = replace(wanted, anatomy=replace(wanted.anatomy, labels=tuple(labels)))
    rows = token_rows(taken, wanted, tokens)
    view = _view(taken, wanted, other_tokens=rows is not None)
    _refuse_kinds(taken, wanted)
    found = Plan(
        source=taken.name,
        target=wanted.name,
        moves=tuple(_moves(view, priors, knows_tokens=tokens is not None)),
        material=taken,
        goal=wanted,
        tables={} if rows is None else {"tokens": rows},
    )
    refuse_strangers(found, least)
    return accounted(found)


def rechosen(old: Plan, name: str, source: str | None) -> Plan:
    """A plan in which one tensor comes from another source, or is new."""
    before = old.of(name)
    theirs = old.material.anatomy.parts
    if source is not None and source not in theirs:
        raise unknown_name("tensor", source, list(theirs), "the source")
    part = old.goal.anatomy.parts[name]
    view = _view(old.material, old.goal, other_tokens="tokens" in old.tables)
    made = _new(part, "it was chosen so") if source is None else None
    if source is not None:
        made = _move(part, Match(sources=(source,), route="chosen"), view)
        if made.action == "new":
            raise _unfit(part, theirs[source], made.because)
    assert made is not None
    kept = tuple(made if move is before else move for move in old.moves)
    used = {each for move in kept if move.target is not None for each in move.sources}
    kept = tuple(move for move in kept if move.action != "dropped" or not {*move.sources} & used)
    dropped = {each for move in kept for each in move.sources}
    more = [_dropped(theirs[each], "it was not chosen") for each in theirs if each not in dropped]
    return with_moves(old, (*kept, *more))


def renewed(old: Plan, because: Mapping[str, str]) -> Plan:
    """A plan in which these tensors of the target begin anew, each for the reason that is given."""
    theirs, ours = old.material.anatomy.parts, old.goal.anatomy.parts
    kept = [
        _new(ours[move.target], because[move.target]) if move.target in because else move
        for move in old.moves
        if move.target is not None
    ]
    used = {each for move in kept for each in move.sources}
    left = [move for move in old.moves if move.target is None and not {*move.sources} & used]
    gone = {each for move in left for each in move.sources} | used
    more = [_dropped(part, "nothing takes it") for name, part in theirs.items() if name not in gone]
    return with_moves(old, (*kept, *left, *more))


def _view(taken: Material, wanted: Target, *, other_tokens: bool) -> View:
    return View(
        source=taken.anatomy,
        target=wanted.anatomy,
        other_tokens=other_tokens,
        head=roles.head_of(wanted.anatomy),
        kernel=roles.first_convolution(wanted.anatomy),
    )


def _moves(view: View, priors: Sequence[float], *, knows_tokens: bool) -> list[PlannedMove]:
    pairs = match(view.source, view.target)
    moves: dict[str, PlannedMove] = {}
    refused: dict[str, str] = {}
    for name, part in view.target.parts.items():
        found = pairs.pairs.get(name)
        if found is not None and not knows_tokens and _is_unexplained(found, part, view):
            moves[name] = _new(part, UNEXPLAINED)
            refused |= dict.fromkeys(found.sources, f"not for `{name}`: {UNEXPLAINED}")
        elif found is not None:
            moves[name] = _move(part, found, view)
            if moves[name].action == "new":
                because = f"not for `{name}`: {moves[name].because}"
                refused |= dict.fromkeys(found.sources, because)
        elif name in pairs.choices:
            choices = pairs.choices[name]
            because = f"{len(choices)} tensors fit in the same way: choose one"
            moves[name] = replace(_new(part, because), choices=choices)
        else:
            moves[name] = _new(part, "the source has nothing like it")
    moves = grow(moves, view)
    moves = {name: _first_of_head(move, view, priors) for name, move in moves.items()}
    return [*moves.values(), *_left_over(moves, view.source, refused)]


def _is_unexplained(found: Match, part: Part, view: View) -> bool:
    """Whether rows of two vocabularies would be moved by number, of which nothing is known."""
    if found.route != SAME_TOKENS or view.other_tokens:
        return False
    return view.source.parts[found.sources[0]].shape[:1] != part.shape[:1]


def _move(part: Part, found: Match, view: View) -> PlannedMove:
    parts = [view.source.parts[name] for name in found.sources]
    first = parts[0]
    before = _joined(parts) if len(parts) > 1 else first
    steps: list[Step] = []
    if found.part is not None:
        place, number = found.part
        said = f"part {place + 1} of {number}"
        steps.append(Step(name="split", options={"part": place, "parts": number}, said=said))
        before = replace(first, shape=(first.shape[0] // number, *first.shape[1:]))
    made = adapt(before, part, view)
    if made.refusal or made.shape != part.shape:
        shapes = f"it is {first.shape} there and {part.shape} here"
        return _new(part, made.refusal or shapes)
    steps += made.steps
    is_same = len(parts) == 1 and not steps
    keeps_all = [step.name for step in steps] == ["precision"] and made.preserves
    return PlannedMove(
        action="copied" if is_same or (len(parts) == 1 and keeps_all) else "adapted",
        sources=found.sources,
        target=part.name,
        steps=tuple(steps),
        because=_because(found.route, made.note, part),
        preserves=made.preserves,
        from_shape=first.shape,
        to_shape=part.shape,
        parameters=_parameters(part),
    )


def _because(route: str, note: str, part: Part) -> str:
    tied = f"tied to `{part.tied}`" if part.tied else ""
    return "; ".join(each for each in (route, tied, note) if each)


def _joined(parts: Sequence[Part]) -> Part:
    return replace(parts[0], shape=(sum(part.shape[0] for part in parts), *parts[0].shape[1:]))


def _new(part: Part, because: str) -> PlannedMove:
    return PlannedMove(
        action="new",
        target=part.name,
        because=because,
        to_shape=part.shape,
        preserves=not part.is_parameter or not part.learns,
        parameters=_parameters(part),
    )


def _first_of_head(move: PlannedMove, view: View, priors: Sequence[float]) -> PlannedMove:
    """A new head begins at zero, and its bias at what is known of the classes."""
    assert move.target is not None
    part = view.target.parts[move.target]
    if move.action != "new" or move.choices or not view.head or part.owner != view.head:
        return move
    if part.leaf == "bias" and len(priors) == part.shape[0]:
        return replace(move, fill="values", values=tuple(log_priors(priors)))
    return replace(move, fill="zeros") if part.leaf in ("weight", "bias") else move


def _left_over(
    moves: Mapping[str, PlannedMove], source: Anatomy, refused: Mapping[str, str]
) -> list[PlannedMove]:
    used = {name for move in moves.values() for name in move.sources}
    offered = {name for move in moves.values() for name in move.choices}
    deepest = _deepest(moves)
    left = []
    for name, part in source.parts.items():
        if name in used:
            continue
        because = refused.get(name, "the target has no use for it")
        beyond = [
            path for path, number, _ in roles.blocks_of(name) if number > deepest.get(path, number)
        ]
        if beyond:
            because = f"the target has {deepest[beyond[0]] + 1} blocks there"
        if part.tied:
            because = f"it is `{part.tied}` under another name"
        because = "it waits to be chosen" if name in offered else because
        left.append(replace(_dropped(part, because), preserves=not beyond))
    return left


def _deepest(moves: Mapping[str, PlannedMove]) -> dict[str, int]:
    """The last block that was used of each list of blocks of the source."""
    deepest: dict[str, int] = {}
    for move in moves.values():
        for name in move.sources:
            for path, number, _ in roles.blocks_of(name):
                deepest[path] = max(number, deepest.get(path, 0))
    return deepest


def _dropped(part: Part, because: str) -> PlannedMove:
    return PlannedMove(
        action="dropped",
        sources=(part.name,),
        because=because,
        from_shape=part.shape,
        parameters=_parameters(part),
    )


def _parameters(part: Part) -> int:
    return part.size if part.is_parameter and not part.tied else 0


def _with_heads(anatomy: Anatomy, heads: int) -> Anatomy:
    parts = {name: replace(part, heads=heads) for name, part in anatomy.parts.items()}
    return replace(anatomy, parts=parts)


def _refuse_kinds(taken: Material, wanted: Target) -> None:
    """Whole numbers in place of numbers with a fraction are quantised weights."""
    for name, part in wanted.anatomy.parts.items():
        old = taken.anatomy.parts.get(name)
        if old is not None and part.dtype in FRACTIONS and old.dtype not in FRACTIONS:
            raise WeightsError(
                f"`{name}` of `{taken.name}` is stored as {old.dtype}, whole numbers, and the "
                f"target wants {part.dtype}: a quantised checkpoint.",
                "Take the checkpoint as it was before it was quantised.",
            )


def refuse_strangers(found: Plan, least: float = LEAST) -> None:
    """Hold a plan to the share of the target that it must find.

    Raises:
        WeightsError: so little fits that the source must be another model.
    """
    if found.open or found.coverage >= least:
        return
    missing = max(
        (move for move in found.moves if move.action == "new"), key=lambda move: move.parameters
    )
    largest = max(found.material.anatomy.parts.values(), key=lambda part: part.size)
    raise WeightsError(
        f"`{found.source}` is a different model: {found.coverage:.1%} of the parameters of "
        f"`{found.target}` are in it. `{missing.target}` {missing.to_shape} is expected, and the "
        f"largest tensor found is `{largest.name}` {largest.shape}.",
        "Name the checkpoint of this architecture; for a part of it, in Python, give that part: "
        "weights.plan(source, network.encoder).",
    )


def _unfit(part: Part, source: Part, because: str) -> WeightsError:
    return WeightsError(
        f"`{part.name}` cannot come from `{source.name}`: it is {source.shape}, expected "
        f"{part.shape}; {because}.",
        "Choose another tensor, or None for new values.",
    )
