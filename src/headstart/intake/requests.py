"""What the person says of single columns: `--column NAME=MODALITY|group|item|weight|ignored`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from headstart.errors import AskError, DataError, listed, nearest, unknown_name
from headstart.intake.casts import TEXT, UNKNOWN, cast
from headstart.intake.modalities import modality
from headstart.records import Column
from headstart.records.data import MODALITIES, Modality, Role

if TYPE_CHECKING:
    import pyarrow as pa

WORDS: tuple[str, ...] = (*MODALITIES, "group", "item", "weight", "ignored")
AS_WRITTEN = frozenset({"category", "text", "image", "audio"})


def check_words(columns: Mapping[str, str]) -> None:
    """Refuse a word that is neither a modality nor a role."""
    for word in columns.values():
        if word not in WORDS:
            raise unknown_name("modality or role", word, WORDS)


def check_names(columns: Mapping[str, str], names: Sequence[str], where: str) -> None:
    """Refuse the name of a column that is not there, with the nearest one."""
    for name in columns:
        if name not in names:
            raise no_such_column(name, names, where)


def no_such_column(name: str, names: Sequence[str], where: str) -> AskError:
    """The one sentence for a column that is not there."""
    count = f"{len(names):,} columns" if len(names) > 12 else "Columns"
    return AskError(
        f"there is no column `{name}` in {where}. {nearest(name, names)}{count}: {_plainly(names)}."
    )


def described(arrow: pa.Table, columns: Mapping[str, str]) -> tuple[pa.Table, tuple[Column, ...]]:
    """Modality and role of every column, after the person's words; values are cast to fit.

    Raises:
        DataError: the values of a column are not what they are declared to be.
    """
    arrays: list[pa.ChunkedArray] = []
    found: list[Column] = []
    for name, values in zip(arrow.column_names, arrow.columns, strict=True):
        word = columns.get(name, "")
        if word in MODALITIES:
            values = as_modality(name, values, word)
        arrays.append(values)
        found.append(Column(name=name, modality=_modality(name, values, word), role=_role(word)))
    if not columns:
        return arrow, tuple(found)
    import pyarrow as pa

    return pa.table(arrays, names=arrow.column_names), tuple(found)


def as_modality(name: str, values: pa.ChunkedArray, wanted: str) -> pa.ChunkedArray:
    """The values in the type of a modality.

    Raises:
        DataError: they cannot be read so; some that stand in the way are quoted.
    """
    import pyarrow as pa
    import pyarrow.types as types

    if wanted in AS_WRITTEN:
        return as_words(values)
    if wanted == "identifier":  # words or whole numbers: either tells rows apart
        return values
    fits = {
        "number": lambda kind: types.is_integer(kind) or types.is_floating(kind),
        "time": types.is_timestamp,
        "vector": types.is_list,
        "series": types.is_list,
    }[wanted]
    if fits(values.type):
        return values
    if types.is_string(values.type) and wanted in ("number", "time"):
        return _parsed(name, values, wanted)
    if wanted == "time" and types.is_integer(values.type):
        return _years(name, values)
    if wanted == "number" and types.is_timestamp(values.type):
        return pa.chunked_array([values.cast(pa.int64()).combine_chunks()])
    raise DataError(f"column `{name}` cannot be read as {wanted}: it holds {values.type} values.")


def as_words(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Any values as text; a whole number is written without a decimal point.

    Example:
        >>> import pyarrow as pa
        >>> as_words(pa.chunked_array([[1.0, 2.5, None]])).to_pylist()
        ['1', '2.5', None]
    """
    import pyarrow as pa
    import pyarrow.types as types

    if types.is_list(values.type):
        return pa.chunked_array(
            [pa.array([None if v is None else str(v) for v in values.to_pylist()])]
        )
    return values.cast(pa.string())


def _parsed(name: str, values: pa.ChunkedArray, wanted: str) -> pa.ChunkedArray:
    import pyarrow as pa

    whole = values.combine_chunks()
    found = cast(_without_zeros(whole) if wanted == "number" else whole, UNKNOWN)
    is_time = found.reading.startswith("time:")
    if found.reading != TEXT and is_time == (wanted == "time"):
        return pa.chunked_array([found.values])
    strange = [
        text for text in whole.unique().to_pylist()[:200] if text and not _fits(text, wanted)
    ]
    raise DataError(
        f"column `{name}` cannot be read as {wanted}: it holds {listed(strange, 3)}.",
        f"Clean these values, or leave out --column {name}={wanted}.",
    )


def _without_zeros(texts: pa.Array) -> pa.Array:
    """Declared as numbers, 007 is 7."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, r"^\s*(-?)0+([0-9])", r"\1\2")


def _fits(text: str, wanted: str) -> bool:
    import pyarrow as pa

    reading = cast(pa.array([text])).reading
    return reading != TEXT and reading.startswith("time:") == (wanted == "time")


def _years(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers declared as times are years, or days written as 20240131."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.cast(pa.string()).combine_chunks()
    iso = pc.replace_substring_regex(texts, r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
    iso = pc.replace_substring_regex(iso, r"^(\d{4})$", r"\1-01")
    return _parsed(name, pa.chunked_array([iso]), "time")


def _modality(name: str, values: pa.ChunkedArray, word: str) -> Modality:
    if word in get_args(Modality):
        return word  # type: ignore[return-value]
    return modality(name, values)


def _role(word: str) -> Role:
    return word if word in ("group", "item", "weight", "ignored") else "input"  # type: ignore[return-value]


def _plainly(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} (+{len(names) - most} more)" if len(names) > most else shown
