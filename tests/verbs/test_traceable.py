"""Every number of a verdict is computed anew from the journal, the trials' answers and the data."""

import csv
import json
import time

import numpy as np
import pytest

import headstart as hs
from headstart.evaluation import (
    Contender,
    Outcome,
    Terms,
    climbs,
    crossovers,
    curve_of,
    floor_crossovers,
    judge,
    more_labels,
    score_samples,
    start_curves,
)
from headstart.experiment import forecasts
from headstart.experiment.book import JOURNAL, read_trials
from headstart.experiment.endings import is_cut
from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.families import family
from headstart.intake import splits
from headstart.metrics import metric, score
from headstart.records import Budget
from headstart.records.plain import plain
from headstart.storage import journal
from headstart.verbs import closing, fitting
from headstart.verbs.opening import read_question
from headstart.verbs.question import ask
from headstart.verbs.request import Request

pytestmark = pytest.mark.xdist_group("traceable")  # what they share is made once

ROWS, SEED = 700, 3


def source(path, noise=0.1):
    random = np.random.default_rng(5)
    a, b, c = random.uniform(-2, 2, (3, ROWS))
    says = (a + np.abs(b) > 0.8) ^ (random.random(ROWS) < noise)
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["a", "b", "c", "answer"])
        for row in zip(a, b, c, np.where(says, "yes", "no"), strict=True):
            writer.writerow([f"{each:.4f}" if isinstance(each, float) else each for each in row])
    return path


def fitted(folder, metric_name, *, single):
    request = Request(
        source=str(source(folder / "answers.csv")),
        question={"target": "answer", "metric": metric_name},
        budget=Budget(steps=900),
        began=time.monotonic(),
        families=("lightgbm", "random_forest", "linear", "majority"),
        variants={"lightgbm": {"rounds": 30}, "random_forest": {"trees": 30}},
        single=single,
        seed=SEED,
        out=folder / "run",
    )
    return closing.close(fitting.answer(request, InProcessEngine(), closing.silent()))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return fitted(tmp_path_factory.mktemp("traced"), "accuracy", single=True)


@pytest.fixture(scope="module")
def weighed(tmp_path_factory):
    """A run whose metric asks for other labels than the likeliest, with a blend."""
    return fitted(tmp_path_factory.mktemp("weighed"), "f1", single=False)


def told(run):
    """What the verdict says, from the file that people and programs read."""
    return json.loads((run.folder / "verdict.json").read_text())


def entries(run, kind):
    return [each for each in journal.read(run.folder / JOURNAL) if each["type"] == kind]


def asked_of(run):
    question = read_question(run.folder)
    return ask(question["source"], target="answer", metric=question["task"]["metric"])


def outcome(run, trial, asked):
    """A trial's answers on its validation rows, beside the truth that the source has for them."""
    path = run.folder / "trials" / trial.id / "predictions.parquet"
    rows, task = forecasts.row_ids(path), asked.task
    labels = asked.data.arrow.column("answer").to_pylist()
    truth = np.array([[task.classes[0].index(labels[row])] for row in rows])
    answer = forecasts.load(path, task)
    return Outcome(
        draw=trial.draw,
        score=score(task.metric, truth, answer, task),
        truth=truth,
        prediction=answer,
    )


def contenders(run, asked):
    (compared,) = entries(run, "compared")
    found = []
    for name in compared["scores"]:
        trials = [
            each
            for each in read_trials(run.folder)
            if (each.candidate, each.rows) == (name, compared["rows"]) and each.draw is not None
        ]
        found.append(
            Contender(
                candidate=name,
                family=trials[0].family,
                start=trials[0].start,
                is_floor=family(trials[0].family).CARD.is_floor,
                cost=float(np.mean([each.work for each in trials])),
                outcomes=tuple(outcome(run, each, asked) for each in trials),
            )
        )
    return found


def test_a_trials_score_is_that_of_its_answers(run):
    asked = asked_of(run)
    done = [each for each in read_trials(run.folder) if each.draw is not None and each.score]

    assert len(done) > 20
    for trial in done:
        assert outcome(run, trial, asked).score == trial.score


def test_what_is_compared_are_the_trials_scores_and_their_means_are_the_standings(run):
    (compared,) = entries(run, "compared")
    trials = {(each.candidate, each.rows, each.draw): each for each in read_trials(run.folder)}

    for standing in told(run)["verdict"]["standings"]:
        by_draw = compared["scores"][standing["candidate"]]
        assert standing["score"] == pytest.approx(np.mean(list(by_draw.values())), abs=1e-12)
        assert standing["draws"] == len(by_draw)
        assert standing["cost"] == compared["costs"][standing["candidate"]]
        for draw, compared_score in by_draw.items():
            key = (standing["candidate"], compared["rows"], int(draw))
            assert trials[key].score == compared_score


def test_the_verdict_follows_from_answers_and_data_alone(run):
    asked, decided = asked_of(run), told(run)["verdict"]
    again = plain(judge(contenders(run, asked), asked.task, seed=SEED))

    for name in (
        "winner",
        "confidence",
        "tied",
        "floor",
        "region",
        "probability_best",
        "standings",
    ):
        assert again[name] == decided[name], name
    assert decided["because"].startswith(again["because"])


def test_curves_crossings_and_the_worth_of_labels_follow_from_the_trials(run):
    asked, decided = asked_of(run), told(run)["verdict"]
    trials = read_trials(run.folder)
    measured = metric("accuracy", "classification")
    climbed = climbs(
        trials,
        floors={each.family for each in trials if family(each.family).CARD.is_floor},
        floor=decided["floor"]["candidate"],
        cut={each.id for each in trials if is_cut(each)},
        samples=lambda trial: score_samples(
            outcome(run, trial, asked), asked.task, resamples=100, seed=SEED
        ),
    )
    terms = Terms(metric=measured, noun="labels", check_share=0.2, fewest_draws=1, seed=SEED)

    assert plain(start_curves(climbed, measured, 0.2)) == decided["curves"]
    assert plain(crossovers(climbed, terms)) == decided["crossovers"]
    assert plain(floor_crossovers(climbed, terms)) == decided["floor_crossovers"]
    found = more_labels(climbed, curve_of(run.verdict), measured, SEED)
    assert plain(found) == decided["more_labels"]


def test_the_locked_score_is_that_of_the_delivered_model_on_rows_that_it_never_saw(run):
    asked, test = asked_of(run), told(run)["test"]
    kept, locked = splits.lock(asked.data, asked.task, fitting.LOCKED_SHARE, SEED)
    answers = hs.predict(run.folder, asked.data.take(locked).arrow.drop(["answer"]).to_pandas())
    labels = asked.data.take(locked).arrow.column("answer").to_pylist()

    (tested,) = entries(run, "tested")
    assert test["score"] == np.mean(
        [a == b for a, b in zip(answers["prediction"], labels, strict=True)]
    )
    assert (tested["score"], tested["interval"]) == (test["score"], test["interval"])
    assert (tested["rows"], told(run)["rows"]["test"]) == (len(locked), len(locked))
    seen = {
        int(row)
        for trial in read_trials(run.folder)
        if trial.draw is not None
        for row in forecasts.row_ids(run.folder / "trials" / trial.id / "predictions.parquet")
    }
    assert not seen & set(asked.data.row_ids[locked].tolist())
    assert len(kept) + len(locked) == ROWS


def test_where_labels_are_weighed_the_journal_has_the_scores_that_were_compared(weighed):
    (compared,) = entries(weighed, "compared")
    decided = told(weighed)["verdict"]
    trials = {
        (each.candidate, each.draw): each.score
        for each in read_trials(weighed.folder)
        if each.rows == compared["rows"]
    }

    for standing in decided["standings"]:
        by_draw = compared["scores"][standing["candidate"]]
        assert standing["score"] == pytest.approx(np.mean(list(by_draw.values())), abs=1e-12)
    differing = [
        name
        for name, by_draw in compared["scores"].items()
        for draw, found in by_draw.items()
        if trials[name, int(draw)] != found
    ]
    assert differing  # what the records are for
    (verdict,) = entries(weighed, "verdict")
    assert {name: verdict[name] for name in decided if name in verdict} == decided


def test_the_price_and_the_account_are_those_of_the_trials(run):
    trials = [each for each in read_trials(run.folder) if each.status == "finished"]
    refits = [
        each
        for each in trials
        if each.draw is None and each.candidate == told(run)["verdict"]["winner"]["candidate"]
    ]

    assert run.findings.price.train_seconds == sum(each.seconds for each in refits)
    spent = sum(line.spent for line in run.findings.ledger)
    assert spent == pytest.approx(sum(each.work for each in trials), rel=1e-9)
    assert sum(line.trials for line in run.findings.ledger) == len(
        [each for each in read_trials(run.folder) if each.status != "refused"]
    )
