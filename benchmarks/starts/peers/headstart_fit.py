"""Headstart by its command line: `fit` with the test file and a budget, then `predict`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from exchange import Ask, Watch, read_ask, write_answer


def main() -> None:
    import pyarrow.parquet as parquet

    ask = read_ask()
    run, told = Path(ask.out) / "run", Path(ask.out) / "told.parquet"
    watch = Watch()
    document = fit(ask, run)
    fitted, watch = watch.spent(), Watch()
    call("predict", run, ask.questions, "--out", told)
    (Path(ask.out) / "fit.json").write_text(json.dumps(document))
    verdict = document["verdict"]
    write_answer(
        ask,
        predictions=parquet.read_table(told)["prediction"].to_pylist(),
        fit=fitted,
        predict=watch.spent(),
        packages=("headstart", "torch", "transformers", "scikit-learn"),
        details={
            "winner": verdict["winner"]["candidate"],
            "tied": verdict["tied"],
            "confidence": verdict["confidence"],
            "expected": verdict["winner"]["interval"],
            "test": (document["test"] or {}).get("score"),
            "seconds": document["seconds"],
            "crossovers": verdict["crossovers"],
            "trials": [
                shortened(each) for each in document["trials"] if each["status"] != "refused"
            ],
        },
    )


def fit(ask: Ask, run: Path) -> dict[str, Any]:
    """The document that `headstart fit --json` prints."""
    words = ["fit", ask.train, "--target", ask.target, "--test", ask.test, "--worth", "0"]
    words += ["--metric", "accuracy", "--task", "classification", "--column", "text=text"]
    words += ["--minutes", str(ask.seconds / 60), "--seed", str(ask.seed)]
    return dict(json.loads(call(*words, "--json", "--out", run)))


def shortened(trial: dict[str, Any]) -> dict[str, Any]:
    """What the learning curves need of a trial."""
    kept = ("id", "candidate", "start", "layers", "method", "part", "rows", "draw", "status")
    return {name: trial.get(name) for name in (*kept, "cause", "score", "loss", "seconds")}


def call(*words: str | Path) -> str:
    """Run one verb and give back its standard output; its progress goes to this process's log."""
    program = Path(sys.executable).with_name("headstart")
    done = subprocess.run([str(program), *map(str, words)], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"`headstart {words[0]}` ended with {done.returncode}: {done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
