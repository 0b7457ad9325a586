"""What is kept of a measurement: a record, and the outcome of every test row beside it."""

import json
from pathlib import Path
from typing import Any

import numpy as np


def record_of(name: str, results: Path) -> dict[str, Any] | None:
    """What was kept of a cell that has run, be it with an answer or without."""
    path = results / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def rows_of(name: str, results: Path) -> dict[str, np.ndarray]:
    """The columns of outcomes that were kept beside a record; none where there are none."""
    import pyarrow.parquet as parquet

    path = results / f"{name}.parquet"
    if not path.exists():
        return {}
    table = parquet.read_table(path)
    return {column: table[column].to_numpy() for column in table.column_names}


def keep(name: str, record: dict[str, Any], rows: dict[str, np.ndarray], results: Path) -> None:
    """The rows first, then the record: a cell whose record exists is whole."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    results.mkdir(parents=True, exist_ok=True)
    if rows:
        columns = {column: values.astype(np.float32) for column, values in rows.items()}
        unfinished = results / f"{name}.parquet.part"
        parquet.write_table(arrow.table(columns), unfinished, compression="zstd")
        unfinished.rename(results / f"{name}.parquet")
    unfinished = results / f"{name}.json.part"
    unfinished.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    unfinished.rename(results / f"{name}.json")


def quiet(threads: int) -> dict[str, str]:
    """The environment variables of every system: so many threads, no network, few words.

    Threads that wait sleep, so that CPU seconds are those of work on a machine that others use too.
    """
    return {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "passive",
        "TOKENIZERS_PARALLELISM": "true",
        "HF_HUB_OFFLINE": "1",
        "PYTHONWARNINGS": "ignore",
    }
