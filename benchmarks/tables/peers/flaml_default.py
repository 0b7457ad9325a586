"""FLAML as its first page shows it: every estimator it has, steered by the time budget."""

import time

from exchange import read_ask, read_frames, write_answer, write_predictions


def main() -> None:
    ask = read_ask()
    from flaml import AutoML

    train, answers, questions = read_frames(ask)
    begin = time.monotonic()
    search = AutoML()
    search.fit(
        X_train=train,
        y_train=answers,
        task=ask.kind,
        metric=ask.metric,
        time_budget=ask.seconds,
        n_jobs=ask.threads,
        seed=ask.seed,
        verbose=1,
    )
    fitted = time.monotonic()
    predictions = search.predict(questions)
    if ask.kind == "classification":
        chances = search.predict_proba(questions)
        classes = [str(label) for label in search.classes_]
        write_predictions(ask, predictions, probabilities=chances, classes=classes)
    else:
        write_predictions(ask, predictions)
    write_answer(
        ask,
        fit_seconds=fitted - begin,
        predict_seconds=time.monotonic() - fitted,
        packages=("flaml", "lightgbm", "xgboost", "scikit-learn"),
        details={"model": search.best_estimator, "settings": search.best_config},
    )


if __name__ == "__main__":
    main()
