"""Rows are answered by kept vectors; what a row costs is measured as if there were none."""

import time
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from headstart.experiment.answering import answered, typical
from headstart.records import Column, Table
from headstart.session import Vectors


def notes(*texts):
    column = Column(name="note", modality="text")
    return Table(
        columns=(column,), arrow=pa.table({"note": list(texts)}), row_ids=np.arange(len(texts))
    )


def job(folder):
    return {"seed": 3, "live": str(folder), "threads": 2, "cache": str(folder / "vectors")}


def slow(milliseconds, asked):
    """Predicts so slowly, and remembers what it was asked."""

    def predict(data):
        asked.append(data.values("note").to_pylist())
        time.sleep(milliseconds * len(data) / 1_000)
        return ["predicted"] * len(data)

    return predict


def test_a_model_with_kept_vectors_is_asked_for_them_and_never_hurried(tmp_path):
    def predict_kept(data, session):
        assert session.seconds_left == session.work_left == float("inf")
        assert (session.cache, session.threads) == (tmp_path / "vectors", 2)
        session.vectors["eyes"] = Vectors(taken=3, made=1, seconds=2.0)
        return ["kept"] * len(data)

    asked = []
    model = SimpleNamespace(predict=slow(5, asked), predict_kept=predict_kept)

    found = answered(model, notes(*"abcdefghij" * 10), job(tmp_path))

    assert found.prediction == ["kept"] * 100
    assert (found.vectors["eyes"].taken, found.vectors["eyes"].made) == (3, 1)
    assert found.seconds == pytest.approx(0.5, rel=0.3)  # 100 new rows, 5 ms each
    assert [len(rows) for rows in asked] == [4, 32]


def test_where_a_row_takes_long_a_few_tell_the_price(tmp_path):
    asked = []
    model = SimpleNamespace(
        predict=slow(30, asked), predict_kept=lambda data, session: ["kept"] * len(data)
    )

    found = answered(model, notes("short", "a text of middle length", "long " * 90), job(tmp_path))

    assert found.seconds == pytest.approx(0.09, rel=0.5)
    assert [len(rows) for rows in asked] == [3]


def test_a_model_that_keeps_nothing_predicts_once(tmp_path):
    for more in ({}, {"predict_kept": None}):
        asked = []
        model = SimpleNamespace(predict=slow(1, asked), **more)

        found = answered(model, notes("a", "b"), job(tmp_path))

        assert (found.prediction, found.vectors) == (["predicted"] * 2, {})
        assert len(asked) == 1


def test_typical_rows_have_texts_of_the_middle_length_and_every_row_has_its_place():
    table = notes("x" * 50, None, "xxx", "x" * 9, "x" * 10)

    order = typical(table).tolist()

    assert order[0] == 3
    assert set(order[1:3]) == {2, 4}
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert typical(table.take([])).tolist() == []
