"""The judge of the benchmark: its scores, and when it calls a difference a win."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.splits import rows_to_test
from benchmarks.tables import scores
from benchmarks.tables.duels import advantage_interval


def write(path: Path, **columns: list) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_accuracy_is_the_share_of_right_classes(tmp_path):
    test = write(tmp_path / "test.parquet", x=[1, 2, 3, 4], y=["a", "b", "a", "b"])
    told = write(tmp_path / "told.parquet", prediction=["a", "b", "b", "b"])

    rows = scores.outcomes(told, test, "y", "accuracy")

    assert scores.score("accuracy", rows) == 0.75


def test_rmse_is_the_root_of_the_mean_square(tmp_path):
    test = write(tmp_path / "test.parquet", y=[0.0, 0.0])
    told = write(tmp_path / "told.parquet", prediction=[3.0, 4.0])

    rows = scores.outcomes(told, test, "y", "rmse")

    assert scores.score("rmse", rows) == pytest.approx(np.sqrt(12.5))


def test_area_under_the_curve_agrees_with_scikit_learn(tmp_path):
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(0)
    answers = np.where(random.random(200) < 0.2, "yes", "no")
    chances = np.round(random.random(200), 1)
    test = write(tmp_path / "test.parquet", y=answers.tolist())
    told = write(tmp_path / "told.parquet", prediction=["no"] * 200, p_yes=chances.tolist())

    rows = scores.outcomes(told, test, "y", "roc_auc")

    assert scores.score("roc_auc", rows) == pytest.approx(roc_auc_score(answers == "yes", chances))


def test_log_loss_is_the_mean_surprise(tmp_path):
    test = write(tmp_path / "test.parquet", y=["a", "b"])
    told = write(tmp_path / "told.parquet", prediction=["a", "b"], p_a=[0.5, 0.75], p_b=[0.5, 0.25])

    loss = scores.log_loss(told, test, "y")

    assert loss == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_predictions_that_are_not_numbers_are_refused(tmp_path):
    test = write(tmp_path / "test.parquet", y=[0.0, 0.0])
    told = write(tmp_path / "told.parquet", prediction=[1.0, float("nan")])

    with pytest.raises(ValueError, match="1 predictions are not finite"):
        scores.outcomes(told, test, "y", "rmse")


def test_too_few_predictions_are_refused(tmp_path):
    test = write(tmp_path / "test.parquet", y=["a", "b"])
    told = write(tmp_path / "told.parquet", prediction=["a"])

    with pytest.raises(ValueError, match="1 predictions for 2 rows"):
        scores.outcomes(told, test, "y", "accuracy")


def test_a_system_ties_with_itself():
    own = {"value": np.array([1.0, 0.0, 1.0, 1.0])}

    assert advantage_interval([(own, own)], "accuracy", draws=50) == (0.0, 0.0, 0.0)


def test_a_smaller_error_is_an_advantage():
    random = np.random.default_rng(0)
    good = {"value": random.random(200)}
    bad = {"value": good["value"] + 1}

    advantage, low, high = advantage_interval([(good, bad)], "rmse", draws=200)

    assert 0 < low < advantage < high


def test_test_rows_have_their_share_of_every_class():
    labels = np.array(["rare"] * 8 + ["common"] * 40)

    chosen = rows_to_test(labels, share=0.25, seed=3)

    assert (labels[chosen] == "rare").sum() == 2
    assert (labels[chosen] == "common").sum() == 10
    assert np.array_equal(chosen, rows_to_test(labels, share=0.25, seed=3))
