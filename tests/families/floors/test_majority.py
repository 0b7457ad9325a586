"""The floor under all floors: its numbers can be counted on fingers."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.families import family
from headstart.records import Candidate, Column, Numbers, Probabilities, Refusal, Table, Task
from headstart.session import Session
from headstart.testing.worlds import corridor

MAJORITY = family("majority")
CANDIDATE = Candidate(name="majority", family="majority", settings=MAJORITY.Settings())


def table(**columns):
    roles = {"weight": "weight", "x": "input"}
    return Table(
        columns=tuple(
            Column(name=name, modality="number", role=roles.get(name, "target")) for name in columns
        ),
        arrow=pa.table(columns),
        row_ids=np.arange(len(next(iter(columns.values())))),
    )


def answer(task, data, folder):
    session = Session(seed=0, folder=folder, rows=len(data))
    return MAJORITY.fit(CANDIDATE, task, data, session).predict(data), session


def test_classes_get_their_shares(tmp_path):
    task = Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),))

    found, session = answer(task, table(y=["a", "a", "a", "b"]), tmp_path)

    assert isinstance(found, Probabilities)
    assert found.values[0].tolist() == [[0.75, 0.25, 0.0]] * 4
    assert session.losses == [0.25]


def test_numbers_get_their_mean(tmp_path):
    task = Task(kind="regression", targets=("y", "z"))

    found, _ = answer(task, table(y=[1.0, 3.0], z=[10, 20]), tmp_path)

    assert isinstance(found, Numbers)
    assert found.values.tolist() == [[2.0, 15.0]] * 2


def test_weights_count(tmp_path):
    classes = Task(kind="classification", targets=("y",), classes=(("a", "b"),))
    numbers = Task(kind="regression", targets=("y",))

    shares, _ = answer(classes, table(y=["a", "b"], weight=[3.0, 1.0]), tmp_path)
    means, _ = answer(numbers, table(y=[0.0, 4.0], weight=[3.0, 1.0]), tmp_path)

    assert shares.values[0][0] == pytest.approx([0.75, 0.25])
    assert means.values[0] == pytest.approx([1.0])


def test_a_round_trip_changes_no_bit(tmp_path):
    task = Task(kind="classification", targets=("y",), classes=(("a", "b"),))
    data = table(y=["a", "a", "b"])
    model = MAJORITY.fit(CANDIDATE, task, data, Session(seed=0, folder=tmp_path, rows=3))

    model.save(tmp_path)
    again = MAJORITY.load(tmp_path).predict(data)

    assert again.values[0].tolist() == model.predict(data).values[0].tolist()


def test_a_world_is_refused_with_a_reason():
    refusal = MAJORITY.propose(corridor().task, corridor().profile)

    assert isinstance(refusal, Refusal)
    assert "control" in refusal.because
