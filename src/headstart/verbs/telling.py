"""What the delivered model promises, from the answers on rows that it had not seen."""

from __future__ import annotations

from headstart.delivery.adjustment import adjusted, label_sets
from headstart.experiment.settled import Settled
from headstart.features.novelty import FILE
from headstart.records import Probabilities, Task
from headstart.reporting import promises as reporting
from headstart.reporting.findings import AnsweredPoint


def promises(settled: Settled, task: Task) -> tuple[str, ...]:
    """Sentences for the terminal, the page and the model card."""
    outcome = settled.pooled
    return reporting.promises(
        settled.adjustment,
        task,
        settled.verdict.winner.start,
        rows=0 if outcome is None else len(outcome.prediction),
        set_sizes=_set_sizes(settled),
        tells_novelty=(settled.folder / FILE).is_file(),
    )


def answered(settled: Settled) -> tuple[AnsweredPoint, ...]:
    """Score by the share of rows answered, all rows first."""
    known = settled.adjustment.sureness
    if known is None:
        return ()
    return tuple(
        AnsweredPoint(answered=1 - share, score=score)
        for share, score in zip(known.shares, known.scores, strict=True)
    )


def _set_sizes(settled: Settled) -> tuple[float, ...]:
    outcome = settled.pooled
    if outcome is None or not isinstance(outcome.prediction, Probabilities):
        return ()
    answer = adjusted(outcome.prediction, settled.adjustment)
    assert isinstance(answer, Probabilities)
    inside = label_sets(answer, settled.adjustment) or []
    return tuple(float(each.sum(axis=1).mean()) for each in inside)
