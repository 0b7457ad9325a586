"""Compare all finished cells of the tables: wins, ties, losses, and what they cost.

    python -m benchmarks.compare       writes comparison.md and comparison.json beside the cells

How two systems are compared is told in `benchmarks/tables/duels.py`.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.tables.cell import RESULTS
from benchmarks.tables.duels import duels
from benchmarks.tables.kept import read_cells
from benchmarks.tables.page import page

SINGLE = "headstart_single"


def write_comparison(folder: Path = RESULTS, system: str = "headstart") -> Path:
    """Compare all cells of a folder; the path of the page, beside which the numbers are as JSON."""
    cells = read_cells(folder)
    found = duels(cells, system)
    single = [duel for duel in duels(cells, SINGLE) if duel.opponent != system]
    numbers = [asdict(duel) for duel in (*found, *single)]
    (folder / "comparison.json").write_text(json.dumps(numbers, indent=1) + "\n")
    path = folder / "comparison.md"
    path.write_text(page(cells, found, system, single))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=RESULTS)
    parser.add_argument("--system", default="headstart", help="whose wins and losses are counted")
    asked = parser.parse_args()
    print(write_comparison(asked.folder, asked.system).read_text())


if __name__ == "__main__":
    main()
