"""The race beside everything on tables: ties in units of a metric, regret, the page."""

import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.exhaustive import name_of, outcomes
from benchmarks.keeping import keep
from benchmarks.regret import race
from benchmarks.regret.page import write_page
from benchmarks.regret.questions import Question
from benchmarks.regret.verdicts import regret_of
from benchmarks.ties import interval, mean_score, tied

from headstart.records import Probabilities

QUESTION = Question(set="concrete", rows=500)
GENERATOR = np.random.default_rng(0)
NOISE = np.abs(GENERATOR.standard_normal(300)) ** 2


def keep_both(folder: Path, *, chosen: str, **errors: float) -> None:
    """Everything, each candidate with two draws and squared errors of this size; and a race."""
    rows = {f"{name}#{draw}": size * NOISE for name, size in errors.items() for draw in (0, 1)}
    trials = {key: {"wall": 50.0, "cpu": 80.0, "load": 0.1, "because": None} for key in rows}
    named = {"set": "concrete", "rows": 500, "split": 0, "metric": "rmse"}
    candidates = [{"candidate": name} for name in errors]
    record = {**named, "candidates": candidates, "trials": trials, "vectors": {}}
    keep(name_of(QUESTION.name), record, rows, folder)
    raced = {
        **named,
        "status": "finished",
        "machine": {"load": 0.2},
        "cost": {"wall": 30.0, "cpu": 40.0},
        "answer": {"details": {"model": chosen, "confidence": "tie"}},
    }
    keep(race.name_of(QUESTION), raced, {"value": errors[chosen] * NOISE}, folder)


def test_a_small_gap_is_a_tie_by_the_region_and_a_large_one_is_a_regret(tmp_path):
    keep_both(tmp_path, chosen="near", best=1.0, near=1.01, far=4.0)
    near = regret_of(QUESTION, tmp_path)
    keep_both(tmp_path, chosen="far", best=1.0, near=1.01, far=4.0)
    far = regret_of(QUESTION, tmp_path)

    assert (near.best, near.tied, near.is_tied) == ("best", ("best", "near"), True)
    assert near.wall_ratio == pytest.approx(30 / 300)
    assert far.is_tied is False
    assert far.regret[0] == pytest.approx(far.best_score)  # twice the error
    assert far.delivered_is_tied is False


def test_the_page_counts_who_is_tied(tmp_path):
    keep_both(tmp_path, chosen="far", best=1.0, far=4.0)

    text = write_page(tmp_path).read_text()

    assert "| choice tied with the best | 0 of 1 | >= 80 % |" in text
    assert "| wall seconds beside everything | 0.15 to 0.15 | <= 0.20 |" in text
    assert json.loads((tmp_path / "regret.json").read_text())[0]["chosen"] == "far"


def test_what_has_not_been_raced_is_not_judged(tmp_path):
    assert regret_of(QUESTION, tmp_path) is None


def test_ranks_are_compared_by_the_area_they_make():
    truth = np.array([0.0, 1.0] * 100)
    good, bad = truth + 0.1 * GENERATOR.standard_normal(200), GENERATOR.standard_normal(200)

    assert mean_score(good, "roc_auc", truth) == 1.0
    assert interval(good, bad, metric="roc_auc", truth=truth)[1] > 0.2
    assert tied({"good": good, "bad": bad}, metric="roc_auc", truth=truth) == ("good",)


def test_the_rarer_class_is_the_one_that_is_ranked():
    answer = Probabilities(values=(np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]]),))

    rows = outcomes(answer, np.array([0, 1, 0]), "roc_auc")

    assert rows["value"].tolist() == [0.1, 0.6, 0.2]
    assert rows["truth"].tolist() == [0.0, 1.0, 0.0]
