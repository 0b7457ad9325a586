"""A made table for timing alone: numbers, counts, categories and gaps, of any size."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.carriers import CACHE

BLOCK = 100_000


def made_table(rows: int, columns: int, format: str = "parquet") -> Path:
    """A file of `rows` rows with `columns` columns, the target `y` (two classes) among them."""
    path = CACHE / "made" / f"{rows}x{columns}.{format}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, rows, columns)
    return path


def _write(path: Path, rows: int, columns: int) -> None:
    import pyarrow as arrow
    import pyarrow.csv
    import pyarrow.parquet

    random = np.random.default_rng(0)
    blocks = [_block(random, min(BLOCK, rows - begin), columns) for begin in range(0, rows, BLOCK)]
    table = arrow.concat_tables(blocks)
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pyarrow.parquet.write_table(table, path)


def _block(random: np.random.Generator, rows: int, columns: int) -> Any:
    """Six of ten columns are numbers (one with gaps), two are counts, two are categories."""
    import pyarrow as arrow

    names: dict[str, Any] = {}
    signal = random.normal(size=rows)
    for place in range(columns - 1):
        match place % 10:
            case 0 | 1 | 2 | 3 | 4:
                names[f"number_{place}"] = arrow.array(signal + random.normal(size=rows))
            case 5:
                values = random.exponential(size=rows)
                names[f"gaps_{place}"] = arrow.array(values, mask=random.random(rows) < 0.1)
            case 6 | 7:
                names[f"count_{place}"] = arrow.array(random.poisson(3 * place, size=rows))
            case 8:
                names[f"level_{place}"] = _words(random.integers(0, 5, rows))
            case _:
                names[f"place_{place}"] = _words(random.geometric(0.01, rows).clip(max=900))
    names["y"] = _words((signal + random.normal(size=rows) > 0).astype(int))
    return arrow.table(names)


def _words(codes: np.ndarray) -> Any:
    import pyarrow as arrow

    return arrow.array(np.char.add("k", codes.astype(str)))
