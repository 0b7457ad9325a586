"""What to do next is known as soon as there is a verdict."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.evaluation import Outcome
from headstart.records import Column, Numbers, Probabilities, Table, Task
from headstart.verbs.next_steps import blind_spots, doubtful_labels, searchable, shares_of

KINDS = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")
SIZES = Task(kind="regression", targets=("y",), metric="rmse")


def table(labels):
    return Table(
        columns=(Column(name="y", modality="category", role="target"),),
        arrow=pa.table({"y": labels}),
        row_ids=np.arange(len(labels)) + 100,
    )


def test_a_flipped_label_is_found_under_its_number_in_the_source():
    labels = ["a"] * 60 + ["b"] * 60
    labels[7] = "b"
    chances = np.repeat([[0.95, 0.05], [0.05, 0.95]], 60, axis=0)
    chances[7] = 0.97, 0.03

    (found,) = doubtful_labels(table(labels), KINDS, np.arange(120), chances)

    assert (found.row, found.given, found.likelier) == (107, "b", "a")
    assert found.chance == pytest.approx(0.03)


def test_shares_are_of_the_one_target_of_classes():
    assert shares_of(table(["a", "b", "a", "a"]), KINDS) == {"a": 0.75, "b": 0.25}
    assert shares_of(table(["a", "b"]), SIZES) == {}


def test_what_the_metric_does_not_see_depends_on_what_is_answered():
    chances = Probabilities(values=(np.array([[0.9, 0.1], [0.8, 0.2]]),))
    answered = Outcome(draw=0, score=0.5, truth=np.array([[0], [1]]), prediction=chances)
    truth = np.zeros((300, 1))
    truth[0] = 50.0
    numbers = Outcome(draw=0, score=1.0, truth=truth, prediction=Numbers(values=np.zeros((300, 1))))

    assert blind_spots(KINDS, answered) == {"recognised": {"a": (1, 1.0), "b": (1, 0.0)}}
    assert blind_spots(SIZES, numbers) == {"tail": 1.0}
    assert blind_spots(KINDS, None) == {}


def test_a_search_is_offered_where_there_is_something_to_search():
    assert searchable("random_forest") == "random_forest"
    assert searchable("xgboost", [("depth", 6)]) == "xgboost"  # every default is resolved in a fit
    assert searchable("majority") == searchable("linear") == ""
    assert searchable("a_family_that_is_gone") == ""
