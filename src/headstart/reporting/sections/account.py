"""The account of the run: the data and their traps, what was tried, what it cost, how to repeat."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from headstart.records import Candidate, Trial
from headstart.reporting import answer
from headstart.reporting.findings import Findings
from headstart.reporting.sections.pieces import Fact, Grid
from headstart.reporting.wording import (
    count,
    duration,
    number,
    size,
    start_phrase,
    unit_of,
    visible,
)

_MOST_LINES = 60


def data(findings: Findings) -> tuple[Fact, ...]:
    """How many rows there are and what became of them."""
    rows, facts = findings.rows, []
    if findings.task.has_rows:
        kept = "kept for the final score" if rows.test else "none were locked"
        facts.append(
            Fact(label="Rows", texts=(f"{rows.train:,} to learn from, {rows.test:,} {kept}",))
        )
    else:
        steps = f"{rows.train:,} steps of learning, {answer.tested_on(findings)} for the score"
        facts.append(Fact(label="World", texts=(steps,)))
    if findings.profile and findings.profile.notes:
        notes = tuple(visible(note, 500) for note in findings.profile.notes[:_MOST_LINES])
        facts.append(Fact(label="How it was read", texts=notes))
    if rows.rejected:
        facts.append(
            Fact(
                label="Unreadable",
                texts=(f"{count(rows.rejected, 'row')}, listed in rejected.csv",),
            )
        )
    if rows.unlabelled:
        facts.append(
            Fact(label="Without a label", texts=(f"{count(rows.unlabelled, 'row')}, left out",))
        )
    if findings.task.has_rows:
        facts.append(Fact(label="Split", texts=(visible(str(findings.task.split), 80),)))
    return tuple(facts)


def traps(findings: Findings) -> tuple[Fact, ...]:
    """What is dangerous about the data."""
    found = findings.profile.traps[:_MOST_LINES] if findings.profile else ()
    return tuple(
        Fact(label=trap.kind.replace("_", " "), texts=(visible(trap.because, 500),))
        for trap in found
    )


def tried(findings: Findings) -> Grid | None:
    """Every candidate: why, what it was expected to cost, and what its trials did cost."""
    if not findings.candidates:
        return None
    shown = findings.candidates[:_MOST_LINES]
    rows = tuple(
        (
            visible(each.name, 60),
            start_phrase(each.start) + (", floor" if answer.is_floor(each.family) else ""),
            duration(each.estimate.seconds),
            *_spent(findings.trials, each),
            visible(each.because, 400),
            _how_far(findings, each),
        )
        for each in shown
    )
    work = ("trials", "spent", "memory")
    head = ("candidate", "start", "estimate", *work, "why it is in the race", "how far it came")
    hidden = len(findings.candidates) - len(shown)
    return Grid(head=head, rows=rows, numeric=frozenset({2, 3, 4, 5}), hidden=hidden)


def failed(findings: Findings) -> Grid | None:
    """Trials that did not end well, with their cause."""
    broken = [trial for trial in findings.trials if trial.status == "failed"]
    rows = tuple(
        (
            visible(trial.candidate, 60),
            f"{trial.rows:,}" if trial.rows is not None else "",
            trial.cause or "error",
            visible(trial.because, 300),
        )
        for trial in broken[:20]
    )
    head = ("candidate", "rows", "cause", "what happened")
    hidden = max(0, len(broken) - 20)
    return Grid(head=head, rows=rows, numeric=frozenset({1}), hidden=hidden) if rows else None


def refused(findings: Findings) -> Grid | None:
    """What is not in the race, and why."""
    groups = answer.refused_together(findings.refusals)
    rows = tuple(
        (visible(names, 120), start or "any start", visible(because, 400))
        for names, start, because in groups[:_MOST_LINES]
    )
    hidden = len(groups) - len(rows)
    return Grid(head=("family", "start", "why not"), rows=rows, hidden=hidden) if rows else None


def ledger(findings: Findings) -> Grid | None:
    """What each phase was expected to cost and what it cost, in the budget's unit."""
    if not findings.ledger:
        return None
    cost = _cost_in(findings)
    rows = tuple(
        (
            each.phase,
            f"{each.trials:,}" if each.trials else "",
            cost(each.estimated),
            cost(each.spent),
        )
        for each in findings.ledger
    )
    given = findings.budget.steps if findings.budget.steps is not None else findings.budget.seconds
    total = sum(each.spent for each in findings.ledger)
    trials = sum(each.trials for each in findings.ledger)
    foot = (f"all, of {cost(given)} given", f"{trials:,}", "", cost(total))
    head = ("phase", "trials", "estimated", "spent")
    return Grid(head=head, rows=rows, numeric=frozenset({1, 2, 3}), foot=foot)


def _cost_in(findings: Findings) -> Callable[[float | None], str]:
    if findings.budget.steps is None:
        return duration
    return lambda units: number(units)


def _how_far(findings: Findings, candidate: Candidate) -> str:
    """The largest rung that it was scored on, and why it did not climb on."""
    mine = [t for t in findings.trials if t.candidate == candidate.name and t.score is not None]
    reached = max((trial.rows or 0 for trial in mine), default=0)
    if not reached:
        return ""
    scored = [trial.rows or 0 for trial in findings.trials if trial.score is not None]
    told = f"{reached:,} {unit_of(findings.task)}"
    for each in findings.stayed:
        if each.candidate == candidate.name and each.rows == reached < max(scored):
            return visible(f"{told}: {each.because}", 300)
    return told


def _spent(trials: Sequence[Trial], candidate: Candidate) -> tuple[str, str, str]:
    mine = [t for t in trials if t.candidate == candidate.name and t.status != "refused"]
    if not mine:
        return ("", "", "")
    seconds = sum(trial.seconds for trial in mine)
    return (f"{len(mine)}", duration(seconds), size(max(trial.peak_mb for trial in mine)))
