"""The comparison of starts: its rows, its ties, its budgets, its pages, on cells written here."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.exhaustive import FEWEST_SECONDS, budget_for
from benchmarks.keeping import keep
from benchmarks.starts import picture
from benchmarks.starts.material import Question, nested_order
from benchmarks.starts.page import write_page
from benchmarks.starts.run import order
from benchmarks.starts.verdicts import choice_of
from benchmarks.ties import by_candidate, interval, tied

QUESTION = Question(set="reviews", labels=16)


def right(share: float, rows: int = 400) -> np.ndarray:
    return (np.arange(rows) < share * rows).astype(np.float32)


def keep_each(folder: Path, **scores: float) -> None:
    """The kept record of a question in which every candidate has been tried with one seed."""
    rows = {f"{name}#0": right(score) for name, score in scores.items()}
    trials = {key: {"wall": 100.0, "cpu": 150.0, "because": None} for key in rows}
    named = {"set": "reviews", "labels": 16, "split": 0}
    candidates = [{"candidate": name} for name in scores]
    record = {**named, "candidates": candidates, "trials": trials, "vectors": {}}
    keep(f"{QUESTION.name}-each", record, rows, folder)


def keep_headstart(folder: Path, *, winner: str, score: float) -> None:
    named = {"set": "reviews", "labels": 16, "split": 0, "system": "headstart"}
    details = {"winner": winner, "confidence": "tie", "tied": []}
    record = {
        **named,
        "status": "finished",
        "score": score,
        "cost": {"wall": 30.0, "cpu": 45.0},
        "answer": {"details": details},
    }
    keep(f"{QUESTION.name}-headstart", record, {"value": right(score)}, folder)


@pytest.mark.parametrize("count", [16, 40])
def test_few_labels_are_among_many_and_hold_the_classes_in_proportion(count):
    labels = np.array(["great"] * 130 + ["other"] * 70)

    chosen = labels[nested_order(labels, seed=1)[:count]]

    assert abs((chosen == "great").sum() - 0.65 * count) <= 1


def test_an_advantage_on_most_rows_is_no_tie():
    told = interval(right(0.9), right(0.6))

    assert told[0] == pytest.approx(0.3)
    assert told[1] > 0.2


def test_candidates_that_answer_almost_alike_are_tied_and_others_are_not():
    assert tied({"a": right(0.80), "b": right(0.7975), "c": right(0.5)}) == ("a", "b")


def test_the_luck_of_a_seed_is_averaged():
    rows = by_candidate({"a#0": right(1.0), "a#1": right(0.0), "b#0": right(0.5)})

    assert set(rows) == {"a", "b"}
    assert rows["a"].mean() == 0.5


def test_headstart_gets_a_fifth_of_the_time_of_everything():
    trials = {"a#0": {"wall": 300.0, "cpu": 500.0}, "a#1": {"wall": 200.0, "cpu": 400.0}}

    assert budget_for({"trials": trials, "vectors": {}}) == 100
    assert budget_for({"trials": {}, "vectors": {}}) == FEWEST_SECONDS


def test_a_question_is_judged_when_everything_was_tried(tmp_path):
    keep_headstart(tmp_path, winner="probe", score=0.70)
    assert choice_of(QUESTION, tmp_path) is None

    keep_each(tmp_path, tune=0.71, probe=0.7075, majority=0.5)
    choice = choice_of(QUESTION, tmp_path)

    assert choice.best == "tune"
    assert choice.is_tied
    assert choice.wall_ratio == pytest.approx(0.1)


def test_a_choice_that_is_behind_is_told_on_the_page(tmp_path):
    keep_each(tmp_path, tune=0.9, majority=0.5)
    keep_headstart(tmp_path, winner="majority", score=0.5)

    text = write_page(tmp_path).read_text()

    assert "| choice within the tie group | 0 of 1 | >= 80 % |" in text
    assert "**no** 0.400" in text
    assert json.loads((tmp_path / "choices.json").read_text())[0]["chosen"] == "majority"


def test_few_labels_come_first():
    names = [each.name for each in order(["a", "b"], [16, 0], 1)]

    assert names == ["a-16-0", "b-16-0", "a-all-0", "b-all-0"]


def test_a_rung_is_compared_with_the_script_at_as_many_rows():
    trial = {"candidate": "text_linear", "status": "finished", "rows": 1_000, "draw": 0}
    trials = [{**trial, "score": 0.62}, {**trial, "draw": 1, "score": 0.60}]
    refit = {**trial, "draw": None, "score": None}

    (point,) = picture.points([*trials, refit], {"tfidf": {100: 0.5, 10_000: 0.7}})

    assert (point.draws, point.plain, point.is_near) == (2, 0.6, True)
    assert point.headstart == pytest.approx(0.61)


def test_beyond_the_script_s_last_point_nothing_is_compared():
    assert picture.between({64: 0.6, 512: 0.7}, 4_000) is None
