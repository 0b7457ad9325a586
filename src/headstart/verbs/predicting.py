"""`predict`: answers of a model for a file, a frame or a world, one line per input row."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from headstart import delivery, intake
from headstart.delivery.adjustment import label_sets
from headstart.delivery.answers import with_gaps, with_novelty, with_sets
from headstart.errors import AskError
from headstart.experiment.best import model_folder
from headstart.intake.folders import CLASS, FILE_NAME
from headstart.records import Data, Probabilities, Table, World
from headstart.storage.folders import write_file
from headstart.verbs import abstaining
from headstart.verbs.question import is_world
from headstart.verbs.run import Run

if TYPE_CHECKING:
    import pyarrow as pa

_EPISODES = 20
_FIRST_SEED = 900_000_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """Where the answers are: one line for each of `rows` input rows.

    Attributes:
        notes: what was unlike the training data in these rows, in sentences.
    """

    rows: int
    out: Path
    notes: tuple[str, ...] = ()


def predict(
    model: str | Path | Run,
    source: Any,
    *,
    out: str | Path | None = None,
    abstain: float | None = None,
) -> Any:
    """Answer for every row of a source.

    Args:
        model: a run, a run's folder or a model folder. A run that was stopped before its end
            answers with its best finished model so far.
        source: a file, a folder or an archive of pictures or texts, a frame, or a world.
        out: .csv, .parquet or .jsonl; `predictions.csv` beside the caller unless given.
        abstain: the share of rows that may stay unanswered, where the model is least sure; what
            that gains is told like everything else that is said.

    Returns:
        `Predicted` for files, folders and worlds, of a folder with the files' names beside the
        answers; for a frame, a frame of the same kind. Cells that could not be read, absent
        columns and the like are told by `Predicted.notes`, and for a frame by a warning.

    Raises:
        WeightsError: there is no model, or it is damaged.
        AskError: a share to abstain from that cannot be used.
        DataError: the source is no table, or has none of the columns that the model reads.
    """
    folder = model_folder(model.folder if isinstance(model, Run) else Path(model))
    with TemporaryDirectory(prefix="headstart-") as place:
        asked = _read(source, folder, Path(place))
        delivered = delivery.load(folder)
        prediction, judged = delivered.answer(asked.data)
    table = delivery.answers(prediction, delivered.contract)
    if isinstance(prediction, Probabilities):
        inside = label_sets(prediction, delivered.adjustment)
        table = table if inside is None else with_sets(table, inside, delivered.contract)
    if judged is not None:
        table = with_novelty(table, judged)
    notes = asked.notes
    if abstain is not None:
        aside = 0 if delivered.novelty is None else len(delivered.novelty.aside)
        left = abstaining.abstain(prediction, delivered.adjustment, abstain, judged, aside)
        table = abstaining.without_answers(table, left, delivered.contract)
        notes = (*notes, left.note)
    if isinstance(asked.data, Table):
        table = with_gaps(table, asked.data.row_ids, asked.rows)
    if asked.files:
        table = table.add_column(0, FILE_NAME, [list(asked.files)])
    if out is None and not isinstance(source, str | Path):
        if notes:
            warnings.warn("; ".join(notes), stacklevel=2)
        return intake.like(table, source)
    path = Path("predictions.csv" if out is None else out)
    write(table, path)
    return Predicted(rows=table.num_rows, out=path, notes=notes)


def write(table: pa.Table, path: Path) -> None:
    """Write answers in the format that the file's name asks for, in one step."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    match path.suffix.lower():
        case ".csv":
            from pyarrow import csv

            csv.write_csv(_inert(table), sink, csv.WriteOptions(quoting_style="needed"))
        case ".parquet":
            from pyarrow import parquet

            parquet.write_table(table, sink)
        case ".jsonl":
            import json

            lines = "".join(
                json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in table.to_pylist()
            )
            sink.write(lines.encode())
        case _:
            raise AskError(
                f"answers cannot be written to `{path.name}`.", "Use .csv, .parquet or .jsonl."
            )
    if not path.parent.is_dir():
        raise AskError(f"there is no folder `{path.parent}` to write to.", "Make it first.")
    write_file(path, sink.getvalue().to_pybytes())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """The data under the model's contract, the number of input rows, and what is to be said."""

    data: Data
    rows: int
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def _read(source: Any, folder: Path, place: Path) -> _Asked:
    contract = delivery.contract_from_plain(delivery.read_manifest(folder)["contract"])
    if is_world(source):
        if contract.task.has_rows:
            raise AskError(
                f"the model answers rows of a table; `{source}` is a world.", "Name a table."
            )
        from headstart import worlds

        world: World = worlds.parse(source)
        seeds = range(_FIRST_SEED, _FIRST_SEED + _EPISODES)
        data = World(id=world.id, settings=world.settings, seeds=seeds)
        return _Asked(data=data, rows=_EPISODES)
    known = (*contract.task.targets, FILE_NAME, CLASS)
    reading = intake.read_as(source, contract.inputs, known=known, place=place)
    return _Asked(
        data=reading.data,
        rows=len(reading.data) + len(reading.rejected),
        notes=reading.notes,
        files=reading.files,
    )


def _inert(table: pa.Table) -> pa.Table:
    """Lists as JSON, and text cells that a spreadsheet would run get a leading apostrophe."""
    import json

    import pyarrow as pa

    columns = []
    for column in table.columns:
        if pa.types.is_list(column.type):
            lists = column.to_pylist()
            cells = [None if each is None else json.dumps(each, default=str) for each in lists]
            column = pa.chunked_array([pa.array(cells, pa.string())])
        if pa.types.is_string(column.type):
            texts = [_quoted(text) for text in column.to_pylist()]
            column = pa.chunked_array([pa.array(texts, pa.string())])
        columns.append(column)
    return pa.table(columns, names=[_quoted(name) for name in table.column_names])


def _quoted(text: str | None) -> str | None:
    if text is None or not text.startswith(_FORMULA_STARTS) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
