"""What a delivered model promises of its answers, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.delivery import Adjustment
from headstart.errors import listed
from headstart.records import Direct, Start, Task
from headstart.reporting.wording import number, percent, span, visible

_SHARE = 0.1
_MOST_LABELS = 4
_SLIGHT = 1.2


def promises(
    adjustment: Adjustment,
    task: Task,
    start: Start,
    *,
    rows: int = 0,
    set_sizes: Sequence[float] = (),
    tells_novelty: bool = False,
) -> tuple[str, ...]:
    """A sentence for each thing that was learned from rows which the model had not seen.

    The first two are those that most people need.

    Args:
        rows: how many such rows there were.
        set_sizes: mean number of labels in a set, for each target.
        tells_novelty: whether the model folder holds what tells how new a row is.
    """
    if not task.has_rows:
        return ()
    said: list[str] = []
    if task.kind == "classification":
        said += _of_labels(adjustment, task, start, rows, set_sizes)
    elif adjustment.band is not None:
        said += _of_numbers(adjustment, task, rows)
    else:
        said.append("there were too few rows to learn intervals: `lower` and `upper` are left out")
    if adjustment.sureness is not None:
        said.insert(1, _of_sureness(adjustment, task))
    if tells_novelty:
        said.append(
            "`novelty` says how far a row is from the training rows, compared with training rows "
            "kept aside: from 0.99 on it is like few of them; `because` names what is new about it"
        )
    else:
        said.append(
            "how new a row is (`novelty`) cannot be told: there was no time to learn it, or there "
            "are too few rows, or none of its columns can be measured"
        )
    return tuple(said)


def _of_labels(
    adjustment: Adjustment, task: Task, start: Start, rows: int, set_sizes: Sequence[float]
) -> list[str]:
    if adjustment.sets is None:
        return ["there were too few rows to calibrate: probabilities are the model's own"]
    said = [_calibration(adjustment, start, rows)]
    if adjustment.class_weights is not None:
        for names, weights in zip(task.classes, adjustment.class_weights, strict=True):
            said += _weights(names, weights, task.metric)
        said.append(
            "the verdict compares every candidate with labels chosen so, by weights that other "
            "rows taught; the scores of single trials and the curves are of the likeliest label"
        )
    sizes = " and ".join(number(each, 2) for each in set_sizes)
    holds = f"; it has {sizes} labels on average" if set_sizes else ""
    said.append(f"`set` holds the true label of 90 % of the rows{holds}")
    return said


def _calibration(adjustment: Adjustment, start: Start, rows: int) -> str:
    if isinstance(start, Direct):
        return "probabilities are the checkpoint's own, not calibrated: it is used as it is"
    where = f"on {rows:,} rows that the model had not seen"
    if adjustment.steps is not None:
        return (
            f"probabilities are calibrated by monotone steps {where}: their log loss is lower "
            "than that of a temperature"
        )
    warmth = adjustment.temperature
    if 1 / _SLIGHT < warmth < _SLIGHT:
        how = "it promised about as much as came true"
    else:
        how = "it promised too much" if warmth > 1 else "it promised too little"
    return f"probabilities are calibrated by a temperature of {number(warmth)} {where}: {how}"


def _weights(names: Sequence[str], weights: Sequence[float], metric: str) -> list[str]:
    """From where on a label is said; nothing where all weigh the same."""
    if len(set(weights)) < 2:
        return []
    best = f"which serves {metric} better than the likeliest label"
    if len(weights) == 2:
        share = weights[0] / (weights[0] + weights[1])
        return [f"`{visible(names[1], 40)}` is said from a probability of {share:.2f} on, {best}"]
    heavy = sorted(zip(weights, names, strict=True), reverse=True)[:_MOST_LABELS]
    shown = listed([f"{visible(name, 30)} x {weight:.2g}" for weight, name in heavy])
    return [f"rare labels weigh more when one is chosen ({shown}), {best}"]


def _of_numbers(adjustment: Adjustment, task: Task, rows: int) -> list[str]:
    said = []
    known = adjustment.difficulty or (None,) * len(task.targets)
    for name, band, knots in zip(task.targets, adjustment.band or (), known, strict=True):
        of = f" of `{visible(name, 40)}`" if len(task.targets) > 1 else ""
        if knots is None:
            ends = span((float(band[0]), float(band[1])))
            how = f"equally wide everywhere: {ends} around the prediction"
        else:
            widths = [(band[1] - band[0]) * each for each in knots[1]]
            how = f"wider where errors are larger: {span((min(widths), max(widths)))} across"
        said.append(
            f"`lower` and `upper`{of} hold 90 % of the rows, learned on {rows:,} rows that the "
            f"model had not seen; {how}"
        )
    return said


def _of_sureness(adjustment: Adjustment, task: Task) -> str:
    assert adjustment.sureness is not None
    _, better = adjustment.sureness.at(_SHARE)
    everywhere = adjustment.sureness.scores[0]
    left = f"with the least sure tenth left unanswered (`--abstain {_SHARE:g}`) the others"
    if task.kind == "classification":
        return f"{left} are right with {percent(better)}, all of them with {percent(everywhere)}"
    return f"{left} have a mean error of {number(better)}, all of them one of {number(everywhere)}"
