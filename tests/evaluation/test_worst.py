import numpy as np

from headstart.evaluation import worst_rows
from headstart.records import Numbers, Probabilities, Task


def test_the_surest_mistake_comes_first():
    task = Task(kind="classification", targets=("y",), classes=(("no", "yes"),))
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.99, 0.01]])

    worst = worst_rows(np.array([[0], [0], [1]]), Probabilities(values=(chances,)), task, most=2)

    assert [each.position for each in worst] == [2, 1]
    assert (worst[0].truth, worst[0].prediction) == ("yes", "no (99 %)")


def test_several_targets_are_named_in_order():
    task = Task(kind="regression", targets=("p", "q"))
    answer = Numbers(values=np.array([[1.5, 2.0]]))

    (worst,) = worst_rows(np.array([[1.0, 2.0]]), answer, task)

    assert (worst.truth, worst.prediction, worst.loss) == ("1, 2", "1.5, 2", 0.125)


def test_a_row_without_an_answer_is_the_worst():
    task = Task(kind="regression", targets=("y",))
    answer = Numbers(values=np.array([[100.0], [np.nan]]))

    worst = worst_rows(np.zeros((2, 1)), answer, task)

    assert [each.position for each in worst] == [1, 0]
