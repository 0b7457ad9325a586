"""AutoGluon with the preset that is asked for.

`medium_quality` weighs its models on a holdout; `best_quality` bags every model over folds, stacks
them, and tries many more settings. Ray is left out, so folds are fitted one after another, each
with all threads.
"""

import time
from pathlib import Path

from exchange import read_ask, read_frames, write_answer, write_predictions

METRICS = {"accuracy": "accuracy", "roc_auc": "roc_auc", "rmse": "root_mean_squared_error"}


def main() -> None:
    ask = read_ask()
    from autogluon.tabular import TabularPredictor

    train, answers, questions = read_frames(ask)
    begin = time.monotonic()
    predictor = TabularPredictor(
        label=ask.target,
        problem_type=_problem(ask.kind, answers.nunique()),
        eval_metric=METRICS[ask.metric],
        path=str(Path(ask.out) / "models"),
        verbosity=2,
    ).fit(
        train.assign(**{ask.target: answers}),
        presets=ask.variant,
        time_limit=ask.seconds,
        num_cpus=ask.threads,
    )
    fitted = time.monotonic()
    predictions = predictor.predict(questions)
    if ask.kind == "classification":
        chances = predictor.predict_proba(questions)
        write_predictions(
            ask, predictions, probabilities=chances.to_numpy(), classes=list(chances.columns)
        )
    else:
        write_predictions(ask, predictions)
    board = predictor.leaderboard(silent=True)
    write_answer(
        ask,
        fit_seconds=fitted - begin,
        predict_seconds=time.monotonic() - fitted,
        packages=("autogluon.tabular", "lightgbm", "xgboost-cpu", "catboost", "torch"),
        details={"model": predictor.model_best, "models": board["model"].tolist()},
    )


def _problem(kind: str, classes: int) -> str:
    if kind == "regression":
        return "regression"
    return "binary" if classes == 2 else "multiclass"


if __name__ == "__main__":
    main()
