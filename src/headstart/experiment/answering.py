"""How a model that was just fitted answers its validation rows, and what answering a row costs.

A head on an encoder that stands still answers from vectors that the run keeps, so that each row is
read once for all trials. What answering costs whoever gets the model is then measured on typical
rows, which it reads as it would read new ones.

Shapes: n rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from headstart.experiment.jobs import Job
from headstart.protocols import Model
from headstart.records import Data, Prediction, Table
from headstart.session import Session, Vectors

_ROWS_AT_FIRST, _ROWS_AT_MOST = 4, 32
_MOST_SECONDS = 0.5
_LONGEST = 600.0  # characters, about what an encoder of texts reads


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """Answers for all rows.

    Attributes:
        seconds: that as many new rows take.
        vectors: by checkpoint, what was taken of kept vectors, and made.
    """

    prediction: Prediction
    seconds: float
    vectors: dict[str, Vectors]


def answered(model: Model, data: Data, job: Job) -> Answered:
    """What the model answers, by kept vectors where it can."""
    predict_kept = getattr(model, "predict_kept", None)
    if predict_kept is None or not isinstance(data, Table):
        began = time.monotonic()
        prediction = model.predict(data)
        return Answered(prediction=prediction, seconds=time.monotonic() - began, vectors={})
    session = _unhurried(job)
    prediction = predict_kept(data, session)
    seconds = _seconds_each(model, data) * len(data)
    return Answered(prediction=prediction, seconds=seconds, vectors=session.vectors)


def typical(table: Table) -> np.ndarray:
    """Positions of all rows (n,), those first whose texts are about as long as the mean.

    Example:
        >>> import pyarrow as pa
        >>> from headstart.records import Column
        >>> notes = pa.table({"note": ["a", "much too long", "middle"]})
        >>> column = Column(name="note", modality="text")
        >>> table = Table(columns=(column,), arrow=notes, row_ids=np.arange(3))
        >>> typical(table).tolist()
        [2, 0, 1]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    length = np.zeros(len(table))
    for name in table.names("input", "text"):
        texts = pc.fill_null(table.values(name).cast(pa.string()), "")
        length += np.asarray(pc.utf8_length(texts))
    length = np.minimum(length, _LONGEST)
    return np.argsort(np.abs(length - length.mean()) if len(length) else length, kind="stable")


def _unhurried(job: Job) -> Session:
    """A session without an end: all rows have to be answered."""
    return Session(
        seed=job["seed"],
        folder=Path(job["live"]),
        threads=job["threads"],
        cache=Path(job["cache"]),
    )


def _seconds_each(model: Model, table: Table) -> float:
    """What a typical row takes: of a few rows twice or, where those are soon answered, of more."""
    rows = typical(table)
    first = _timed(model, table.take(rows[:_ROWS_AT_FIRST]))
    most = _ROWS_AT_FIRST if first * _ROWS_AT_MOST > _MOST_SECONDS else _ROWS_AT_MOST
    again = _timed(model, table.take(rows[:most]))
    return min(first, again) if most == _ROWS_AT_FIRST else again


def _timed(model: Model, few: Table) -> float:
    """Seconds of a row."""
    began = time.monotonic()
    model.predict(few)
    return (time.monotonic() - began) / max(len(few), 1)
