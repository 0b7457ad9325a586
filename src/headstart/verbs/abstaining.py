"""Rows that stay unanswered because the model is not sure enough, each with the reason.

A share of rows is asked for; how sure the model has to be for it was learned from the answers on
rows that it had not seen, so a row's fate does not depend on the rows beside it. Rows farther from
the training rows than any of them are left as well: there a high probability means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.delivery import Adjustment, Contract
from headstart.delivery.adjustment import sure
from headstart.errors import AskError
from headstart.features.novelty import Judged
from headstart.records import Prediction, Probabilities

if TYPE_CHECKING:
    import pyarrow as pa

_FEWEST_ASIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Abstained:
    """Which rows are left, why each, and a sentence on the others."""

    left: np.ndarray
    because: tuple[str, ...]
    note: str


def abstain(
    prediction: Prediction,
    adjustment: Adjustment,
    share: float,
    judged: Judged | None = None,
    aside: int = 0,
) -> Abstained:
    """Leave the rows that are less sure than a share of the rows the model was tested on.

    Args:
        share: between 0 and 1, both left out.
        aside: how many training rows `judged` is compared with.

    Raises:
        AskError: the share is none, or no row of this model is surer than another.
    """
    if not 0 < share < 1:
        raise AskError(
            f"{share:g} is not a share of rows that may stay unanswered.",
            "Name one between 0 and 1: --abstain 0.1 leaves about a tenth.",
        )
    known, how_sure = adjustment.sureness, sure(prediction, adjustment)
    if known is None or how_sure is None:
        raise AskError(_alike(prediction), "Predict without --abstain.")
    threshold, expected = known.at(share)
    unsure = how_sure < threshold
    strange = np.zeros(len(unsure), dtype=bool)
    if judged is not None and aside >= _FEWEST_ASIDE:
        strange = judged.novelty >= 1
    is_label = isinstance(prediction, Probabilities)
    because = [
        _reason(bool(unsure[row]), float(how_sure[row]), threshold, is_label=is_label)
        if unsure[row] or strange[row]
        else ""
        for row in range(len(unsure))
    ]
    left = unsure | strange
    note = _note(int(left.sum()), len(left), expected, known.scores[0], is_label=is_label)
    return Abstained(left=left, because=tuple(because), note=note)


def without_answers(table: pa.Table, abstained: Abstained, contract: Contract) -> pa.Table:
    """The table with empty cells in the place of answers that are left, and why.

    Probabilities, sets and bounds stay: they say how unsure the model is.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    targets = contract.task.targets
    names = [f"prediction_{each}" for each in targets] if len(targets) > 1 else ["prediction"]
    gone = pa.array(abstained.left)
    for name in names:
        place = table.column_names.index(name)
        column = table.column(name)
        empty = pa.scalar(None, column.type)
        table = table.set_column(place, name, pc.if_else(gone, empty, column))
    reasons = abstained.because
    if "because" not in table.column_names:
        return table.append_column("because", [list(reasons)])
    both = [
        "; ".join(part for part in pair if part)
        for pair in zip(reasons, table.column("because").to_pylist(), strict=True)
    ]
    return table.set_column(table.column_names.index("because"), "because", [both])


def _alike(prediction: Prediction) -> str:
    if isinstance(prediction, Probabilities):
        return "the model was tested on too few rows to say how sure it has to be."
    return "no row of this model is surer than another: its errors are alike everywhere."


def _reason(is_unsure: bool, sure_of_it: float, threshold: float, *, is_label: bool) -> str:
    if not is_unsure:
        return "not answered: farther from the training rows than any of them"
    if is_label:
        return f"not answered: sure with {sure_of_it:.2f}, {threshold:.2f} is asked for"
    return (
        f"not answered: its typical error is {-sure_of_it:.2f} times the mean one, "
        f"{-threshold:.2f} is allowed"
    )


def _note(left: int, rows: int, expected: float, otherwise: float, *, is_label: bool) -> str:
    said = f"{left:,} of {rows:,} rows {'is' if left == 1 else 'are'} left unanswered"
    if is_label:
        return (
            f"{said}; of rows like those it was tested on the answered ones are right with "
            f"{expected:.1%}, all of them with {otherwise:.1%}"
        )
    return (
        f"{said}; of rows like those it was tested on the answered ones have a mean error of "
        f"{expected:.3g}, all of them one of {otherwise:.3g}"
    )
