"""One trial in a worker: how its validation rows are answered."""

from types import SimpleNamespace

from headstart.experiment.fitting import _answered
from headstart.session import Vectors


def job(folder):
    return {"seed": 3, "live": str(folder), "threads": 2, "cache": str(folder / "vectors")}


def test_a_model_that_recalls_vectors_is_asked_to_and_never_hurried(tmp_path):
    def recall(data, session):
        assert session.seconds_left == session.work_left == float("inf")
        assert (session.cache, session.threads) == (tmp_path / "vectors", 2)
        session.vectors["eyes"] = Vectors(taken=3, made=1, seconds=2.0)
        return [*data, "recalled"]

    told, recalled = _answered(SimpleNamespace(recall=recall), ["rows"], job(tmp_path))

    assert told == ["rows", "recalled"]
    assert (recalled["eyes"].taken, recalled["eyes"].made) == (3, 1)


def test_a_model_that_cannot_recall_predicts(tmp_path):
    for more in ({}, {"recall": None}):
        model = SimpleNamespace(predict=lambda data: [*data, "predicted"], **more)

        assert _answered(model, ["rows"], job(tmp_path)) == (["rows", "predicted"], {})
