"""The four starts of one family: which of them become candidates, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from headstart.advice.earlier import Earlier
from headstart.errors import unknown_name
from headstart.records import Candidate, Card, FineTune, Refusal, Task
from headstart.records.start import START_NAMES


def wanted_starts(starts: Sequence[str]) -> tuple[str, ...]:
    """The names of the starts asked for, in any case; all of them where none was named.

    Example:
        >>> wanted_starts(["scratch", "FineTune"])
        ('Scratch', 'FineTune')
    """
    by_lower = {name.lower(): name for name in START_NAMES}
    for start in starts:
        if start.lower() not in by_lower:
            raise unknown_name("start", start, tuple(by_lower))
    return tuple(by_lower[start.lower()] for start in starts) or START_NAMES


def name_of_start(candidate: Candidate) -> str:
    """`Direct`, `FineTune`, `Transfer` or `Scratch`."""
    return type(candidate.start).__name__


def going_on(
    card: Card, candidates: Sequence[Candidate], task: Task, earlier: Sequence[Earlier]
) -> list[Candidate]:
    """Candidates that go on from earlier models of the family, in the settings of these."""
    if "FineTune" not in card.starts or not candidates:
        return []
    fitting = [each for each in _own(card, earlier) if not each.misfit(task)]
    return [
        replace(
            each.candidate,
            name=f"{card.name}.further" + (f"{number}" if number > 1 else ""),
            start=FineTune(checkpoints=(each.checkpoint,)),
            because="an earlier model of this family was named: it goes on from what that learned",
            estimate=candidates[0].estimate,
        )
        for number, each in enumerate(fitting, start=1)
    ]


def refused_starts(
    card: Card,
    candidates: Sequence[Candidate],
    wanted: Sequence[str],
    task: Task,
    earlier: Sequence[Earlier],
) -> list[Refusal]:
    """One refusal for each start without a candidate, and for each candidate that nobody wants.

    Args:
        candidates: all that the family proposes, those with an unwanted start too.
    """
    proposed = {name_of_start(candidate) for candidate in candidates}
    refusals = []
    for start in START_NAMES:
        if start in wanted and start not in proposed:
            because = _why_not(start, card, task, earlier)
        elif start in proposed and start not in wanted and not card.is_floor:
            because = f"--starts asks for {', '.join(name.lower() for name in wanted)} only"
        else:
            continue
        refusals.append(Refusal(family=card.name, start=start, because=because))
    return refusals


def _why_not(start: str, card: Card, task: Task, earlier: Sequence[Earlier]) -> str:
    """The family's own reason, or what the start would need."""
    reasons = {str(name): reason for name, reason in card.no_start}
    if start in reasons:
        return reasons[start]
    if start not in card.starts:
        return "the family cannot make this start"
    if start == "Scratch":
        return "it proposes nothing from scratch for these data"
    if start == "FineTune":
        misfits = [each.misfit(task) for each in _own(card, earlier)]
        return (
            misfits[0] if misfits else f"no earlier model of {card.name} was named: --weights RUN"
        )
    return "no checkpoint that fits these columns was named: --weights CHECKPOINT"


def _own(card: Card, earlier: Sequence[Earlier]) -> list[Earlier]:
    return [each for each in earlier if each.candidate.family == card.name]
