"""`adjust`: what limits a run's result, with the evidence, and the next steps in order of gain.

With `apply` the steps that are candidates are tried against the delivered model (`applying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, overload

from headstart.errors import AskError
from headstart.records.diagnosis import Diagnosis
from headstart.reporting.live import Live
from headstart.verbs.applied import Applied
from headstart.verbs.budget import budget_of, process_start
from headstart.verbs.diagnosing import diagnosed
from headstart.verbs.opening import read_question
from headstart.verbs.revisiting import asked_again, refuse_other_rows, verdict_of
from headstart.verbs.run import Run


@overload
def adjust(
    run: str | Path | Run,
    *,
    apply: Literal[False] = False,
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Diagnosis: ...
@overload
def adjust(
    run: str | Path | Run,
    *,
    apply: Literal[True],
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Applied: ...


def adjust(
    run: str | Path | Run,
    *,
    apply: bool = False,
    data: Any = None,
    test: Any = None,
    minutes: float | None = None,
    steps: float | None = None,
    only: Sequence[str] = (),
    out: str | Path | None = None,
    watch: Live | None = None,
) -> Diagnosis | Applied:
    """Findings with their evidence, next steps by expected gain, labels to look at.

    Without `apply` nothing is trained; the run is not changed in either case.

    Args:
        apply: try the steps that are candidates; who is measurably better than the delivered model
            on paired draws replaces it in a new run.
        data, test: the rows of a run on frames in memory, which it does not keep, and those that
            it was judged on.
        minutes, steps: the budget of `apply`; 5 minutes unless given.
        only: names of the actions to try, in place of those that the diagnosis names.
        out: folder of the new run; beside the old one unless given. An existing one goes on.

    Raises:
        AskError: the folder is no run, the run came to no verdict, it is of a world, its data are
            not at hand or not the same, an action is unknown, the budget is too short.
    """
    folder = run.folder if isinstance(run, Run) else Path(run)
    if apply:
        from headstart.verbs import applying
        from headstart.verbs.wish import Wish

        wish = Wish(
            run=folder,
            data=data,
            test=test,
            budget=budget_of(minutes, steps),
            only=tuple(only),
            out=None if out is None else Path(out),
            began=process_start(),
        )
        return applying.apply(wish, watch)
    for name, value in {"minutes": minutes, "steps": steps, "out": out, "test": test}.items():
        if value is not None:
            raise AskError(
                f"`{name}` is for applying alone.", "Add --apply (in Python apply=True)."
            )
    if only:
        raise AskError("`only` is for applying alone.", "Add --apply (in Python apply=True).")
    question, found = read_question(folder), verdict_of(folder)
    asked = asked_again(folder, question, data)
    refuse_other_rows(folder, question, asked)
    return diagnosed(folder, asked, found, question)
