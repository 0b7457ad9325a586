"""`adjust --apply` on the same run again, and on frames in memory, in this process."""

import json
import time

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import AskError
from headstart.experiment.book import JOURNAL
from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.records import Budget
from headstart.storage import journal
from headstart.verbs import closing, fitting
from headstart.verbs.adjusting import adjust
from headstart.verbs.applying import applied
from headstart.verbs.request import Request
from headstart.verbs.wish import Wish, origin_of


def frame(rows=640, seed=3):
    """Near zero two numbers have to have the same sign, which single splits cannot see."""
    a, b, c = np.random.default_rng(seed).uniform(-2, 2, (3, rows))
    says = np.where(np.abs(a) > 1.2, np.abs(a) > 1.6, b * c > 0)
    return pa.table({"a": a, "b": b, "c": c, "answer": np.where(says, "yes", "no")})


def fit(source, out, test=None):
    """A run that delivers boosted stumps, where only deeper trees can learn the target."""
    request = Request(
        source=source,
        question={"target": "answer"},
        budget=Budget(steps=1500),
        began=time.monotonic(),
        test=test,
        families=("lightgbm", "linear"),
        variants={"lightgbm": {"leaves": 2, "rounds": 40, "learning_rate": 0.1}},
        worth=0.0,
        single=True,
        out=out,
    )
    closing.close(fitting.answer(request, InProcessEngine(), closing.silent()))
    return out


def apply(run, only, out, **given):
    wish = Wish(
        run=run,
        data=given.get("data"),
        test=given.get("test"),
        budget=Budget(steps=given.get("steps", 3000)),
        only=only,
        out=out,
        began=time.monotonic(),
    )
    return applied(wish, InProcessEngine(), closing.silent())


@pytest.fixture(autouse=True)
def _memory_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return fit(frame(), tmp_path_factory.mktemp("frame") / "run")


def looks(run):
    return [each["sha256"] for each in journal.read(run / JOURNAL) if each["type"] == "looked"]


@pytest.mark.slow
def test_a_second_call_on_the_same_run_says_that_it_is_the_third_look(run, tmp_path):
    kept = journal.read(run / JOURNAL)
    one = apply(run, ("enlarge",), tmp_path / "one", data=frame())
    assert one.adjusted.adopted == "lightgbm.enlarged"
    assert one.adjusted.test.looks == 2
    assert one.run.findings.test.looks == 2

    other = apply(run, ("search",), tmp_path / "other", data=frame(), steps=5000)

    assert other.adjusted.adopted is not None
    assert other.adjusted.test.looks == 3
    (doubt,) = [each for each in other.run.findings.doubts if "look at the same" in each]
    assert "third look at the same 128 locked rows" in doubt
    assert len(set(looks(run))) == 3
    assert journal.read(run / JOURNAL)[: len(kept)] == kept
    assert origin_of(tmp_path / "other") == run


def test_a_run_on_a_frame_needs_the_frame_again_and_the_same(run, tmp_path):
    with pytest.raises(AskError, match="learned from a frame in memory"):
        apply(run, ("enlarge",), tmp_path / "new")
    with pytest.raises(AskError, match="learned from a frame in memory"):
        adjust(run)
    with pytest.raises(AskError, match="is not what the run"):
        apply(run, ("enlarge",), tmp_path / "new", data=frame(seed=4))
    with pytest.raises(AskError, match="is not what the run"):
        adjust(run, data=frame(seed=4))

    assert not (tmp_path / "new").exists()
    assert adjust(run, data=frame()).actions


@pytest.mark.slow
def test_rows_to_judge_on_that_were_a_frame_are_asked_for_again(tmp_path):
    run = fit(frame(400), tmp_path / "run", test=frame(200, seed=5))

    with pytest.raises(AskError, match="judged on a frame in memory"):
        apply(run, ("enlarge",), tmp_path / "new", data=frame(400))
    with pytest.raises(AskError, match="rows to judge on are not those"):
        apply(run, ("enlarge",), tmp_path / "new", data=frame(400), test=frame(200, seed=6))
    assert not (tmp_path / "new").exists()

    done = apply(run, ("enlarge",), tmp_path / "new", data=frame(400), test=frame(200, seed=5))

    assert done.adjusted.adopted == "lightgbm.enlarged"
    assert done.adjusted.test.looks == 2
    assert json.loads((tmp_path / "new" / "verdict.json").read_text())["test"]["looks"] == 2


def test_rows_to_judge_on_are_refused_where_the_run_locked_its_own(run, tmp_path):
    with pytest.raises(AskError, match="was judged on rows of its own"):
        apply(run, ("enlarge",), tmp_path / "new", data=frame(), test=frame(100))
