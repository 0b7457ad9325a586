"""What is asked of `adjust --apply`, as a value."""

import tomli_w

from headstart.records import Budget
from headstart.records.diagnosis import Action, Diagnosis
from headstart.verbs.wish import Wish, beside, origin_of


def wish(run, **rest):
    asked = {"data": None, "test": None, "only": (), "out": None, "began": 0.0}
    return Wish(run=run, budget=Budget(steps=500), **{**asked, **rest})


def folder(path, **question):
    path.mkdir()
    (path / "run.toml").write_text(tomli_w.dumps({"source": "t.csv", **question}))
    return path


def test_the_origin_is_the_first_of_a_chain_and_else_the_earliest_that_is_there(tmp_path):
    first = folder(tmp_path / "run")
    second = folder(tmp_path / "second", adjusts=str(first))
    third = folder(tmp_path / "third", adjusts=str(second))

    assert origin_of(third) == first
    (first / "run.toml").unlink()
    assert origin_of(third) == second


def test_the_new_run_stands_beside_the_old_under_a_name_that_is_free(tmp_path):
    run = folder(tmp_path / "run")
    assert beside(run).name == "run-adjusted"

    (tmp_path / "run-adjusted").mkdir()

    assert beside(run).name == "run-adjusted-2"


def test_without_names_only_what_needs_no_judgement_is_tried(tmp_path):
    def action(name, *, only=False):
        return Action(answers=None, do="", because="", cost="", apply=name, only=only)

    found = Diagnosis(
        findings=(), actions=(action("search"), action("prune", only=True), action(None))
    )

    assert wish(tmp_path).actions(found) == ("search",)
    assert wish(tmp_path, only=("prune", "prune")).actions(found) == ("prune",)


def test_what_the_old_run_was_told_of_labels_holds_for_the_new_one(tmp_path):
    question = {"source": "t.csv", "seed": 0, "options": {"labels": {"great": ["OK", "GOOD"]}}}

    assert wish(tmp_path).request(question).labels == (("great", ("GOOD", "OK")),)
    assert wish(tmp_path).request({**question, "options": {}}).labels == ()


def test_the_command_asks_for_the_same_again(tmp_path):
    asked = wish(tmp_path / "my run", only=("search", "blend"))

    assert asked.command() == (
        f"headstart adjust '{tmp_path}/my run' --apply --only search,blend --steps 500"
    )
