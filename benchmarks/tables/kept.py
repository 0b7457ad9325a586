"""Read the kept cells of a comparison: their records, and the outcomes of their test rows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Rows = dict[str, np.ndarray]
Key = tuple[int, str, int, str]


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of one folder of results, by (seconds, set, split, system)."""

    records: dict[Key, dict[str, Any]]
    folder: Path

    def rows(self, key: Key, member: str = "") -> Rows:
        """The outcomes of the test rows of one cell; of one of its members, if named."""
        import pyarrow.parquet as parquet

        seconds, name, split, system = key
        table = parquet.read_table(self.folder / f"{name}-{seconds}s-{split}-{system}.parquet")
        lead = f"{member}." if member else ""
        wanted = [
            column for column in (f"{lead}value", f"{lead}truth") if column in table.column_names
        ]
        return {column.removeprefix(lead): table[column].to_numpy() for column in wanted}

    def splits(self, seconds: int, name: str, system: str) -> list[int]:
        """The splits on which a system was run on a set, failed or not."""
        return sorted(
            split
            for budget, one, split, who in self.records
            if (budget, one, who) == (seconds, name, system)
        )

    def has_failed(self, key: Key) -> bool:
        """Whether the cell was run and gave no answer."""
        return bool(self.records[key]["status"] != "finished")


def read_cells(folder: Path) -> Cells:
    """Every kept cell of a folder."""
    records = {}
    for path in sorted(folder.glob("*s-[0-9]*-*.json")):
        record = json.loads(path.read_text())
        records[record["seconds"], record["set"], record["split"], record["system"]] = record
    return Cells(records, folder)
