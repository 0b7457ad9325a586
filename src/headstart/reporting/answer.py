"""The verdict in words: what the terminal, the page and the model card all say.

Each function answers one question that a person asks: what do I use, how good is it, how sure is
that, what does it cost, and what would change it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headstart.errors import listed
from headstart.evaluation import curve_of
from headstart.families import family, known
from headstart.metrics import metric
from headstart.records import Crossover, Refusal, StartCurve, Trial, Verdict, control_of
from headstart.records.verdict import Choice, Interval, Standing
from headstart.reporting.findings import Findings, FloorResult
from headstart.reporting.wording import (
    count,
    duration,
    number,
    size,
    start_sentence,
    visible,
)

_CHOSEN: Mapping[Choice, str] = {
    "price": "the cheapest of them",
    "prior": "the one that does best elsewhere with so few labels",
    "score": "the best of them on average",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The score to believe: where it comes from, and the floor on the same rows.

    `floor` is None where the winner is that floor itself; `level` is the interval's, in per cent.
    """

    score: float
    interval: Interval
    level: int
    where: str
    floor: Standing | FloorResult | None


def is_floor(name: str) -> bool:
    """Whether a family is one that is not deep and always in the race.

    A family of a third party that is no longer installed counts as no floor: an old run can still
    be reported.
    """
    return name in known() and family(name).CARD.is_floor


def what_to_use(decided: Verdict) -> str:
    """The winner and how it begins, as the rest of a sentence."""
    return f"{visible(decided.winner.candidate, 60)}, {how_it_begins(decided.winner)}"


def how_it_begins(winner: Standing) -> str:
    """A floor, the members of a blend, or a start: what follows the winner's name."""
    if is_floor(winner.family):
        return "a simple floor"
    if winner.members:
        heaviest = sorted(winner.members.items(), key=lambda each: -each[1])
        shares = [f"{visible(name, 60)} ({share:.0%})" for name, share in heaviest]
        return f"the mean of {' and '.join([', '.join(shares[:-1]), shares[-1]])}"
    return visible(start_sentence(winner.start))


def why(decided: Verdict) -> str:
    """Why the winner won; what its weights were worth is said apart."""
    said = decided.controls.because if decided.controls else ""
    return decided.because.removesuffix(said).rstrip()


def worth_going_deep(decided: Verdict) -> str:
    """What the verdict says of depth; empty where a deep model is measurably better."""
    if not decided.deep_worth_it:
        return "Going deep is not worth it here: a simple floor is as good or better."
    if is_floor(decided.floor.family) and decided.floor.candidate in decided.tied:
        return "Going deep may not be worth it here: a simple floor is not measurably worse."
    return ""


def transferred(decided: Verdict) -> str:
    """What the weights of a checkpoint were worth; empty where no control arm was trained."""
    return decided.controls.because if decided.controls else ""


def sureness(decided: Verdict) -> str:
    """The confidence, with the probability or the names behind it."""
    if decided.confidence == "tie":
        others = listed([visible(name, 40) for name in decided.tied]).replace("`", "")
        told = f"tie: not measurably worse than {others or 'the rest'}"
        return f"{told}, and {_CHOSEN[decided.chosen_by]}"
    who = "anything cheaper" if decided.confidence == "clear" else "the rest"
    return f"{decided.confidence}: better than {who} with probability {_chance(decided)}"


def scored(findings: Findings, decided: Verdict) -> Scored:
    """The score on rows that nobody has seen, or on validation rows where there is no such yet."""
    test, own = findings.test, decided.floor.family == decided.winner.family
    if test is not None:
        return Scored(
            score=test.score,
            interval=test.interval,
            level=90,
            where=tested_on(findings),
            floor=None if own else test.floor,
        )
    return Scored(
        score=decided.winner.score,
        interval=decided.winner.interval,
        level=95,
        where=f"validation {'rows' if findings.task.has_rows else 'episodes'}",
        floor=None if own else decided.floor,
    )


def tested_on(findings: Findings) -> str:
    """The rows that the last score comes from, counted."""
    if not findings.task.has_rows:
        episodes = findings.rows.test
        return count(episodes, "locked episode") if episodes else "locked episodes"
    if findings.test is not None and findings.test.rows_from == "cross_validated":
        return f"{count(findings.rows.train, 'row')}, cross-validated"
    noun = "test row" if findings.test and findings.test.rows_from == "given" else "locked row"
    return count(findings.rows.test, noun) if findings.rows.test else f"{noun}s"


def price(findings: Findings) -> str:
    """What the model costs to train, to ask and to keep."""
    cost = findings.price
    each = "a row" if findings.task.has_rows else "a step"
    parts = []
    if cost.train_seconds is not None:
        parts.append(f"{duration(cost.train_seconds)} to train")
    if cost.predict_milliseconds is not None:
        parts.append(f"{number(cost.predict_milliseconds, 2)} ms {each}")
    if cost.megabytes is not None:
        parts.append(size(cost.megabytes))
    return ", ".join(parts)


def spent(findings: Findings) -> str:
    """What each phase cost, beside what it was expected to cost."""
    cost = duration if findings.budget.steps is None else number
    parts = []
    for line in findings.ledger:
        if not line.spent and not line.estimated:
            continue
        expected = "" if line.estimated is None else f" of {cost(line.estimated)} expected"
        expected = ", none expected" if line.estimated == 0 else expected
        parts.append(f"{line.phase} {cost(line.spent)}{expected}")
    unit = " (work units)" if parts and findings.budget.steps is not None else ""
    return ", ".join(parts) + unit


def changing(findings: Findings, decided: Verdict) -> list[str]:
    """What would change the answer: where the best start changes, and what cannot be told."""
    unknown = [each for each in decided.crossovers if each.below is None]
    found = [*(each.because for each in turns(decided)), *more_labels(decided, findings.task.noun)]
    return [*found, *findings.would_change, *in_words(unknown)]


def more_labels(decided: Verdict, noun: str) -> list[str]:
    """What labels beyond those at hand are worth, in a sentence; nothing where it is not known."""
    found = decided.more_labels
    if found is None:
        return _last_step(decided, noun)
    judged = metric(decided.metric)
    low, high = (max(each, 0.0) for each in found.interval)
    about = f"{found.labels:,} more {noun}: about"
    if judged.high == 1:
        points = f"{100 * low:.1f} to {100 * high:.1f}"
        return [f"{about} +{100 * found.gain:.1f} points of {judged.name} (90 %: {points})"]
    way = "more" if judged.direction == "up" else "less"
    span = f"{number(low)} to {number(high)}"
    return [f"{about} {number(found.gain)} {way} of {judged.name} (90 %: {span})"]


def _last_step(decided: Verdict, noun: str) -> list[str]:
    """What the last rung brought, where no curve tells what comes after it."""
    curve = next((each for each in decided.curves if each.name == curve_of(decided)), None)
    if curve is None or not curve.learns or len(curve.points) < 2:
        return []
    before, last = curve.points[-2:]
    if before.is_cut or last.is_cut:
        return []
    judged = metric(decided.metric)
    gain, step = judged.gain(last.score, before.score), f"{before.rows:,} to {last.rows:,} {noun}"
    if gain <= decided.region:
        return [f"the last step, from {step}, brought no measurable gain"]
    worth = f"{100 * gain:.1f} points of" if judged.high == 1 else f"{number(gain)} of"
    return [
        f"the last step, from {step}, brought {worth} {judged.name}; "
        "what further ones would bring cannot be told from this curve"
    ]


def other_pairs(decided: Verdict) -> list[Crossover]:
    """Every pair of starts at which the best start does not change, those that cross first."""
    rest = [each for each in decided.crossovers if each not in turns(decided)]
    return sorted(rest, key=lambda each: (each.labels is None, each.below is None))


def start_curves(findings: Findings) -> tuple[StartCurve, ...]:
    """Score against labels for each start: the verdict's, or what a torn run has of it."""
    return findings.verdict.curves if findings.verdict is not None else findings.start_curves


def turns(decided: Verdict) -> list[Crossover]:
    """Crossings at which the best start changes, by the number of labels; the floor takes part."""
    found = [
        each
        for each in (*decided.crossovers, *decided.floor_crossovers)
        if each.labels is not None and _is_on_top(each, each.labels, decided)
    ]
    return sorted(found, key=lambda each: each.labels or 0.0)


def _is_on_top(crossing: Crossover, labels: float, decided: Verdict) -> bool:
    """Whether no third curve is better where two cross."""
    sign = 1.0 if decided.direction == "up" else -1.0
    at = {each.name: sign * _at(each, labels) for each in decided.curves if each.points}
    pair = [at[name] for name in crossing.between if name in at]
    others = [score for name, score in at.items() if name not in crossing.between]
    return bool(pair) and all(score <= max(pair) for score in others)


def _at(curve: StartCurve, labels: float) -> float:
    """A curve's score at a number of labels, by lines over their logarithm; level at its ends."""
    before = [each for each in curve.points if each.rows <= labels] or curve.points[:1]
    after = [each for each in curve.points if each.rows > labels] or curve.points[-1:]
    one, other = before[-1], after[0]
    if one.rows >= other.rows:
        return one.score
    share = math.log(labels / one.rows) / math.log(other.rows / one.rows)
    return one.score + min(1.0, max(0.0, share)) * (other.score - one.score)


def in_words(crossovers: Sequence[Crossover]) -> list[str]:
    """One sentence each; pairs about which there is the same to say together."""
    pairs: dict[str, list[str]] = {}
    for each in crossovers:
        pairs.setdefault(each.because, []).append(" and ".join(each.between))
    known = {each.because for each in crossovers if each.labels is not None}
    return [
        because if because in known else f"{'; '.join(names)}: {because}"
        for because, names in pairs.items()
    ]


def refused_together(refused: Sequence[Refusal]) -> list[tuple[str, str, str]]:
    """Families, start and reason; those with one reason on one line, whole families first."""
    families: dict[tuple[str, str], list[str]] = {}
    for each in sorted(refused, key=lambda each: each.start not in (None, "Scratch")):
        families.setdefault((each.start or "", each.because), []).append(each.family)
    return [(", ".join(names), start, why) for (start, why), names in families.items()]


def undecided(findings: Findings) -> str:
    """What can be said before there is a verdict."""
    best = best_so_far(findings)
    if best is None:
        return "Nothing was scored: no model could be trained in this run."
    return (
        f"Too early for a verdict. Best so far: {visible(best.candidate, 60)}, "
        f"{findings.task.metric} {number(best.score)} on validation rows. "
        "It predicts already; a longer run compares."
    )


def best_so_far(findings: Findings) -> Trial | None:
    """The finished trial with the best score on validation rows, or None."""
    finished = [
        trial
        for trial in findings.trials
        if trial.status in ("finished", "stopped") and trial.score is not None
        if control_of(trial.start) is None
    ]
    if not finished:
        return None
    sign = 1.0 if metric(findings.task.metric).direction == "up" else -1.0
    return max(finished, key=lambda trial: sign * (trial.score or 0.0))


def _chance(decided: Verdict) -> str:
    likely = decided.probability_best
    return "above 0.99" if likely > 0.99 else f"{likely:.2f}"
