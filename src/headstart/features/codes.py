"""Input columns of a table as one matrix of numbers: the common ground of trees, nets and lines.

What is learned (vocabularies, shifts) comes from the training rows alone and is saved beside the
model as JSON and Arrow. Nothing is scaled and nothing is imputed: a missing value is NaN.

One source column becomes one or more matrix columns:

- number: its value; infinities and what is beyond 1e30 become 1e30;
- category, identifier: a code. 0 is the bucket of unknown values: those that occurred in one
  training row only, those beyond the most frequent ones, and those never seen. 1, 2, ... are the
  known values, the most frequent first. Missing is NaN. A column with more values than are kept
  has a second matrix column: log(1 + training rows with this value), 0 for a value never seen
  (Pargent et al. 2022, "Regularized target encoding outperforms ...", section 2, `frequency`);
- time: year, month, day, weekday, hour and day number, as far as they vary (`features.times`);
- text: counts of characters and words and the frequent words (`features.text_facts`);
- vector: its entries, one matrix column each;
- image, audio, series: left out.

Columns match by name and modality: an absent one is all missing, an additional one is unused.

Shapes: n rows, d matrix columns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from headstart.features.categories import MOST_CATEGORIES, Category, learn_category
from headstart.features.numbers import Number, learn_number
from headstart.features.text_facts import COUNTS, MOST_WORDS, TextFacts, learn_text
from headstart.features.times import PARTS, TimeParts, learn_times
from headstart.features.vectors import Vector, learn_vector
from headstart.processes.libraries import lean_arrow
from headstart.records import Column, Move, Receipt, Table
from headstart.records.data import Modality
from headstart.storage.folders import write_file

if TYPE_CHECKING:
    import pyarrow as pa

_USUAL_ENTRIES = 384  # of a vector that nobody has seen yet
_LARGEST = 1e30  # so that sums over columns and rows stay finite in float32
_CODED: tuple[Modality, ...] = ("number", "category", "identifier", "time", "text", "vector")


Code: TypeAlias = Number | Category | TimeParts | TextFacts | Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """How each input column becomes matrix columns.

    Attributes:
        columns: the input columns that were learned from, in order.
        parts: one per column: what turns it into matrix columns.
    """

    columns: tuple[Column, ...]
    parts: tuple[Code, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the matrix columns."""
        return tuple(name for part in self.parts for name in part.names)

    @property
    def categorical(self) -> tuple[bool, ...]:
        """Per matrix column, whether its numbers are codes without an order."""
        return tuple(size > 0 for size in self.cardinalities)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """Per matrix column, the number of codes with the unknown bucket; 0 for numbers."""
        sizes: list[int] = []
        for part in self.parts:
            first = part.known + 1 if isinstance(part, Category) else 0
            sizes += [first] + [0] * (len(part.names) - 1)
        return tuple(sizes)

    @property
    def sources(self) -> tuple[int, ...]:
        """Per matrix column, the position in `columns` that it comes from."""
        return tuple(place for place, part in enumerate(self.parts) for _ in part.names)

    def matrix(self, table: Table) -> np.ndarray:
        """Float32, shape (n, d), rows in the table's order; NaN is missing."""
        present = {(column.name, _reading(column.modality)) for column in table.columns}
        matrix = np.full((len(table), len(self.names)), np.nan, dtype=np.float32)
        first = 0
        for column, part in zip(self.columns, self.parts, strict=True):
            width = len(part.names)
            if (column.name, _reading(column.modality)) in present:
                block = part.encode(table.arrow.column(column.name))
                matrix[:, first : first + width] = _finite(block)
            first += width
        return matrix

    def receipt(self, table: Table) -> Receipt:
        """What becomes of a table's input columns when a model with these codes goes on."""
        ours = {column.name: _reading(column.modality) for column in self.columns}
        theirs = {
            column.name: _reading(column.modality)
            for column in table.columns
            if column.role == "input"
        }
        taken = [name for name in ours if theirs.get(name) == ours[name]]
        missing = "no such column here, or of another modality: it counts as missing"
        unused = "the earlier model has no such column, or of another modality: unused"
        return Receipt(
            moves=(
                *(Move(source=name, target=name, action="copied") for name in taken),
                *(
                    Move(source=name, target=None, action="dropped", because=missing)
                    for name in ours
                    if name not in taken
                ),
                *(
                    Move(source=None, target=name, action="new", because=unused)
                    for name in theirs
                    if name not in taken
                ),
            )
        )

    def save(self, folder: Path) -> None:
        """Write `codes.json` and `codes.arrow` into an existing folder."""
        import pyarrow as pa

        parts = [_part_to_plain(part) for part in self.parts]
        columns = [[column.name, column.modality] for column in self.columns]
        write_file(folder / "codes.json", json.dumps({"columns": columns, "parts": parts}))
        sink = pa.BufferOutputStream()
        vocabularies = _vocabularies(self.parts)
        with pa.ipc.new_file(sink, vocabularies.schema) as writer:
            writer.write_table(vocabularies)
        write_file(folder / "codes.arrow", sink.getvalue().to_pybytes())


def learn_codes(table: Table, *, most_categories: int = MOST_CATEGORIES) -> Codes:
    """Learn the codes of the input columns from training rows.

    Args:
        most_categories: values of a category that get a code of their own; the rest share code 0.

    Example:
        >>> import pyarrow as pa
        >>> colours = pa.table({"colour": ["red", "red", "blue", "blue", "red", None]})
        >>> rows = Table(
        ...     columns=(Column(name="colour", modality="category"),),
        ...     arrow=colours, row_ids=np.arange(6))
        >>> learn_codes(rows).matrix(rows)[:, 0].tolist()
        [1.0, 1.0, 2.0, 2.0, 1.0, nan]
    """
    columns = tuple(
        column for column in table.columns if column.role == "input" and column.modality in _CODED
    )
    parts = tuple(
        _learn(column, table.arrow.column(column.name), most_categories) for column in columns
    )
    return Codes(columns=columns, parts=parts)


def matrix_columns(modality: Modality, distinct: int) -> int:
    """About how many matrix columns an input column becomes, before the codes are learned.

    Example:
        >>> matrix_columns("number", distinct=5000), matrix_columns("category", distinct=5000)
        (1, 2)
    """
    match _reading(modality):
        case "category":
            return 2 if distinct > MOST_CATEGORIES else 1
        case "text":
            return len(COUNTS) + MOST_WORDS
        case "time":
            return len(PARTS)
        case "vector":
            return _USUAL_ENTRIES
        case _:
            return 1 if modality in _CODED else 0


def load_codes(folder: Path) -> Codes:
    """The codes that `Codes.save` wrote."""
    pa = lean_arrow()
    plain = json.loads((folder / "codes.json").read_text())
    vocabularies = pa.ipc.open_file((folder / "codes.arrow").read_bytes()).read_all()
    columns = tuple(Column(name=name, modality=modality) for name, modality in plain["columns"])
    parts: list[Code] = []
    first = 0
    for column, fields in zip(columns, plain["parts"], strict=True):
        length = fields.pop("length", 0)
        parts.append(_part_from_plain(column, fields, vocabularies.slice(first, length)))
        first += length
    return Codes(columns=columns, parts=tuple(parts))


def _learn(column: Column, values: pa.ChunkedArray, most_categories: int) -> Code:
    match _reading(column.modality):
        case "number":
            return learn_number(column.name, values)
        case "time":
            return learn_times(column.name, values)
        case "text":
            return learn_text(column.name, values)
        case "vector":
            return learn_vector(column.name, values)
        case _:
            return learn_category(column.name, values, most_categories)


def _reading(modality: Modality) -> Modality:
    """An identifier that is an input is a category."""
    return "category" if modality == "identifier" else modality


def _finite(block: np.ndarray) -> np.ndarray:
    return np.clip(block, -_LARGEST, _LARGEST)


def _part_to_plain(part: Code) -> dict[str, object]:
    match part:
        case Number():
            return {"shift": part.shift}
        case Category():
            return {"known": part.known, "length": len(part.values)}
        case TimeParts():
            return {"kept": list(part.kept), "origin": part.origin}
        case TextFacts():
            return {"words": list(part.words)}
        case Vector():
            return {"size": part.size}


def _part_from_plain(column: Column, fields: dict, vocabulary: pa.Table) -> Code:
    match _reading(column.modality):
        case "number":
            return Number(name=column.name, shift=fields["shift"])
        case "time":
            return TimeParts(name=column.name, kept=tuple(fields["kept"]), origin=fields["origin"])
        case "text":
            return TextFacts(name=column.name, words=tuple(fields["words"]))
        case "vector":
            return Vector(name=column.name, size=fields["size"])
        case _:
            values = vocabulary.column("value").combine_chunks()
            counts = vocabulary.column("count").to_numpy()
            return Category(name=column.name, known=fields["known"], values=values, counts=counts)


def _vocabularies(parts: Sequence[Code]) -> pa.Table:
    """The values and counts of all categories, one below the other."""
    import pyarrow as pa

    categories = [part for part in parts if isinstance(part, Category)]
    empty = pa.table({"value": pa.array([], pa.string()), "count": pa.array([], pa.int64())})
    tables = [pa.table({"value": part.values, "count": part.counts}) for part in categories]
    return pa.concat_tables([empty, *tables])
