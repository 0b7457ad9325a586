"""A contender keeps warm and does its job when it is told to: `python CONTENDER.py ASK.json`.

Each line on standard input is one round; the answer is a line of JSON with wall and processor
seconds and the number of things done. What libraries print goes to standard error.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The job: its rows, the pretrained weights, threads, precision (`default` or another name).

    `rows` is a Parquet file of texts and labels, or a folder of pictures.
    """

    rows: str
    checkpoint: str
    longest: int
    threads: int
    precision: str
    passes: int
    batch: int
    folder: str


def read_ask() -> Ask:
    """The job that this process was started with."""
    return Ask(**json.loads(Path(sys.argv[1]).read_text()))


def read_texts(ask: Ask) -> tuple[list[str], list[str]]:
    """Texts and their classes."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(ask.rows)
    return table["text"].to_pylist(), table["label"].to_pylist()


def serve(job: Callable[[], int], packages: tuple[str, ...]) -> None:
    """Do the job once for each line that comes; `job` says how many things it has done."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    out.write(json.dumps({"versions": {name: version(name) for name in packages}}) + "\n")
    for _ in sys.stdin:
        wall, cpu = time.monotonic(), sum(os.times()[:4])
        done = job()
        spent = {"wall": time.monotonic() - wall, "cpu": sum(os.times()[:4]) - cpu}
        out.write(json.dumps({"done": done, **spent}) + "\n")
