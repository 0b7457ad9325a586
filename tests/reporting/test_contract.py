from __future__ import annotations

import json
import math
from dataclasses import replace

from headstart.errors import AskError
from headstart.families.floors import majority
from headstart.records import (
    FineTune,
    Refusal,
    Split,
    StartCurve,
    StartPoint,
    Transfer,
    Trap,
    Trial,
)
from headstart.reporting import contract
from headstart.reporting.findings import LockedResult
from headstart.reporting.inventory import Check, CheckpointEntry, FamilyEntry


def strict(document):
    return json.loads(json.dumps(document, allow_nan=False))


def test_a_profile_names_columns_and_warnings_as_the_contract_does(classes):
    profile = replace(
        classes.profile,
        task=replace(classes.task, split=Split(kind="grouped", column="household")),
        traps=(Trap(kind="few_rows", because="80 rows"),),
    )

    document = strict(contract.profile_document(profile))

    assert document["schema"] == 1
    assert document["rows"] == 32687
    assert document["columns"][2] == {
        "name": "occupation",
        "modality": "category",
        "role": "input",
        "missing": 1836,
        "distinct": 14,
    }
    assert document["warnings"] == [{"kind": "few_rows", "columns": [], "because": "80 rows"}]
    task = document["task"]
    assert [task[name] for name in ("kind", "targets", "metric", "direction", "split")] == [
        "classification",
        ["income"],
        "accuracy",
        "up",
        "grouped",
    ]
    assert task["split_column"] == "household"


def test_advice_has_estimates_settings_and_refusals(classes):
    transfer = replace(
        classes.candidates[0],
        name="majority on minilm",
        family="majority",
        settings=majority.Settings(),
        start=Transfer(checkpoints=("minilm",), part="embedding"),
    )
    refusal = Refusal(family="linear", because="no")

    document = strict(contract.advise_document(classes.profile, [transfer], [refusal]))

    (candidate,) = document["candidates"]
    assert set(document) >= {"schema", "task", "candidates", "refusals"}
    assert candidate["candidate"] == "majority on minilm"
    assert (candidate["family"], candidate["start"]) == ("majority", "Transfer")
    assert candidate["checkpoints"] == ["minilm"]
    assert candidate["part"] == "embedding"
    assert candidate["settings"] == {}
    assert candidate["because"].startswith("26,150 rows")
    assert set(candidate["estimate"]) == {"seconds", "mb"}
    assert document["refusals"] == [{"family": "linear", "start": None, "because": "no"}]


def test_a_fit_has_every_field_of_the_contract(classes):
    document = strict(contract.fit_document(classes))

    assert set(document) >= {
        *("schema", "run", "task", "seconds", "rows", "trials", "verdict", "test"),
    }
    assert document["run"] == "run-1"
    assert document["rows"] == {"train": 26150, "test": 6537, "rejected": 3, "unlabelled": 12}
    assert set(document["trials"][0]) >= {
        *("id", "candidate", "family", "start", "layers", "part", "checkpoints", "rows", "draw"),
        *("status", "cause", "score", "loss", "seconds", "peak_mb", "because"),
    }
    verdict = document["verdict"]
    assert set(verdict) >= {
        *("winner", "confidence", "tied", "floor", "metric", "direction", "deep_worth_it"),
        *("probability_best", "crossovers", "because"),
    }
    assert set(verdict["winner"]) >= {
        *("candidate", "family", "start", "checkpoints", "score", "interval"),
    }
    assert verdict["winner"]["interval"] == [0.865, 0.877]
    assert set(verdict["floor"]) >= {"family", "score", "interval"}
    assert verdict["crossovers"][0] == {
        "between": ["Scratch", "FineTune"],
        "labels": 103.0,
        "interval": [60.0, 150.0],
        "because": "below it the earlier run's model is as good, in seconds",
        "below": "FineTune",
        "above": "Scratch",
    }
    assert verdict["crossovers"][1]["labels"] is None
    assert set(document["test"]) >= {"score", "interval", "metrics", "floor"}
    assert set(document["test"]["floor"]) == {"family", "score", "interval"}
    assert document["test"]["metrics"]["brier"] is None


def test_a_verdict_holds_the_curve_of_each_start_and_of_the_best_floor(classes):
    point = StartPoint(
        rows=64, score=0.8, interval=(0.7, 0.9), draws=2, candidate="a", spread="draws"
    )
    curves = (
        StartCurve(start="FineTune", points=(point,)),
        StartCurve(start=None, floor="linear", points=()),
    )
    decided = replace(classes.verdict, curves=curves, by_labels="At your 64 labels ...")

    verdict = strict(contract.fit_document(replace(classes, verdict=decided)))["verdict"]

    tuned, floor = verdict["curves"]
    assert tuned["start"] == "FineTune"
    assert tuned["points"] == [
        {
            "rows": 64,
            "score": 0.8,
            "interval": [0.7, 0.9],
            "draws": 2,
            "candidate": "a",
            "spread": "draws",
            "is_cut": False,
        }
    ]
    assert (floor["start"], floor["floor"], floor["points"]) == (None, "linear", [])
    assert verdict["floor_crossovers"] == []
    assert verdict["by_labels"] == "At your 64 labels ..."


def test_a_trial_names_its_start_and_what_belongs_to_it(classes):
    tuned = Trial(
        id="0001",
        candidate="a",
        family="lightgbm",
        start=FineTune(checkpoints=("run-0",), layers="last"),
        status="finished",
        score=math.nan,
    )
    refused = Trial(
        id="0002", candidate="b", family="b", start=None, status="refused", because="no"
    )

    document = strict(contract.fit_document(replace(classes, trials=(tuned, refused))))

    first, second = document["trials"]
    assert (first["start"], first["layers"], first["part"]) == ("FineTune", "last", None)
    assert first["checkpoints"] == ["run-0"]
    assert first["score"] is None
    assert first["draw"] is None
    assert (second["start"], second["status"], second["because"]) == (None, "refused", "no")


def test_a_run_without_a_verdict_has_null_in_its_place(interrupted):
    document = strict(contract.fit_document(interrupted))

    assert document["verdict"] is None
    assert document["test"] is None
    assert document["interrupted"] is True


def test_an_interval_that_is_not_defined_is_null(classes):
    undefined = LockedResult(score=math.nan, interval=(math.nan, math.inf))

    document = strict(contract.fit_document(replace(classes, test=undefined)))

    assert document["test"]["score"] is None
    assert document["test"]["interval"] == [None, None]
    assert document["test"]["floor"] is None


def test_models_lists_families_and_checkpoints():
    family = FamilyEntry(card=majority.CARD, available=False, because="pip install x")
    checkpoint = CheckpointEntry(
        name="minilm",
        family="text_encoder",
        modality="text",
        parameters=22_000_000,
        bytes=91_000_000,
        licence="Apache-2.0",
        available=True,
    )

    document = strict(contract.models_document([family], [checkpoint]))

    first = document["families"][0]
    assert [first[name] for name in ("name", "starts", "available", "because")] == [
        "majority",
        ["Scratch"],
        False,
        "pip install x",
    ]
    assert set(first) >= {"kinds", "modalities"}
    assert set(document["checkpoints"][0]) >= {
        *("name", "family", "modality", "parameters", "bytes", "licence", "available", "because"),
    }


def test_the_doctor_says_whether_all_works():
    checks = [Check(name="torch", works=False, remedy="pip install 'headstart[deep]'")]

    document = strict(contract.doctor_document(checks, {"python": "3.11"}))

    assert document["works"] is False
    assert document["checks"][0]["remedy"] == "pip install 'headstart[deep]'"
    assert document["versions"] == {"python": "3.11"}


def test_small_documents_say_what_was_made_and_where():
    predicted = contract.predict_document(3, "out.csv", ("`age` is absent",))
    reported = contract.report_document("run-1", "run-1/report.html")
    refused = contract.error_document(AskError("no such verb", "See: headstart --help"))

    assert predicted == {"schema": 1, "rows": 3, "out": "out.csv", "notes": ["`age` is absent"]}
    assert reported == {"schema": 1, "run": "run-1", "report": "run-1/report.html"}
    assert refused == {
        "schema": 1,
        "error": {
            "kind": "request",
            "message": "no such verb",
            "hint": "See: headstart --help",
        },
    }


def test_notes_on_the_reading_are_a_field_of_their_own(classes):
    profile = replace(classes.profile, notes=("a comma is the decimal mark",))

    documents = [
        contract.profile_document(profile),
        contract.advise_document(profile, [], []),
        contract.fit_document(replace(classes, profile=profile)),
    ]

    assert [each["notes"] for each in documents] == [["a comma is the decimal mark"]] * 3
