import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from headstart.delivery.combining import cool
from headstart.evaluation import expected_calibration_error, fit_temperature, reliability
from headstart.metrics import proper_loss
from headstart.records import Probabilities, Task

BINARY = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
THREE = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),))


def honest(rows, classes, seed=0):
    """Probabilities, and a truth that follows them."""
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.ones(classes), size=rows)
    drawn = (generator.random((rows, 1)) > np.cumsum(chances, axis=1)).sum(axis=1)
    return drawn[:, None], Probabilities(values=(chances,))


def test_bins_are_those_of_the_oracle():
    truth, answer = honest(1000, 2)

    bins = reliability(truth, answer, BINARY)

    happened, promised = calibration_curve(
        truth[:, 0], answer.values[0][:, 1], n_bins=10, strategy="quantile"
    )
    assert [each.promised for each in bins] == pytest.approx(promised, abs=1e-3)
    assert [each.happened for each in bins] == pytest.approx(happened, abs=2e-2)
    assert sum(each.rows for each in bins) == 1000


def test_honest_probabilities_have_a_small_error_and_boasts_a_large_one():
    truth, answer = honest(5000, 2)
    boast = cool(answer, 0.3)

    small = expected_calibration_error(reliability(truth, answer, BINARY))
    large = expected_calibration_error(reliability(truth, boast, BINARY))

    assert small < 0.02
    assert large > 0.1


def test_intervals_of_the_bins_hold_honest_promises():
    held = [
        each.interval[0] <= each.promised <= each.interval[1]
        for seed in range(30)
        for each in reliability(*honest(500, 3, seed), THREE)
    ]

    assert 0.85 <= np.mean(held) <= 0.97


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_temperature_undoes_a_planted_distortion(temperature):
    truth, answer = honest(20_000, 3)
    distorted = cool(answer, 1 / temperature)

    found = fit_temperature(truth, distorted, THREE)

    assert found == pytest.approx(temperature, rel=0.05)


def test_no_other_temperature_has_a_lower_loss():
    truth, answer = honest(20_000, 3)
    boast = cool(answer, 0.4)
    found = fit_temperature(truth, boast, THREE)

    losses = [proper_loss(truth, cool(boast, found * near), THREE) for near in (0.98, 1.0, 1.02)]

    assert losses[1] == min(losses)


def test_a_few_perfect_answers_do_not_make_it_certain():
    truth = np.array([[0], [1]] * 20)
    sure = Probabilities(values=(np.array([[0.9, 0.1], [0.1, 0.9]] * 20),))

    calibrated = cool(sure, fit_temperature(truth, sure, BINARY)).values[0][0, 0]

    assert calibrated == pytest.approx(1 - 1 / 42, abs=1e-4)


def test_hopeless_answers_become_as_unsure_as_they_can():
    truth = np.array([[1], [0]] * 20)
    wrong = Probabilities(values=(np.array([[0.9, 0.1], [0.1, 0.9]] * 20),))

    assert fit_temperature(truth, wrong, BINARY) == pytest.approx(20.0, rel=1e-4)


def test_several_labels_are_taken_together():
    task = Task(kind="classification", targets=("p", "q"), classes=(("0", "1"), ("0", "1")))
    truth, answer = honest(400, 2)
    both = Probabilities(values=(answer.values[0], answer.values[0]))

    bins = reliability(np.c_[truth, truth], both, task)

    assert sum(each.rows for each in bins) == 800
    assert fit_temperature(np.c_[truth, truth], both, task) == pytest.approx(
        fit_temperature(truth, answer, BINARY), rel=1e-4
    )


def test_no_rows_have_no_bins():
    empty = Probabilities(values=(np.zeros((0, 2)),))

    assert reliability(np.zeros((0, 1), dtype=np.int64), empty, BINARY) == ()
