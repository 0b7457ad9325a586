"""The race of an estimator that nobody gave a budget: few candidates, all rows, few draws.

Three ways of learning that differ most for the least time: a weighted sum, a forest, boosted trees.
All train on all rows of a draw at once, because on small tables the smaller rungs cost nearly as
much as the last one and tell less. What a candidate may spend follows from the table's shape and
never from a clock, so that two fits are alike.

Shapes: n rows, d columns, c outputs: classes where there are more than two, else 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FAMILIES = ("linear", "random_forest", "lightgbm")
IN_PROCESS = 1000
RUNGS = 1
_STEPS = 5000.0
_SMALL = 500  # rows
_LIGHT = 200_000  # cells x outputs that need no thrift
_FEW_COLUMNS = 40  # that a tree is offered
_USUAL_SHARE = 0.7
_ROWS_A_COLUMN = 5
_WIDEST_PATH = 300  # each of its fits inverts a matrix of columns by columns


def draws(rows: int) -> int:
    """Paired draws: three where the rows to judge on are few."""
    return 3 if rows < _SMALL else 2


def steps(rows: int) -> float:
    """Work units: as many rounds for a large table as for a small one.

    Example:
        >>> steps(150), steps(4000)
        (5000.0, 20000.0)
    """
    return _STEPS * max(1.0, rows / IN_PROCESS)


def variants(rows: int, columns: int, outputs: int) -> Mapping[str, Mapping[str, Any]]:
    """The candidates by name, each with the settings that make it quick on such a table.

    Example:
        >>> variants(150, 4, 3)["random_forest"]
        {'trees': 50, 'column_share': None}
    """
    if rows >= IN_PROCESS:
        return {"random_forest": {"trees": 100}, "lightgbm": {}}
    load = rows * columns * outputs / _LIGHT
    offered = min(columns, _FEW_COLUMNS / _USUAL_SHARE)
    lightly = min(1.0, _LIGHT / (rows * offered * outputs))
    return {
        "linear": _linear(rows, columns, load),
        "random_forest": {
            "trees": max(20, round(50 / max(1.0, load))),
            "column_share": max(0.01, columns**-0.5) if columns > _FEW_COLUMNS else None,
        },
        "lightgbm.shallow": {
            "learning_rate": 0.15 if lightly == 1.0 else 0.2,
            "leaves": 6,
            "leaf_rows": min(10, max(2, rows // 20)),
            "column_share": max(0.05, min(_USUAL_SHARE, _FEW_COLUMNS / columns)),
            "patience": 15,
            "rounds": max(20, round(200 * lightly)),
        },
    }


def _linear(rows: int, columns: int, load: float) -> Mapping[str, Any]:
    """The usual penalty where rows are many for each column; else the best of a path.

    The path trains some thirty times for the price of the whole race. It pays where columns are so
    many that the penalty decides, unless the table is heavy besides.
    """
    if load <= 1 and rows / _ROWS_A_COLUMN < columns <= _WIDEST_PATH:
        return {}
    return {"penalty": 1.0, "rounds": max(10, round(300 / max(1.0, load)))}
