"""Does memory grow with the number of pictures? One run of `headstart fit` on each number of them.

    python -m benchmarks.starts.memory                     1,000 and 4,000 pictures
    python -m benchmarks.starts.memory --counts 500,1000

Pictures are drawn here: noise under a disc or a square, 96 x 96, as JPEG files in a folder for each
class. The memory is the largest sum of resident sets over all processes, read five times a second;
kept pictures lie in files that are mapped, whose pages count while they are in memory.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE
from benchmarks.tables.cell import source
from benchmarks.tables.page import table

RESULTS = HERE / "results"
COUNTS = (1_000, 4_000)
FAMILY = "image_encoder"
STARTS = ("transfer", "finetune")
SECONDS = 90
SIDE = 96


def main() -> None:
    asked = _arguments()
    path = RESULTS / "memory.json"
    record = json.loads(path.read_text()) if path.exists() else {"runs": {}}
    for count in asked.counts:
        folder = write_folder(count)
        for start in asked.starts.split(","):
            record["runs"][f"{start}-{count}"] = run(folder, start, count)
            RESULTS.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record, indent=1) + "\n")
    page = RESULTS / "memory.md"
    page.write_text(_page(record["runs"]))
    print(page.read_text())


def write_folder(count: int) -> Path:
    """A folder of so many pictures of two classes."""
    from PIL import Image

    folder = CACHE / "sets" / f"drawn-{count}"
    if folder.exists():
        return folder
    random, unfinished = np.random.default_rng(0), folder.with_name(f"{folder.name}.part")
    down, across = np.mgrid[:SIDE, :SIDE]
    for number in range(count):
        kind = ("disc", "square")[number % 2]
        pixels = random.integers(0, 160, (SIDE, SIDE, 3), dtype=np.uint8)
        y, x = random.integers(SIDE // 4, 3 * SIDE // 4, 2)
        radius = random.integers(SIDE // 10, SIDE // 4)
        far = abs(down - y), abs(across - x)
        inside = np.maximum(*far) < radius if kind == "square" else np.hypot(*far) < radius
        pixels[inside] += 90
        place = unfinished / kind
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(place / f"{number:05d}.jpg", quality=85)
    unfinished.rename(folder)
    return folder


def run(folder: Path, start: str, count: int) -> dict[str, Any]:
    """One run with one start; what it cost, and how much of the data its trials saw."""
    out = CACHE / "runs" / f"memory-{start}-{count}"
    log = out.with_suffix(".json")
    shutil.rmtree(out, ignore_errors=True)
    here = measure.machine()
    command = [
        *(sys.executable, "-m", "headstart", "fit", folder, "--starts", start),
        *("--families", FAMILY),
        *("--minutes", f"{SECONDS / 60:g}", "--out", out, "--json"),
    ]
    cost = measure.run(command, log=log, limit=4 * SECONDS + 300)
    if cost.code:
        raise SystemExit(f"{start} on {count} pictures: {log.read_text()[-2000:]}")
    lines = log.read_text().splitlines()
    answer = json.loads("\n".join(lines[lines.index("{") :]))
    trials = [
        each
        for each in answer["trials"]
        if each["status"] == "finished" and each["family"] == FAMILY and each["draw"] is not None
    ]
    return {
        "start": start,
        "pictures": count,
        "cost": cost.plain(),
        "machine": here,
        "source": source(),
        "rows": max(each["rows"] for each in trials),
        "winner": answer["verdict"]["winner"]["candidate"],
    }


def _page(runs: Mapping[str, Mapping[str, Any]]) -> str:
    counts = sorted({each["pictures"] for each in runs.values()})
    rows = []
    for start in dict.fromkeys(each["start"] for each in runs.values()):
        found = [runs.get(f"{start}-{count}") for count in counts]
        rows.append([start, *(_cell(each) for each in found)])
    heads = ["start", *(f"{count:,} pictures: MB (rows of the largest trial)" for count in counts)]
    return f"# Memory beside the number of pictures\n\n{_LEGEND}\n\n{table(heads, rows)}\n"


_LEGEND = f"""\
The largest sum of resident sets over all processes of one `headstart fit` of {SECONDS} s with one
start; pages that processes share, and mapped files, count where they are in memory."""


def _cell(run: Mapping[str, Any] | None) -> str:
    return "-" if run is None else f"{run['cost']['peak_mb']:,.0f} ({run['rows']:,})"


def _counts(text: str) -> Sequence[int]:
    return [int(word) for word in text.split(",")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--counts", type=_counts, default=list(COUNTS))
    parser.add_argument("--starts", default=",".join(STARTS))
    return parser.parse_args()


if __name__ == "__main__":
    main()
