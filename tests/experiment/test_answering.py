"""Rows are answered by kept vectors; what a row costs is measured as if there were none."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from headstart.experiment import answering
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


class Slow:
    """Predicts so slowly by a clock of its own, and remembers how many rows it was asked."""

    def __init__(self, monkeypatch, milliseconds):
        self._each, self._now, self.asked = milliseconds / 1_000, 0.0, []
        monkeypatch.setattr(answering, "time", SimpleNamespace(monotonic=lambda: self._now))

    def predict(self, data):
        self.asked.append(len(data))
        self._now += self._each * len(data)
        return ["predicted"] * len(data)


def test_a_model_with_kept_vectors_is_asked_for_them_and_never_hurried(tmp_path, monkeypatch):
    def predict_kept(data, session):
        assert session.seconds_left == session.work_left == float("inf")
        assert (session.cache, session.threads) == (tmp_path / "vectors", 2)
        session.vectors["eyes"] = Vectors(taken=3, made=1, seconds=2.0)
        return ["kept"] * len(data)

    slow = Slow(monkeypatch, 5)
    model = SimpleNamespace(predict=slow.predict, predict_kept=predict_kept)

    found = answered(model, notes(*"abcdefghij" * 10), job(tmp_path))

    assert found.prediction == ["kept"] * 100
    assert (found.vectors["eyes"].taken, found.vectors["eyes"].made) == (3, 1)
    assert found.seconds == pytest.approx(0.5)  # 100 new rows, 5 ms each
    assert slow.asked == [4, 32]


def test_where_a_row_takes_long_a_few_tell_the_price(tmp_path, monkeypatch):
    slow = Slow(monkeypatch, 30)
    model = SimpleNamespace(
        predict=slow.predict, predict_kept=lambda data, session: ["kept"] * len(data)
    )

    found = answered(model, notes(*"abcdefghij"), job(tmp_path))

    assert found.seconds == pytest.approx(0.3)
    assert slow.asked == [4, 4]  # the first time of a model says little


def test_a_model_that_keeps_nothing_predicts_once(tmp_path, monkeypatch):
    for more in ({}, {"predict_kept": None}):
        slow = Slow(monkeypatch, 1)
        model = SimpleNamespace(predict=slow.predict, **more)

        found = answered(model, notes("a", "b"), job(tmp_path))

        assert (found.prediction, found.vectors) == (["predicted"] * 2, {})
        assert (slow.asked, found.seconds) == ([2], pytest.approx(0.002))


def test_typical_rows_have_texts_of_about_the_mean_length_and_every_row_has_its_place():
    table = notes(None, None, None, "x" * 10, "x" * 20, "x" * 9_000)  # of which 600 are read

    order = typical(table).tolist()

    assert order[:2] == [4, 3]
    assert sorted(order) == [0, 1, 2, 3, 4, 5]
    assert typical(table.take([])).tolist() == []
