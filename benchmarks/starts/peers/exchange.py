"""What a system is asked, and how it answers: two small files. The only code that all peers share.

A peer runs as `python PEER.py ASK.json` in its own environment. It reads `train` and `questions`,
learns, and leaves in the folder `out` its `predictions.parquet` and `answer.json`, which says what
it spent and which versions ran.
"""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question: files, the folder of the pretrained encoder, seed, threads, longest text.

    `longest` counts tokens. `seconds` is a budget, for the one system that takes one; it alone gets
    `test`, the test rows with their answers, because it would else keep training rows back.
    """

    train: str
    questions: str
    test: str
    out: str
    target: str
    checkpoint: str
    longest: int
    seed: int
    threads: int
    seconds: float


class Watch:
    """Wall and processor seconds since it was made; children that ended are counted."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), sum(os.times()[:4])

    def spent(self) -> dict[str, float]:
        """Both, rounded for reading."""
        cpu = sum(os.times()[:4]) - self._cpu
        return {"wall": round(time.monotonic() - self._wall, 3), "cpu": round(cpu, 3)}


def read_ask() -> Ask:
    """The question that this process was started with."""
    return Ask(**json.loads(Path(sys.argv[1]).read_text()))


def read_rows(ask: Ask) -> tuple[list[str], list[str], list[str]]:
    """Training texts, their classes, and the texts to be answered."""
    import pyarrow.parquet as parquet

    train = parquet.read_table(ask.train)
    texts = parquet.read_table(ask.questions, columns=["text"])["text"].to_pylist()
    return train["text"].to_pylist(), train[ask.target].to_pylist(), texts


def write_answer(
    ask: Ask,
    *,
    predictions: Sequence[str],
    fit: Mapping[str, float],
    predict: Mapping[str, float],
    packages: Sequence[str],
    details: Mapping[str, Any],
) -> None:
    """A class for each question, in order; what was spent; what was done."""
    import pyarrow
    import pyarrow.parquet as parquet

    told = pyarrow.table({"prediction": [str(each) for each in predictions]})
    parquet.write_table(told, Path(ask.out) / "predictions.parquet")
    answer = {
        "fit": dict(fit),
        "predict": dict(predict),
        "versions": {package: version(package) for package in packages},
        "details": dict(details),
    }
    (Path(ask.out) / "answer.json").write_text(json.dumps(answer, default=str))
