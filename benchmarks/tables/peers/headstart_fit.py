"""Headstart by its command line, as a person runs it: `fit` with a test file, then `predict`.

The test file takes the place of the rows that Headstart would lock away; it scores its delivered
model there once. The predictions that are judged come from the file without answers. The variant
`single` delivers one model and no blend.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from exchange import Ask, read_ask, write_answer


def main() -> None:
    ask = read_ask()
    run = Path(ask.out) / "run"
    begin = time.monotonic()
    document = fit(ask, run)
    fitted = time.monotonic()
    call("predict", run, ask.questions, "--out", Path(ask.out) / "predictions.parquet")
    winner = document["verdict"]["winner"]
    write_answer(
        ask,
        fit_seconds=fitted - begin,
        predict_seconds=time.monotonic() - fitted,
        packages=("headstart", "scikit-learn", "lightgbm", "xgboost-cpu", "catboost", "torch"),
        details={
            "model": winner["candidate"],
            "family": winner["family"],
            "confidence": document["verdict"]["confidence"],
            "tied": document["verdict"]["tied"],
            "expected": winner["interval"],
            "test": document["test"],
            "trials": len(document["trials"]),
            "failed": [trial for trial in document["trials"] if trial["status"] == "failed"],
        },
    )


def fit(ask: Ask, run: Path) -> dict[str, Any]:
    """The document that `headstart fit --json` prints."""
    words = ["fit", ask.train, "--target", ask.target, "--test", ask.test, "--metric", ask.metric]
    words += ["--minutes", str(ask.seconds / 60), "--seed", str(ask.seed)]
    words += ["--worth", ask.worth] if ask.worth else []
    words += [f"--{ask.variant}"] if ask.variant else []
    return dict(json.loads(call(*words, "--task", ask.kind, "--json", "--out", run)))


def call(*words: str | Path) -> str:
    """Run one verb and give back its standard output; its progress goes to this process's log."""
    program = Path(sys.executable).with_name("headstart")
    done = subprocess.run([str(program), *map(str, words)], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"`headstart {words[0]}` ended with {done.returncode}: {done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
