import numpy as np
from sklearn.metrics import confusion_matrix

from headstart.evaluation import confusion
from headstart.records import Probabilities, Task


def test_matrices_are_those_of_the_oracle_one_per_target():
    task = Task(kind="classification", targets=("p", "q"), classes=(("a", "b", "c"), ("no", "yes")))
    generator = np.random.default_rng(0)
    truth = np.c_[generator.integers(3, size=100), generator.integers(2, size=100)]
    answer = Probabilities(values=(generator.random((100, 3)), generator.random((100, 2))))

    first, second = confusion(truth, answer, task)

    assert (first == confusion_matrix(truth[:, 0], answer.values[0].argmax(axis=1))).all()
    assert (second == confusion_matrix(truth[:, 1], answer.values[1].argmax(axis=1))).all()


def test_a_class_that_never_occurs_has_a_line_and_a_column():
    task = Task(kind="classification", targets=("y",), classes=(("a", "b", "never"),))
    answer = Probabilities(values=(np.array([[0.9, 0.1, 0.0]]),))

    assert confusion(np.array([[1]]), answer, task)[0].tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
