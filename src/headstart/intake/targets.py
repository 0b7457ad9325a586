"""Target columns: what kind of answer they hold, and their classes as text and in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from headstart.errors import AskError, DataError, listed
from headstart.intake.requests import as_modality, as_words
from headstart.records import Table
from headstart.records.task import Kind

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_INTEGER_CLASSES, _FEWEST_ROWS_IN_CLASS = 20, 5
_MOST_CLASSES = 200  # beyond it, labels that hardly repeat are names and not classes


def common_kind(columns: Mapping[str, pa.ChunkedArray]) -> Kind:
    """The kind of task that all targets agree on.

    Raises:
        AskError: some are classes and others numbers.
        DataError: a target holds values that nothing predicts.
    """
    kinds = {name: kind_of(name, values) for name, values in columns.items()}
    found = set(kinds.values())
    if len(found) == 1:
        return found.pop()
    classes = [name for name, kind in kinds.items() if kind == "classification"]
    numbers = [name for name, kind in kinds.items() if kind == "regression"]
    raise AskError(
        f"the targets are of different kinds: {listed(classes)} hold classes, "
        f"{listed(numbers)} hold numbers.",
        "Predict them one after the other, or set --task for all of them.",
    )


def kind_of(name: str, values: pa.ChunkedArray) -> Kind:
    """Classes or numbers.

    Words are classes. Whole numbers are classes when there are at most 20 different ones, each in
    at least 5 rows on average, or only two; other numbers are classes when there are only two.
    """
    import pyarrow.compute as pc
    import pyarrow.types as types

    if types.is_string(values.type):
        return "classification"
    if not (types.is_integer(values.type) or types.is_floating(values.type)):
        raise DataError(
            f"target `{name}` holds {values.type} values, which cannot be predicted.",
            "A target holds words or numbers.",
        )
    distinct = pc.count_distinct(values).as_py()
    few = distinct <= min(_MOST_INTEGER_CLASSES, len(values) / _FEWEST_ROWS_IN_CLASS)
    if distinct <= 2 or (few and _is_whole(values)):
        return "classification"
    return "regression"


def as_target(name: str, values: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    """Labels as text, or numbers."""
    if kind in ("classification", "anomaly_detection"):
        return as_words(values)
    return as_modality(name, values, "number")


def ordered_classes(table: Table, targets: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Labels of every target: in numeric order where all are numbers, else in that of the alphabet.

    Raises:
        DataError: a target has one label only, or labels that hardly ever repeat.
    """
    return tuple(_classes(name, table.values(name)) for name in targets)


def check_numbers(table: Table, targets: Sequence[str]) -> None:
    """Refuse numeric targets that never change."""
    import pyarrow.compute as pc

    for name in targets:
        bounds = pc.min_max(table.values(name)).as_py()
        if bounds["min"] == bounds["max"]:
            raise DataError(
                f"target `{name}` has one value only ({bounds['min']:g}, {len(table):,} rows). "
                "There is nothing to predict.",
                "Check the filter that made this file, or choose another target.",
            )


def balance(table: Table, target: str, labels: Sequence[str]) -> tuple[float, ...]:
    """Share of each class among the rows, in the order of the labels."""
    import pyarrow.compute as pc

    counts = {each["values"]: each["counts"] for each in _counted(table.values(target))}
    total = len(table) - pc.sum(table.values(target).is_null()).as_py()
    return tuple(counts.get(label, 0) / total for label in labels)


def as_known_labels(values: pa.ChunkedArray, labels: Sequence[str]) -> pa.ChunkedArray:
    """Labels spelled as the task has them where they are the same number: `1.0` is `1`."""
    import pyarrow as pa

    known = {_number(label): label for label in labels if _number(label) is not None}
    spelled = {
        text: known[_number(text)]
        for text in values.unique().to_pylist()
        if text is not None and text not in labels and _number(text) in known
    }
    if not spelled:
        return values
    renamed = [spelled.get(text, text) for text in values.to_pylist()]
    return pa.chunked_array([pa.array(renamed, pa.string())])


def _classes(name: str, values: pa.ChunkedArray) -> tuple[str, ...]:
    counted = _counted(values)
    labels = [each["values"] for each in counted]
    if len(labels) == 1:
        raise DataError(
            f"target `{name}` has one value only (`{labels[0]}`, {len(values):,} rows). "
            "A classifier needs at least two.",
            "Check the filter that made this file, or use task kind `anomaly_detection`.",
        )
    if len(labels) > min(_MOST_CLASSES, max(20, len(values) // 2)) and 2 * len(labels) > len(
        values
    ):
        raise DataError(
            f"`{name}` has {len(labels):,} different labels in {len(values):,} rows: "
            "it names rows and does not sort them into classes.",
            "Choose another target; if these are numbers, clean them or use --task regression.",
        )
    numbers = [_number(label) for label in labels]
    if all(number is not None for number in numbers):
        return tuple(sorted(labels, key=lambda label: (_number(label), label)))
    return tuple(sorted(labels))


def _counted(values: pa.ChunkedArray) -> list[dict]:
    return values.drop_null().value_counts().to_pylist()


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None


def _is_whole(values: pa.ChunkedArray) -> bool:
    import pyarrow.compute as pc
    import pyarrow.types as types

    if types.is_integer(values.type):
        return True
    return bool(pc.all(pc.equal(values, pc.round(values))).as_py())
