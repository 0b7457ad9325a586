"""Plain scikit-learn: four models as they come, and the best by three-fold validation.

A scaled linear model, histogram gradient boosting, a random forest of 300 trees and an RBF support
vector machine, in this order. Each has its share of the time left, in a child process that is
ended when the share is used up (a support vector machine cannot be asked to stop); what did not
end is named, not guessed. The predictions of every model that ended are kept.
"""

import json
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exchange import Ask, read_ask, read_frames, write_answer, write_predictions

FOLDS = 3
SCORINGS = {"accuracy": "accuracy", "roc_auc": "roc_auc", "rmse": "neg_root_mean_squared_error"}


def main() -> None:
    ask = read_ask()
    # Imported before the children are forked, so that each of them need not do it again.
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.svm  # noqa: F401

    frames = read_frames(ask)
    begin = time.monotonic()
    members = {}
    for position, name in enumerate(MODELS):
        left = ask.seconds - (time.monotonic() - begin)
        members[name] = try_within(left / (len(MODELS) - position), ask, name, frames)
    finished = {name: member for name, member in members.items() if "score" in member}
    if not finished:
        raise SystemExit(f"no model ended in time: {members}")
    best = max(finished, key=lambda name: finished[name]["score"])
    (Path(ask.out) / "predictions.parquet").write_bytes(
        (Path(ask.out) / f"{best}.parquet").read_bytes()
    )
    write_answer(
        ask,
        fit_seconds=time.monotonic() - begin,
        predict_seconds=finished[best]["predict_seconds"],
        packages=("scikit-learn", "numpy", "pandas"),
        details={"model": best, "members": members},
    )


def try_within(seconds: float, ask: Ask, name: str, frames: tuple[Any, Any, Any]) -> dict[str, Any]:
    """Cross-validate, fit and predict in a child; what it reports, or why there is nothing."""
    report = Path(ask.out) / f"{name}.json"
    child = multiprocessing.get_context("fork").Process(
        target=attempt, args=(ask, name, frames, report)
    )
    begin = time.monotonic()
    child.start()
    child.join(seconds)
    if child.is_alive():
        child.kill()
        child.join()
        return {"because": f"did not end within its {seconds:.0f} s"}
    if not report.exists():
        return {"because": f"ended with code {child.exitcode}"}
    return {**json.loads(report.read_text()), "seconds": round(time.monotonic() - begin, 2)}


def attempt(ask: Ask, name: str, frames: tuple[Any, Any, Any], report: Path) -> None:
    """One model: its score by cross-validation, then its predictions when fitted on all rows."""
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score

    train, answers, questions = frames
    model = MODELS[name](ask, train)
    folding = StratifiedKFold if ask.kind == "classification" else KFold
    folds = folding(FOLDS, shuffle=True, random_state=ask.seed)
    scores = cross_val_score(model, train, answers, cv=folds, scoring=SCORINGS[ask.metric])
    model.fit(train, answers)
    begin = time.monotonic()
    predictions = model.predict(questions)
    spent = time.monotonic() - begin
    if hasattr(model, "predict_proba"):
        chances = model.predict_proba(questions)
        write_predictions(
            ask, predictions, probabilities=chances, classes=model.classes_, name=name
        )
    elif ask.metric == "roc_auc":
        margins = model.decision_function(questions)
        write_predictions(ask, predictions, ranking=margins, name=name)
    else:
        write_predictions(ask, predictions, name=name)
    report.write_text(json.dumps({"score": float(scores.mean()), "predict_seconds": spent}))


def linear(ask: Ask, train: Any) -> Any:
    """Logistic or ridge regression on scaled numbers and one-hot categories."""
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline

    if ask.kind == "classification":
        return make_pipeline(scaled(train), LogisticRegression(max_iter=2000))
    return make_pipeline(scaled(train), RidgeCV(alphas=[0.01, 0.1, 1.0, 10.0, 100.0]))


def boosting(ask: Ask, train: Any) -> Any:
    """Histogram gradient boosting with its defaults; missing values and categories as they are."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = (
        HistGradientBoostingClassifier
        if ask.kind == "classification"
        else HistGradientBoostingRegressor
    )
    return kind(categorical_features="from_dtype", random_state=ask.seed)


def forest(ask: Ask, train: Any) -> Any:
    """A random forest; categories are numbered, missing ones get a number of their own."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    numbered = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    )
    columns = make_column_transformer(
        (numbered, make_column_selector(dtype_include="category")), remainder="passthrough"
    )
    kind = RandomForestClassifier if ask.kind == "classification" else RandomForestRegressor
    return make_pipeline(columns, kind(300, n_jobs=ask.threads, random_state=ask.seed))


def kernel(ask: Ask, train: Any) -> Any:
    """A support vector machine with the RBF kernel, inputs (and a number to predict) scaled."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    if ask.kind == "classification":
        return make_pipeline(scaled(train), SVC(cache_size=1000))
    machine = make_pipeline(scaled(train), SVR(cache_size=1000))
    return TransformedTargetRegressor(machine, transformer=StandardScaler())


def scaled(train: Any) -> Any:
    """Numbers: median where missing, unit variance. Categories: a column each, also for missing."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    return make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
            make_column_selector(dtype_include="number"),
        ),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category")),
        sparse_threshold=0,
    )


MODELS: dict[str, Callable[[Ask, Any], Any]] = {
    "linear": linear,
    "boosting": boosting,
    "forest": forest,
    "kernel": kernel,
}

if __name__ == "__main__":
    main()
