import time

import numpy as np
import pytest
import sklearn.metrics as oracle

from headstart.errors import AskError, DataError
from headstart.metrics import METRICS, check_truth, resampled, score
from headstart.records import AnomalyScores, Episodes, Numbers, Probabilities, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
THREE = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),))
NUMBER = Task(kind="regression", targets=("y",))

OF_LABELS = {
    "accuracy": oracle.accuracy_score,
    "balanced_accuracy": oracle.balanced_accuracy_score,
    "matthews": oracle.matthews_corrcoef,
    "f1_macro": lambda *a, **k: oracle.f1_score(*a, average="macro", **k),
    "f1_weighted": lambda *a, **k: oracle.f1_score(*a, average="weighted", **k),
}
AVERAGED = {
    "f1": oracle.f1_score,
    "precision": oracle.precision_score,
    "recall": oracle.recall_score,
}
OF_NUMBERS = {
    "rmse": oracle.root_mean_squared_error,
    "mse": oracle.mean_squared_error,
    "mae": oracle.mean_absolute_error,
    "median_absolute_error": oracle.median_absolute_error,
    "r2": oracle.r2_score,
    "mape": oracle.mean_absolute_percentage_error,
    "rmsle": oracle.root_mean_squared_log_error,
}


def guesses(rows: int, classes: int, seed: int = 0):
    """Truth and half-right probabilities, rounded so that there are ties."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=(rows, 1))
    raw = generator.random((rows, classes)).round(1) + 0.1
    raw[np.arange(rows), truth[:, 0]] += 0.3
    return truth, raw / raw.sum(axis=1, keepdims=True)


def numbers(rows: int, seed: int = 0):
    generator = np.random.default_rng(seed)
    truth = generator.gamma(2.0, size=(rows, 1)) + 0.1
    return truth, truth * generator.uniform(0.7, 1.4, size=(rows, 1))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("task", [BINARY, THREE], ids=["binary", "three"])
@pytest.mark.parametrize("name", [*OF_LABELS, *AVERAGED])
def test_label_metrics_equal_the_oracle(name, task, weighted):
    truth, chances = guesses(200, len(task.classes[0]))
    weights = np.random.default_rng(1).random(200) if weighted else None
    average = {} if name in OF_LABELS else {"average": "binary" if task.is_binary else "macro"}

    ours = score(name, truth, Probabilities(values=(chances,)), task, weights=weights)

    expected = {**OF_LABELS, **AVERAGED}[name](
        truth[:, 0], chances.argmax(axis=1), sample_weight=weights, **average
    )
    assert ours == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "log_loss", "brier"])
def test_binary_probability_metrics_equal_the_oracle(name, weighted):
    truth, chances = guesses(200, 2)
    weights = np.random.default_rng(1).random(200) if weighted else None
    of = {
        "roc_auc": oracle.roc_auc_score,
        "average_precision": oracle.average_precision_score,
        "log_loss": oracle.log_loss,
        "brier": oracle.brier_score_loss,
    }

    ours = score(name, truth, Probabilities(values=(chances,)), BINARY, weights=weights)

    expected = of[name](truth[:, 0], chances[:, 1], sample_weight=weights)
    assert ours == pytest.approx(expected, abs=1e-12)


def test_probability_metrics_of_three_classes_equal_the_oracle():
    truth, chances = guesses(300, 3)
    answer = Probabilities(values=(chances,))
    happened = np.eye(3)[truth[:, 0]]

    assert score("roc_auc", truth, answer, THREE) == pytest.approx(
        oracle.roc_auc_score(truth[:, 0], chances, multi_class="ovr")
    )
    assert score("average_precision", truth, answer, THREE) == pytest.approx(
        oracle.average_precision_score(happened, chances)
    )
    assert score("log_loss", truth, answer, THREE) == pytest.approx(
        oracle.log_loss(truth[:, 0], chances)
    )
    assert score("brier", truth, answer, THREE) == pytest.approx(
        oracle.brier_score_loss(truth[:, 0], chances)
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", list(OF_NUMBERS))
def test_number_metrics_equal_the_oracle(name, weighted):
    truth, predicted = numbers(150)
    weights = np.random.default_rng(1).integers(0, 3, 150) if weighted else None

    ours = score(name, truth, Numbers(values=predicted), NUMBER, weights=weights)

    expected = OF_NUMBERS[name](truth[:, 0], predicted[:, 0], sample_weight=weights)
    assert ours == pytest.approx(expected, abs=1e-12)


def test_every_metric_is_within_its_range_and_best_when_perfect():
    perfect = Probabilities(values=(np.eye(2)[[0, 1, 1]],))
    exact = Numbers(values=np.array([[1.0], [2.0], [4.0]]))

    for name, metric in METRICS.items():
        if "classification" in metric.kinds:
            best = score(name, np.array([[0], [1], [1]]), perfect, BINARY)
            assert best == pytest.approx(metric.best, abs=1e-9), name
        if "regression" in metric.kinds:
            assert score(name, exact.values, exact, NUMBER) == metric.best, name


def test_positive_class_of_the_task_is_the_one_that_f1_speaks_of():
    truth = np.array([[0], [0], [0], [1]])
    answer = Probabilities(values=(np.eye(2)[[0, 0, 1, 1]],))
    no = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), positive="no")

    assert score("recall", truth, answer, BINARY) == 1.0
    assert score("recall", truth, answer, no) == pytest.approx(2 / 3)


def test_auc_counts_a_tie_as_one_half():
    truth = np.array([[0], [1]])
    undecided = Probabilities(values=(np.full((2, 2), 0.5),))

    assert score("roc_auc", truth, undecided, BINARY) == 0.5


def test_undefined_scores_are_nan_without_a_warning():
    one_class = np.zeros((3, 1), dtype=np.int64)
    answer = Probabilities(values=(np.full((3, 2), 0.5),))
    constant = np.full((3, 1), 0.1)

    for name in ("roc_auc", "average_precision", "f1", "recall", "matthews"):
        assert np.isnan(score(name, one_class, answer, BINARY)), name
    assert np.isnan(score("r2", constant, Numbers(values=constant), NUMBER))
    assert np.isnan(
        score("accuracy", one_class[:0], Probabilities(values=(np.zeros((0, 2)),)), BINARY)
    )


def test_an_answer_that_is_not_finite_has_no_score():
    truth = np.array([[0], [1]])
    broken = Probabilities(values=(np.array([[np.nan, np.nan], [0.0, 1.0]]),))

    for name in ("accuracy", "roc_auc", "log_loss"):
        assert np.isnan(score(name, truth, broken, BINARY))


@pytest.mark.parametrize("name", list(OF_NUMBERS))
def test_wild_answers_are_scored_without_a_warning(name):
    truth, wild = np.array([[1e-3], [2.0], [3.0]]), Numbers(values=np.full((3, 1), 1e306))
    counts = np.array([[0, 1, 2], [1, 1, 1]])

    scores = resampled(name, truth, wild, NUMBER, counts)

    assert not np.any(np.abs(scores) < 100)


def test_a_class_that_the_rows_lack_is_left_out_of_the_mean_auc():
    truth = np.array([[0], [0], [1], [1]])
    chances = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1]])

    assert score("roc_auc", truth, Probabilities(values=(chances,)), THREE) == 1.0


def test_several_targets_are_averaged_in_units_of_their_spread():
    task = Task(kind="regression", targets=("grams", "tons"))
    truth = np.zeros((2, 2))
    answer = Numbers(values=np.array([[1000.0, 1.0], [1000.0, 1.0]]))

    assert score("rmse", truth, answer, task, scale=np.array([1000.0, 4.0])) == 0.625
    assert score("mae", truth, answer, task) == 500.5


def test_scale_leaves_a_single_target_in_its_own_units():
    truth, answer = np.zeros((2, 1)), Numbers(values=np.full((2, 1), 3.0))

    assert score("rmse", truth, answer, NUMBER, scale=np.array([100.0])) == 3.0


def test_multi_label_score_is_the_mean_over_labels():
    task = Task(kind="classification", targets=("p", "q"), classes=(("0", "1"), ("0", "1")))
    truth = np.array([[0, 1], [1, 1]])
    right, wrong = np.eye(2)[[0, 1]], np.eye(2)[[0, 0]]

    assert score("accuracy", truth, Probabilities(values=(right, wrong)), task) == 0.5


def test_return_is_the_mean_over_episodes():
    episodes = Episodes(returns=np.array([1.0, 4.0]), steps=np.ones(2), seeds=np.arange(2))

    assert score("return", None, episodes, Task(kind="control")) == 2.5


def test_anomaly_scores_are_ranked():
    task = Task(kind="anomaly_detection", targets=("odd",))
    answer = AnomalyScores(values=np.array([0.1, 0.9, 0.2]))

    assert score("roc_auc", np.array([[0], [1], [0]]), answer, task) == 1.0


def test_truths_that_a_metric_cannot_judge_are_refused_in_words():
    with pytest.raises(DataError, match=r"`rmsle` needs targets of 0 or more.*is -3"):
        check_truth("rmsle", np.array([[-3.0], [1.0]]), NUMBER)
    with pytest.raises(DataError, match=r"`mape` divides by the target, which is 0 in 1 of 2"):
        check_truth("mape", np.array([[0.0], [1.0]]), NUMBER)
    check_truth("rmse", np.array([[-3.0], [0.0]]), NUMBER)


def test_scores_of_such_truths_are_undefined():
    answer = Numbers(values=np.ones((2, 1)))

    assert np.isnan(score("rmsle", np.array([[-3.0], [1.0]]), answer, NUMBER))
    assert np.isnan(score("mape", np.array([[0.0], [1.0]]), answer, NUMBER))
    assert np.isnan(score("rmsle", np.ones((1, 1)), Numbers(values=np.full((1, 1), -2.0)), NUMBER))


def test_a_metric_of_another_kind_is_refused_with_those_that_fit():
    answer = Numbers(values=np.ones((2, 1)))

    with pytest.raises(AskError, match=r"`accuracy` does not fit .* regression(.|\n)*`rmse`"):
        score("accuracy", np.ones((2, 1)), answer, NUMBER)


@pytest.mark.parametrize("name", [n for n, m in METRICS.items() if "classification" in m.kinds])
@pytest.mark.parametrize("task", [BINARY, THREE], ids=["binary", "three"])
def test_resampling_equals_scoring_the_repeated_rows(name, task):
    truth, chances = guesses(40, len(task.classes[0]))
    rows = np.random.default_rng(2).integers(40, size=(5, 40))
    counts = np.stack([np.bincount(sample, minlength=40) for sample in rows])

    ours = resampled(name, truth, Probabilities(values=(chances,)), task, counts)

    repeated = [score(name, truth[s], Probabilities(values=(chances[s],)), task) for s in rows]
    assert ours == pytest.approx(repeated, abs=1e-12)


@pytest.mark.parametrize("name", list(OF_NUMBERS))
def test_resampling_numbers_equals_scoring_the_repeated_rows(name):
    truth, predicted = numbers(41)
    rows = np.random.default_rng(2).integers(41, size=(5, 41))
    counts = np.stack([np.bincount(sample, minlength=41) for sample in rows])

    ours = resampled(name, truth, Numbers(values=predicted), NUMBER, counts)

    repeated = [score(name, truth[s], Numbers(values=predicted[s]), NUMBER) for s in rows]
    assert ours == pytest.approx(repeated, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "seconds"), [("accuracy", 2), ("log_loss", 2), ("f1", 4), ("roc_auc", 6)]
)
def test_a_thousand_resamples_of_ten_thousand_rows_are_quick(name, seconds):
    truth, chances = guesses(10_000, 2)
    counts = np.random.default_rng(0).poisson(1.0, (1000, 10_000)).astype(np.uint8)
    began = time.process_time()

    resampled(name, truth, Probabilities(values=(chances,)), BINARY, counts)

    assert time.process_time() - began < seconds
