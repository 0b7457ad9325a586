"""From what a run measured to what limits it and what to do next.

Each rule asks one question of the symptoms and answers with a finding and its evidence, or not at
all. Actions are ranked by their expected gain where something measured tells it; what only makes
the answer more reliable comes after what makes it better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from headstart.evaluation.symptoms import Symptoms
from headstart.metrics import metric
from headstart.records.diagnosis import Action, Diagnosis, Finding, Paid

_GAP = 0.25  # of the way from the floor to perfect: a training score this much better is memory
_LITTLE_ABOVE_FLOOR = 0.1
_NOISY = 0.03
_RARE = 0.1
_UNEVEN = 0.2
_EVEN_HANDED = ("balanced_accuracy", "f1", "f1_macro", "matthews", "average_precision")
_OF_ROWS, _OF_SQUARES = ("accuracy", "log_loss"), ("rmse", "r2")
_HARDLY, _ENOUGH_OF_A_CLASS, _MOST_OF_THE_SQUARES = 0.1, 20, 0.5
_PROMISES_TOO_MUCH = 1.5
_UNSTABLE = 2.0
_FEWEST_DRAWS = 3


Rule = Callable[[Symptoms], tuple[Finding, Action] | None]


def diagnose(symptoms: Symptoms) -> Diagnosis:
    """Findings in the order of the rules, actions by expected gain."""
    answers = [found for rule in _RULES if (found := rule(symptoms)) is not None]
    offered = [*(action for _, action in answers), *_always(symptoms)]
    known = [replace(each, paid=symptoms.paid.get(each.apply or "")) for each in offered]
    actions = sorted(known, key=lambda each: (each.gain is None, -(each.gain or 0.0), -_hope(each)))
    return Diagnosis(
        findings=tuple(finding for finding, _ in answers),
        actions=tuple(actions),
        suspects=symptoms.suspects,
    )


def _hope(action: Action) -> float:
    """How often it paid here; what was never tried stands where it would after no runs."""
    return (action.paid or Paid(tried=0, paid=0)).share


def _always(symptoms: Symptoms) -> list[Action]:
    """What may help any result, and is worth the time where nothing better is known."""
    found = []
    if symptoms.tunes:
        found.append(
            Action(
                answers=None,
                do=f"search other settings of `{symptoms.tunes}`: adjust --apply",
                because="tuned defaults suit most data, not all",
                cost="minutes",
                apply="search",
            )
        )
    rarest = min(symptoms.shares.values(), default=1.0)
    if symptoms.tunes and rarest < _UNEVEN and symptoms.verdict.metric in _EVEN_HANDED:
        found.append(
            Action(
                answers=None,
                do="let every class weigh the same while it learns: adjust --apply",
                because=f"the rarest class has {rarest:.1%} of the rows; the metric asks for it",
                cost="minutes",
                apply="reweigh",
            )
        )
    if symptoms.blends:
        found.append(
            Action(
                answers=None,
                do="average it with what comes near: adjust --apply",
                because="models that err apart are better together",
                cost="minutes, and the price of each member when it answers",
                apply="blend",
            )
        )
    return found


def _leak(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    if not symptoms.leaks:
        return None
    return Finding(kind="leak", evidence=" ".join(symptoms.leaks)), Action(
        answers="leak",
        do="find out when these columns are filled in; leave them out with --column NAME=ignored",
        because="a score that rests on them will not be seen again in use",
        cost="a question to whoever made the data",
        apply="prune",
        only=True,
    )


def _labels(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    more = symptoms.verdict.more_labels
    if more is None or more.interval[0] <= 0 or more.gain < symptoms.verdict.region:
        return None
    noun, winner = symptoms.task.noun, symptoms.verdict.winner.candidate
    evidence = f"the curve of `{winner}` still rises at {symptoms.rows:,} {noun}"
    return Finding(kind="too_few_labels", evidence=evidence), Action(
        answers="too_few_labels",
        do=f"label {more.labels:,} more",
        because="the fitted curve of the start that won goes on rising",
        cost=f"{more.labels:,} {noun}",
        gain=more.gain,
        interval=more.interval,
    )


def _time(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    draws = symptoms.verdict.winner.draws
    evidence = []
    if symptoms.short:
        names = ", ".join(f"`{name}`" for name in symptoms.short)
        evidence.append(f"{names} could not be compared on all rows")
    if 0 < draws < _FEWEST_DRAWS:
        times = "1 draw" if draws == 1 else f"{draws} draws"
        evidence.append(f"there was time for {times}, and below {_FEWEST_DRAWS} nothing is clear")
    if not evidence:
        return None
    more, cost = "more --steps", "as many steps again"
    if symptoms.seconds is not None:
        minutes = max(1, round(3 * symptoms.seconds / 60))
        more, cost = f"--minutes {minutes}", f"{minutes} minutes"
    why = "what the budget kept from all rows may be better there" if symptoms.short else ""
    return Finding(kind="short_of_time", evidence="; ".join(evidence)), Action(
        answers="short_of_time",
        do=f"fit again with {more}",
        because=why or "more draws tell candidates apart that two cannot",
        cost=cost,
        apply="finish" if symptoms.short else None,
    )


def _fit(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    if symptoms.training_score is None:
        return None
    verdict = symptoms.verdict
    judged = metric(verdict.metric, symptoms.task.kind)
    seen, floor = symptoms.training_score, verdict.floor.score
    # The delivered model learned from more rows than those that were compared.
    unseen = verdict.winner.score if symptoms.test_score is None else symptoms.test_score
    memory = judged.gain(seen, unseen)
    possible = abs(judged.gain(judged.best, floor)) if judged.high == 1 else abs(floor)
    scores = f"{seen:.3f} on rows it learned from, {unseen:.3f} on others, floor {floor:.3f}"
    if memory > _GAP * possible:
        return Finding(kind="over_fit", evidence=f"{verdict.metric} {scores}"), Action(
            answers="over_fit",
            do="more rows, fewer columns, or a start that learns less: --starts direct,transfer",
            because="it knows its rows by heart; that need not harm, but more rows help it most",
            cost="more rows, or some of the score on them",
            apply="regularise",
        )
    little = judged.gain(unseen, floor) < _LITTLE_ABOVE_FLOOR * possible
    if little and memory < _LITTLE_ABOVE_FLOOR * possible:
        return Finding(kind="under_fit", evidence=f"{verdict.metric} {scores}"), Action(
            answers="under_fit",
            do="columns that tell more of the target, or a longer race with deeper families",
            because="nothing does much better than the floor, not even on rows it learned from",
            cost="new data, or minutes",
            apply="enlarge",
        )
    return None


def _noise(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    share = len(symptoms.suspects) / max(symptoms.asked, 1)
    if share < _NOISY or not symptoms.suspects:
        return None
    found, asked = len(symptoms.suspects), symptoms.asked
    evidence = f"{found:,} of {asked:,} labels look wrong ({share:.0%})"
    return Finding(kind="label_noise", evidence=evidence), Action(
        answers="label_noise",
        do="look at the rows listed, the worst first, and correct their labels",
        because="models that did not learn from these rows are sure of another label",
        cost=f"{found:,} rows to look at",
        apply="distrust",
        only=True,
    )


def _imbalance(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    rare = min(symptoms.shares.items(), key=lambda each: each[1], default=None)
    if rare is None or len(symptoms.shares) > 2 or rare[1] >= _RARE:
        return None
    if symptoms.verdict.metric != "accuracy":
        return None
    return Finding(kind="imbalance", evidence=f"`{rare[0]}` has {rare[1]:.1%} of the rows"), Action(
        answers="imbalance",
        do="fit again with --metric f1, balanced_accuracy or average_precision",
        because="accuracy is high for whoever never names the rare class",
        cost="another fit",
    )


def _metric(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    """What the metric does not see, where that is much; a rare class has a rule of its own."""
    name = symptoms.verdict.metric
    if name in _OF_ROWS and _imbalance(symptoms) is None:
        missed = {
            label: (rows, share)
            for label, (rows, share) in symptoms.recognised.items()
            if rows >= _ENOUGH_OF_A_CLASS and share < _HARDLY
        }
        if missed:
            label, (rows, share) = min(missed.items(), key=lambda each: each[1][1])
            evidence = f"`{label}` is recognised in {share:.0%} of {rows:,} rows, unseen by {name}"
            return Finding(kind="wrong_metric", evidence=evidence), Action(
                answers="wrong_metric",
                do="fit again with --metric balanced_accuracy, where every class counts the same",
                because=f"{name} counts rows: who never names a small class hardly loses by it",
                cost="another fit",
            )
    if name in _OF_SQUARES and symptoms.tail is not None and symptoms.tail >= _MOST_OF_THE_SQUARES:
        evidence = (
            f"one row in a hundred has {symptoms.tail:.0%} of the squared error, on rows that the "
            "model had not seen"
        )
        return Finding(kind="wrong_metric", evidence=evidence), Action(
            answers="wrong_metric",
            do="look at these rows in the report; fit again with --metric mae if they may be wrong",
            because=f"{name} is about a few rows here, and models are chosen by it",
            cost="rows to look at, another fit",
        )
    return None


def _stability(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    if len(symptoms.draws) < _FEWEST_DRAWS or not symptoms.by_rows:
        return None
    mean = sum(symptoms.draws) / len(symptoms.draws)
    squares = sum((each - mean) ** 2 for each in symptoms.draws) / (len(symptoms.draws) - 1)
    ratio = squares**0.5 / symptoms.by_rows
    if ratio < _UNSTABLE:
        return None
    evidence = (
        f"the score of `{symptoms.verdict.winner.candidate}` moves {ratio:.1f} times as much from "
        "draw to draw as its validation rows explain"
    )
    return Finding(kind="unstable", evidence=evidence), Action(
        answers="unstable",
        do="fit again with more --minutes, without --single: a blend of several is steadier",
        because="how it begins and what it is shown decide too much",
        cost="minutes",
        apply="average",
    )


def _undecided(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    verdict = symptoms.verdict
    if not verdict.tied or verdict.confidence != "tie":
        return None
    names = ", ".join(f"`{name}`" for name in verdict.tied[:3])
    draws = verdict.winner.draws
    evidence = f"{names} could not be told from `{verdict.winner.candidate}` on {draws} draws"
    return Finding(kind="undecided", evidence=evidence), Action(
        answers="undecided",
        do="compare them on more draws: adjust --apply",
        because="the cheapest was taken; more draws may show that another is better",
        cost="minutes",
        apply="settle",
    )


def _calibration(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    if symptoms.temperature is None or symptoms.temperature < _PROMISES_TOO_MUCH:
        return None
    evidence = f"its probabilities needed a temperature of {symptoms.temperature:.2f}"
    return Finding(kind="uncalibrated", evidence=evidence), Action(
        answers="uncalibrated",
        do="nothing: `predict` applies the temperature; use its probabilities, not the family's",
        because="as trained it promises more than comes true",
        cost="nothing",
    )


def _shift(symptoms: Symptoms) -> tuple[Finding, Action] | None:
    if symptoms.test_score is None:
        return None
    verdict = symptoms.verdict
    judged = metric(verdict.metric, symptoms.task.kind)
    low, high = verdict.winner.interval
    worse = low if judged.direction == "up" else high
    if judged.gain(symptoms.test_score, worse) >= 0:
        return None
    evidence = f"{symptoms.test_score:.3f} on the test rows; {low:.3f} to {high:.3f} was expected"
    return Finding(kind="shift", evidence=evidence), Action(
        answers="shift",
        do="look at `novelty` of the test rows (`headstart predict`), and train on rows like them",
        because="the test rows are other than those that it learned and was compared on",
        cost="rows like those in use",
    )


_RULES: Sequence[Rule] = (
    _leak,
    _labels,
    _time,
    _fit,
    _noise,
    _imbalance,
    _metric,
    _stability,
    _undecided,
    _calibration,
    _shift,
)
