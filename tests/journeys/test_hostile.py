"""Families of third parties that misbehave cost a run nothing but their own rows."""

import json
import os
import re

import small_tables
from ordeal import Ordeal

from benchmarks import hostile

MISBEHAVING = {
    "raises": "ArithmeticError: this family cannot count",
    "misshapes": (
        "its answers for the validation rows cannot be used: it answered 29 rows out of 30."
    ),
    "forgets": "its model answers differently once it was written and read again.",
    "strays": "its answers for the validation rows are not finite numbers.",
    "leaves": "its process ended by itself (exit code 3)",
}


def test_each_is_a_row_with_a_cause_and_a_sentence_and_the_good_ones_finish(tmp_path):
    table = small_tables.heights(tmp_path / "heights.csv", rows=150)
    families = ",".join([*MISBEHAVING, "lightgbm"])
    path = [hostile.on_path(tmp_path / "hostile", MISBEHAVING), os.environ.get("PYTHONPATH", "")]
    asked = Ordeal(
        folder=tmp_path,
        words=(
            "fit",
            table,
            "--target",
            "height",
            "--families",
            families,
            "--steps",
            150,
            "--json",
        ),
        environment={"PYTHONPATH": os.pathsep.join(path)},
    )

    assert asked.finish(120) == 0, asked.erred
    told = json.loads(asked.said)
    failed = {trial["family"]: trial for trial in told["trials"] if trial["status"] == "failed"}
    assert {name: trial["because"] for name, trial in failed.items()} == MISBEHAVING
    assert {name: trial["cause"] for name, trial in failed.items()} == {
        name: hostile.CAUSES[name] for name in MISBEHAVING
    }
    assert told["verdict"]["winner"]["family"] == "lightgbm"
    report = (asked.run / "report.html").read_text()
    assert all(re.search(rf"\b{name}\b", report) for name in MISBEHAVING)


def test_a_family_that_cannot_even_be_asked_is_refused_in_words(tmp_path, headstart, monkeypatch):
    table = small_tables.heights(tmp_path / "heights.csv", rows=150)
    declared = tmp_path / "broken" / "headstart_broken-1.dist-info"
    declared.mkdir(parents=True)
    (declared / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: headstart-broken\nVersion: 1\n"
    )
    modules = {"unwritten": "def propose(:", "unborn": "1 / 0", "absent": None, "empty": ""}
    for name, code in modules.items():
        if code is not None:
            (tmp_path / "broken" / f"{name}_family.py").write_text(code)
    lines = [f"{name} = {name}_family" for name in modules]
    (declared / "entry_points.txt").write_text("\n".join(["[headstart.families]", *lines]) + "\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"), prepend=os.pathsep)

    said = headstart("advise", table, "--target", "height", "--json")

    assert said.code == 0, said.err
    refused = {each["family"]: each["because"] for each in said.document["refusals"]}
    assert "SyntaxError" in refused["unwritten"]
    assert "ZeroDivisionError: division by zero" in refused["unborn"]
    assert "No module named 'absent_family'" in refused["absent"]
    assert "has no attribute 'CARD'" in refused["empty"]
    assert "lightgbm" in {each["family"] for each in said.document["candidates"]}
