"""What each verb prints, with the verbs' own work replaced by known records."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from headstart import verbs
from headstart.cli import main
from headstart.families.floors import majority
from headstart.records import Budget, Candidate, ColumnFacts, Profile, Refusal, Task
from headstart.reporting.findings import Findings
from headstart.reporting.inventory import Check, FamilyEntry
from headstart.verbs.predicting import Predicted

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")
PROFILE = Profile(
    source="d.csv",
    rows=80,
    columns=(ColumnFacts(name="x", modality="number", role="input", missing=0, distinct=9),),
    task=TASK,
    balance=(0.5, 0.5),
)
FINDINGS = Findings(
    run="run-1",
    source="d.csv",
    task=TASK,
    command="headstart fit d.csv --target y",
    budget=Budget(seconds=60),
    profile=PROFILE,
)


@pytest.fixture
def asked(monkeypatch):
    """Replaces the verbs; collects what they were asked."""
    calls = []

    def answering(name, answer):
        def run(*args, **kwargs):
            calls.append((name, args, kwargs))
            return answer

        monkeypatch.setitem(vars(verbs), name, run)

    candidate = Candidate(name="majority", family="majority", settings=majority.Settings())
    refusal = Refusal(family="lightgbm", start="Direct", because="it has no weights of its own")
    answering("profile", PROFILE)
    answering(
        "advise", SimpleNamespace(profile=PROFILE, candidates=(candidate,), refusals=(refusal,))
    )
    for name in ("fit", "replay", "demo"):
        answering(name, SimpleNamespace(findings=FINDINGS, folder=Path("run-1")))
    answering("predict", Predicted(rows=3, out=Path("out.csv"), notes=("`age` is absent",)))
    answering("report", Path("run-1/report.html"))
    answering(
        "models",
        SimpleNamespace(
            families=(FamilyEntry(card=majority.CARD, available=True),), checkpoints=()
        ),
    )
    checks = (Check(name="torch", works=False, remedy="pip install 'headstart[deep]'"),)
    answering("doctor", SimpleNamespace(checks=checks, versions=(("python", "3.11"),)))
    return calls


COMMANDS = {
    "profile": ("profile", "d.csv", "--target", "y"),
    "advise": ("advise", "d.csv", "--target", "y"),
    "fit": ("fit", "d.csv", "--target", "y"),
    "predict": ("predict", "run-1", "new.csv"),
    "report": ("report", "run-1"),
    "replay": ("replay", "run-1"),
    "models": ("models",),
    "doctor": ("doctor",),
    "demo": ("demo",),
}


@pytest.mark.parametrize("verb", COMMANDS)
def test_with_json_every_verb_prints_one_document_and_nothing_else(verb, asked, capsys):
    code = main([*COMMANDS[verb], "--json"])

    printed = capsys.readouterr()
    assert code == 0
    assert json.loads(printed.out)["schema"] == 1
    assert printed.err == ""


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("profile", "d.csv: 80 rows · x (number) → y (2 classes, 50 % a)"),
        ("advise", "it has no weights of its own"),
        ("fit", "Next: headstart report run-1"),
        ("predict", "3 rows predicted: out.csv"),
        ("report", "run-1/report.html"),
        ("replay", "Next: headstart report run-1"),
        ("models", "majority"),
        ("doctor", "pip install 'headstart[deep]'"),
        ("demo", "Next: headstart report run-1"),
    ],
)
def test_without_json_every_verb_speaks_to_people(verb, said, asked, capsys):
    code = main(COMMANDS[verb])

    assert code == 0
    assert said in capsys.readouterr().out


def test_fit_hands_every_option_to_the_verb(asked):
    main(["fit", "d.csv", "--target", "y", "--steps", "9", "--out", "r", "--single", "--seed", "3"])

    ((name, args, options),) = asked
    assert (name, args) == ("fit", ("d.csv",))
    assert options["target"] == ("y",)
    assert (options["minutes"], options["steps"], options["out"]) == (None, 9.0, "r")
    assert (options["single"], options["seed"], options["engine"]) == (True, 3, "local")
    assert set(options) == {
        *("target", "task", "metric", "positive", "split", "columns", "test", "minutes", "steps"),
        *("out", "horizon", "families", "starts", "weights", "worth", "single", "seed", "engine"),
        *("control", "labels", "watch"),
    }


def test_predict_hands_over_model_source_and_file(asked):
    main(["predict", "run-1", "new.csv", "--out", "o.parquet", "--abstain", "0.1"])

    options = {"out": "o.parquet", "abstain": 0.1}
    assert asked == [("predict", ("run-1", "new.csv"), options)]


def test_predict_says_what_was_unlike_on_standard_error_or_in_the_document(asked, capsys):
    main(["predict", "run-1", "new.csv"])
    said = capsys.readouterr()
    main(["predict", "run-1", "new.csv", "--json"])
    document = json.loads(capsys.readouterr().out)

    assert said.err == "headstart: `age` is absent\n"
    assert document["notes"] == ["`age` is absent"]
