"""Small tables that the estimators' tests share."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

ROWS = 120
KINDS = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "arrow": pa.table,
}


@pytest.fixture(params=KINDS, scope="session")
def mixed(request):
    """A frame of each kind with gaps, words, truth values and numbers, and labels."""
    return KINDS[request.param](columns()), labels()


def columns():
    """A colour and a length decide; the rest is noise."""
    noise = np.random.default_rng(1)
    lengths = [None if row % 10 == 0 else float(row % 7) for row in range(ROWS)]
    return {
        "colour": [
            None if row % 11 == 0 else ("red", "green", "blue")[row % 3] for row in range(ROWS)
        ],
        "length": lengths,
        "is_new": noise.random(ROWS) > 0.5,
        "count": noise.integers(0, 9, ROWS),
    }


def labels():
    """`ripe` where a fruit is red or long."""
    table = columns()
    pairs = zip(table["colour"], table["length"], strict=True)
    return ["ripe" if colour == "red" or (length or 0) > 4 else "raw" for colour, length in pairs]
