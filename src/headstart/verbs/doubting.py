"""Why an answer might be wrong, in sentences: what the verdict says against itself."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.errors import listed
from headstart.experiment.endings import is_cut
from headstart.records import Trial, Verdict, control_of
from headstart.records.diagnosis import Diagnosis
from headstart.records.stayed import Stayed
from headstart.reporting.answer import tested_on
from headstart.reporting.findings import Findings
from headstart.reporting.wording import count, looked_again

_DOUBTFUL = ("leak", "duplicates", "label_noise", "shift", "few_rows", "imbalance")
_FEWEST_DRAWS = 3
_PART = 0.5  # a draw teaches four fifths, and the rung below it a third of these


def doubts_of(
    findings: Findings,
    diagnosis: Diagnosis | None,
    *,
    is_refit: bool,
    unscored: Sequence[str] = (),
) -> tuple[str, ...]:
    """The doubts of a run that came to a verdict.

    Args:
        diagnosis: None for a world.
        is_refit: whether the delivered model learned from every open row.
        unscored: why a model's answers for the locked rows did not come.
    """
    verdict, profile, test = findings.verdict, findings.profile, findings.test
    assert verdict is not None
    assert profile is not None
    doubts = [trap.because for trap in profile.traps if trap.kind in _DOUBTFUL]
    for each in () if diagnosis is None else diagnosis.findings:
        if each.kind == "label_noise":
            doubts.append(
                f"{each.evidence}, or these columns do not tell them: `headstart adjust` lists them"
            )
    if verdict.winner.draws < _FEWEST_DRAWS:
        doubts.append(f"there was time for {count(verdict.winner.draws, 'draw')} only")
    if compared := _compared_on_a_part(findings):
        doubts.append(
            f"the candidates were compared after {compared:,} of {findings.rows.train:,} rows had "
            "taught them: with all of them the order may be another"
        )
    if findings.interrupted:
        doubts.append("the run was stopped before its budget was spent")
    if not is_refit and findings.task.has_rows:
        doubts.append("there was no time to train again on all rows: a trial's model is delivered")
    if test is None and unscored:
        doubts.append(
            f"the model did not answer the {tested_on(findings)} ({unscored[-1]}), so that nothing "
            "is told of rows that it has not seen; more minutes leave time for them"
        )
    if test is not None and test.rows_from != "cross_validated" and test.looks > 1:
        doubts.append(looked_again(test.looks, tested_on(findings)))
    failed = [trial for trial in findings.trials if trial.status == "failed"]
    if failed:
        trials = count(len(failed), "trial")
        doubts.append(f"{trials} failed; the report lists them with their reasons")
    if left_behind := never_at_full_size(findings.trials, verdict, findings.stayed):
        doubts.append(
            f"there was no time to compare {listed(left_behind)} on all training rows: "
            "more minutes may change the answer"
        )
    return tuple(doubts)


def _compared_on_a_part(findings: Findings) -> int:
    """The rows that taught the candidates that were compared, where they are a part; else 0."""
    assert findings.verdict is not None
    rows = [
        trial.rows or 0
        for trial in findings.trials
        if trial.candidate == findings.verdict.winner.candidate and trial.draw is not None
    ]
    most = max(rows, default=0)
    return most if findings.task.has_rows and 0 < most < _PART * findings.rows.train else 0


def never_at_full_size(
    trials: Sequence[Trial], verdict: Verdict, stayed: Sequence[Stayed]
) -> list[str]:
    """Candidates that the clock or their price, not a comparison, kept from the largest rung."""
    compared = {standing.candidate for standing in verdict.standings}
    cut = [
        trial.candidate
        for trial in trials
        if trial.cause == "timeout" or is_cut(trial)
        if control_of(trial.start) is None
    ]
    dear = [each.candidate for each in stayed if each.kept_by == "price"]
    return [name for name in dict.fromkeys([*cut, *dear]) if name not in compared]
