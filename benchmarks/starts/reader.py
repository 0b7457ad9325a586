"""Read the texts of one set out of its carrier's files, and write them as Parquet.

Called by `material.py` with the interpreter of the environment `data`, which has what the formats
need. The SHA-256 of each file has been checked before, so the pickles that are opened are known.
"""

import json
import sys
from pathlib import Path

import pandas


def main() -> None:
    """Read the question that the first argument names, and write its rows where it says."""
    asked = json.loads(Path(sys.argv[1]).read_text())
    frames = []
    for member in asked["members"]:
        frame = read(Path(member["path"]))
        texts = frame[asked["text"]].astype(object)
        labels = [asked["names"].get(written(value)) for value in frame[asked["label"]]]
        frames.append(pandas.DataFrame({"text": texts, "label": labels, "part": member["part"]}))
    rows = pandas.concat(frames, ignore_index=True).dropna(subset=["text", "label"])
    rows = rows[rows["text"].str.strip() != ""]
    rows.astype("string").to_parquet(asked["out"], index=False)


def read(source: Path) -> pandas.DataFrame:
    """The frame as its package has it."""
    match source.suffixes:
        case [*_, ".parquet", ".brotli"]:
            return pandas.read_parquet(source)
        case [*_, ".pkl", ".compress"]:
            return pandas.read_pickle(source, compression="xz")
        case [*_, ".json"]:
            return pandas.DataFrame(json.loads(source.read_text()))
    raise SystemExit(f"no reader for {source.name}")


def written(value: object) -> str:
    """A label as text: `1`, also where a missing one beside it made numbers of the column."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    main()
