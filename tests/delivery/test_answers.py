import numpy as np

from headstart.delivery import Contract, answers
from headstart.delivery.answers import with_gaps
from headstart.records import Numbers, Probabilities, Task


def contract(*targets: str, classes=(), types=("string",)) -> Contract:
    kind = "classification" if classes else "regression"
    task = Task(kind=kind, targets=targets, classes=classes, metric="accuracy")
    return Contract(task=task, target_types=types)


def test_labels_come_back_in_the_type_that_the_target_had():
    prediction = Probabilities(values=(np.array([[0.9, 0.1], [0.2, 0.8]]),))

    table = answers(prediction, contract("y", classes=(("0", "1"),), types=("int64",)))

    assert table.to_pydict() == {"prediction": [0, 1], "p_0": [0.9, 0.2], "p_1": [0.1, 0.8]}


def test_several_targets_are_told_apart_by_their_names():
    prediction = Numbers(values=np.array([[1.0, 2.0]]), lower=np.zeros((1, 2)))

    table = answers(prediction, contract("a", "b", types=("double", "double")))

    assert table.column_names == ["prediction_a", "lower_a", "prediction_b", "lower_b"]


def test_an_unreadable_row_keeps_its_line_and_stays_empty():
    prediction = Numbers(values=np.array([[1.0], [3.0]]))

    table = with_gaps(
        answers(prediction, contract("y", types=("double",))), np.array([0, 2]), rows=3
    )

    assert table.column("prediction").to_pylist() == [1.0, None, 3.0]
