"""A plan: what becomes of every tensor, before anything is moved.

A plan is a value. It can be looked at, changed with `choose`, written as TOML, read again and
applied; and every tensor of both networks is in it, or it is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from headstart.errors import AskError, WeightsError, listed, unknown_name
from headstart.records.receipt import Action, Move
from headstart.weights.surgery.anatomy import Shape
from headstart.weights.surgery.material import Material
from headstart.weights.surgery.step import Step
from headstart.weights.surgery.target import Target

Fill = Literal["own", "zeros", "ones", "identity", "values"]
"""The first values of a new tensor: those of the network itself, or the same for all, or stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMove:
    """What becomes of one tensor of the target, or of one of the source that is dropped.

    Attributes:
        sources: none for a new tensor; several are put one above the other first.
        steps: what is done to it on the way, in this order.
        fill: of a new tensor.
        values: of a new tensor whose values are stated.
        preserves: whether the network computes the same with it.
        choices: sources that fit in the same way; one must be chosen before the plan is applied.
        parameters: of the target, or of the source where it is dropped; 0 where it has another
            name already, or is no parameter.
    """

    action: Action
    sources: tuple[str, ...] = ()
    target: str | None = None
    steps: tuple[Step, ...] = ()
    because: str = ""
    fill: Fill = "own"
    values: tuple[float, ...] = ()
    preserves: bool = True
    choices: tuple[str, ...] = ()
    from_shape: Shape | None = None
    to_shape: Shape | None = None
    parameters: int = 0

    @property
    def how(self) -> str:
        """The steps in words."""
        said = [step.said for step in self.steps]
        if len(self.sources) > 1:
            said.insert(0, f"{len(self.sources)} put one above the other")
        if self.action == "adapted" and not said:
            said.append("repeated")
        if self.action == "new":
            said.append("its own first values" if self.fill == "own" else self.fill)
        return ", then ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be copied, adapted, new and dropped.

    Attributes:
        source, target: the names of both.
        moves: targets in their order, then what is dropped.
        material, goal: the two sides, as long as the plan is not written down.
        tables: rows of the vocabularies, where tokens are moved by their text.
        tokens_travel: whether the tokenizer of the source belongs to the result.
    """

    source: str
    target: str
    moves: tuple[PlannedMove, ...]
    material: Material = field(repr=False, compare=False)
    goal: Target = field(repr=False, compare=False)
    tables: Mapping[str, Any] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    @property
    def coverage(self) -> float:
        """Share of the target's parameters that are copied or adapted."""
        moved = sum(each.parameters for each in self.moves if each.action in ("copied", "adapted"))
        return moved / max(1, self.goal.anatomy.parameters)

    @property
    def open(self) -> tuple[PlannedMove, ...]:
        """Moves that need a choice."""
        return tuple(move for move in self.moves if move.choices)

    @property
    def preserves(self) -> bool:
        """Whether the target should compute what the source does."""
        return all(move.preserves for move in self.moves)

    @property
    def tokens_travel(self) -> bool:
        return not any(step.name == "vocabulary" for move in self.moves for step in move.steps)

    def of(self, target: str) -> PlannedMove:
        """The move of one tensor of the target.

        Raises:
            AskError: it has none of this name.
        """
        found = next((move for move in self.moves if move.target == target), None)
        if found is None:
            names = [move.target for move in self.moves if move.target]
            raise unknown_name("tensor", target, names, "the target")
        return found

    def choose(self, target: str, source: str | None) -> Plan:
        """The same plan with another source for one tensor; None makes it new.

        Raises:
            AskError: there is no such tensor.
            WeightsError: the source has another shape, and no step is known.
        """
        from headstart.weights.surgery.planning import rechosen

        return rechosen(self, target, source)

    def records(self) -> tuple[Move, ...]:
        """The moves as they stand in a receipt."""
        return tuple(record for move in self.moves for record in _records(move, self.material))

    def apply(self, **options: Any) -> Any:
        """Move the tensors: see `headstart.weights.apply`."""
        from headstart.weights.surgery.applying import apply

        return apply(self, **options)

    def __str__(self) -> str:
        counts = Counter(move.action for move in self.moves)
        told = ", ".join(f"{counts[action]} {action}" for action in _ACTIONS)
        return f"{self.source} -> {self.target}: {told}; coverage {self.coverage:.1%}"


_ACTIONS: tuple[Action, ...] = ("copied", "adapted", "new", "dropped")


def accounted(plan: Plan) -> Plan:
    """The plan itself, after making sure that every tensor of both sides is in it.

    Raises:
        WeightsError: one is missing, there twice, or unknown.
    """
    hint = "Write the plan again: headstart weights SOURCE TARGET --plan NEW.toml"
    theirs, ours = plan.material.anatomy.parts, plan.goal.anatomy.parts
    placed = Counter(move.target for move in plan.moves if move.target is not None)
    used = {name for move in plan.moves for name in move.sources}
    twice = [name for name, count in placed.items() if count > 1]
    for what, names in (
        ("has two moves", twice),
        ("is no tensor of the target", placed.keys() - ours.keys()),
        ("has no move", ours.keys() - placed.keys()),
        ("is no tensor of the source", used - theirs.keys()),
        ("is neither moved nor dropped", theirs.keys() - used),
    ):
        if names:
            raise WeightsError(f"{listed(sorted(names))} {what}.", hint)
    for move in plan.moves:
        _refuse_contradictions(move)
    return plan


def settled(plan: Plan) -> Plan:
    """The plan itself, after making sure that nothing is left open.

    Raises:
        AskError: tensors need a choice.
    """
    if plan.open:
        first = plan.open[0]
        raise AskError(
            f"{len(plan.open)} tensors fit several sources in the same way: `{first.target}` could "
            f"be {listed(first.choices)}.",
            "Choose: plan.choose(target, source) in Python, or set `sources` and `action` in the "
            "file that --plan FILE.toml writes.",
        )
    return plan


def _refuse_contradictions(move: PlannedMove) -> None:
    where = f"`{move.target or ', '.join(move.sources)}`"
    if move.action == "copied" and move.from_shape != move.to_shape:
        raise WeightsError(
            f"{where} is to be copied, but it is {move.to_shape} and "
            f"`{move.sources[0]}` is {move.from_shape}.",
            'Say `action = "adapted"` and the step that changes the shape, or "new".',
        )
    has_both = bool(move.sources) and move.target is not None
    wanted = {"copied": True, "adapted": True}.get(move.action, False)
    if has_both != wanted:
        raise WeightsError(
            f"the move of {where} is `{move.action}` with "
            f"{'no source' if not move.sources else 'a source'} and "
            f"{'no target' if move.target is None else 'a target'}.",
            "Copied and adapted have both, new has a target alone, dropped a source alone.",
        )


def _records(move: PlannedMove, material: Material) -> list[Move]:
    """One record, and one for each further source of a tensor that is put together."""
    first = Move(
        source=move.sources[0] if move.sources else None,
        target=move.target,
        action=move.action,
        because=move.because,
        how=move.how,
        from_shape=move.from_shape,
        to_shape=move.to_shape,
        sources=move.sources if len(move.sources) > 1 else (),
        parameters=move.parameters,
    )
    others = [
        Move(
            source=name,
            target=None,
            action="adapted",
            because=f"part {place} of {len(move.sources)} of `{move.target}`",
            how="put one above the other",
            from_shape=material.anatomy.parts[name].shape,
        )
        for place, name in enumerate(move.sources[1:], start=2)
    ]
    return [first, *others]


def with_moves(plan: Plan, moves: tuple[PlannedMove, ...]) -> Plan:
    """The plan with other moves, accounted for."""
    return accounted(replace(plan, moves=moves))
