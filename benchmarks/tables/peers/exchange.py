"""What a system is asked, and how it answers: two small files. The only code that all peers share.

A peer runs as `python PEER.py ASK.json` in its own environment. It reads `train` and `questions`,
learns for about `seconds`, and leaves in the folder `out` one `NAME.parquet` for each set of
predictions and `answer.json`, which says what it spent and which versions it ran. Nothing here
needs more than pandas.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

BEGIN = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question: files, target, kind, metric, budget in seconds, seed, number of threads.

    `test` holds the answers too; it is given only to the system that would else keep training rows
    back for it. `variant` says in which of its ways a system is to answer, `worth` what difference
    counts for Headstart (empty: what it takes by itself).
    """

    train: str
    questions: str
    test: str
    out: str
    target: str
    kind: str
    metric: str
    seconds: float
    seed: int
    threads: int
    variant: str = ""
    worth: str = "0"


def read_ask() -> Ask:
    """The question that this process was started with."""
    return Ask(**json.loads(Path(sys.argv[1]).read_text()))


def read_frames(ask: Ask) -> tuple[Any, Any, Any]:
    """Training inputs, training answers and test inputs, with text columns as pandas categories.

    Categories are those of the training rows; one that only test rows have becomes missing.
    """
    import pandas

    train = pandas.read_parquet(ask.train)
    questions = pandas.read_parquet(ask.questions)
    answers = train.pop(ask.target)
    for name in train.columns:
        if not pandas.api.types.is_numeric_dtype(train[name]):
            train[name] = train[name].astype(object).astype("category")
            known = train[name].cat.categories
            text = questions[name].astype(object)
            questions[name] = pandas.Categorical(text.where(text.isin(known)), categories=known)
    if ask.kind == "classification":
        answers = answers.astype(object)
    return train, answers, questions


def write_predictions(
    ask: Ask,
    predictions: Any,
    *,
    probabilities: Any = None,
    classes: Sequence[str] = (),
    ranking: Any = None,
    name: str = "predictions",
) -> None:
    """One row per question, in order: `prediction`; for classes `p_LABEL`, or a `ranking`.

    `ranking` is larger for rows that look more like the second class.
    """
    import numpy
    import pandas

    columns: dict[str, Any] = {"prediction": numpy.asarray(predictions)}
    if probabilities is not None:
        for index, label in enumerate(classes):
            columns[f"p_{label}"] = numpy.asarray(probabilities)[:, index].astype("float64")
    if ranking is not None:
        columns["ranking"] = numpy.asarray(ranking)
    pandas.DataFrame(columns).to_parquet(Path(ask.out) / f"{name}.parquet", index=False)


def write_answer(
    ask: Ask,
    *,
    fit_seconds: float,
    predict_seconds: float,
    packages: Sequence[str],
    details: Mapping[str, Any],
) -> None:
    """What was spent (wall seconds), which versions ran, and what the system says it chose."""
    answer = {
        "fit_seconds": round(fit_seconds, 2),
        "predict_seconds": round(predict_seconds, 2),
        "process_seconds": round(time.monotonic() - BEGIN, 2),
        "versions": {package: version(package) for package in packages},
        "details": dict(details),
    }
    (Path(ask.out) / "answer.json").write_text(json.dumps(answer, default=str))
