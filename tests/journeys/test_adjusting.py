import csv
import json
import shutil
import time

import numpy as np
import pytest

import headstart as hs
from headstart.errors import AskError
from headstart.experiment.book import JOURNAL
from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.records import Budget
from headstart.verbs import closing, fitting
from headstart.verbs.request import Request

pytestmark = pytest.mark.xdist_group("adjusting")  # what they share is made once


def test_planted_wrong_labels_are_named_and_nothing_changes(headstart, tmp_path):
    random = np.random.default_rng(0)
    kinds = random.integers(0, 2, 400)
    wrong = {int(row) for row in random.permutation(400)[:24]}
    with open(tmp_path / "cells.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["size", "shade", "kind"])
        for row, kind in enumerate(kinds):
            said = 1 - kind if row in wrong else kind
            size, shade = random.normal(5 * kind, 1.0, 2)
            writer.writerow([f"{size:.4f}", f"{shade:.4f}", ["benign", "malign"][said]])
    headstart(
        "fit", "cells.csv", "--target", "kind", "--steps", 2000, "--out", "run",
        "--families", "linear,random_forest",
    )  # fmt: skip
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "run").rglob("*"))

    said = headstart("adjust", "run", "--json")

    assert said.code == 0, said.err
    named = {each["row"] for each in said.document["suspects"]}
    assert len(named & wrong) >= 18
    assert len(named - wrong) <= 6
    assert "label_noise" in [each["kind"] for each in said.document["findings"]]
    assert sorted((p, p.stat().st_mtime_ns) for p in (tmp_path / "run").rglob("*")) == before

    shown = headstart("adjust", "run")

    assert "Labels to look at" in shown.out
    assert "What to do next" in shown.out


def test_what_is_no_run_is_refused_in_words(headstart, tmp_path):
    (tmp_path / "empty").mkdir()

    said = headstart("adjust", "empty")

    assert said.code == 2
    assert "Traceback" not in said.err


def _paired(path, rows=640):
    """Far from zero one number decides alone, near it whether two others have the same sign."""
    a, b, c = np.random.default_rng(3).uniform(-2, 2, (3, rows))
    says = np.where(np.abs(a) > 1.2, np.abs(a) > 1.6, b * c > 0)
    named = np.where(says, "yes", "no")
    lines = [f"{a[i]:.4f},{b[i]:.4f},{c[i]:.4f},{named[i]}" for i in range(rows)]
    path.write_text("\n".join(["a,b,c,answer", *lines]) + "\n")
    return path


@pytest.fixture(scope="module")
def stumps(tmp_path_factory):
    """A run that delivered boosted stumps, where only deeper trees can learn the target."""
    place = tmp_path_factory.mktemp("stumps")
    source = _paired(place / "answers.csv")
    request = Request(
        source=str(source),
        question={"target": "answer"},
        budget=Budget(steps=2000),
        began=time.monotonic(),
        families=("lightgbm", "linear"),
        variants={"lightgbm": {"leaves": 2, "rounds": 60, "learning_rate": 0.1}},
        worth=0.0,
        single=True,
        out=place / "run",
    )
    closing.close(fitting.answer(request, InProcessEngine(), closing.silent()))
    return place / "run"


@pytest.fixture
def run(stumps, tmp_path, monkeypatch):
    """A copy of it in the story's folder, and a memory of advice that is empty."""
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "home"))
    shutil.copytree(stumps, tmp_path / "run")
    shutil.copy(stumps.with_name("answers.csv"), tmp_path)
    return tmp_path / "run"


def _state(folder):
    """Every file and when it was written, but for the journal, which counts looks."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != JOURNAL)
    return sorted((path, path.stat().st_mtime_ns) for path in files)


@pytest.mark.slow
def test_deeper_trees_replace_stumps_and_the_old_run_is_as_it_was(headstart, tmp_path, run):
    before, old = _state(run), json.loads((run / "verdict.json").read_text())
    noted = (run / JOURNAL).read_bytes()

    said = headstart("adjust", "run", "--apply", "--steps", 4000, "--only", "enlarge", "--json")

    assert said.code == 0, said.err
    applied = said.document["applied"]
    assert applied["adopted"] == "lightgbm.enlarged"
    assert applied["after"]["score"] > applied["before"]["score"] + 0.05
    assert applied["test"]["gain"] > 0
    assert applied["test"]["looks"] == 2
    assert applied["draws"] >= 3
    assert _state(run) == before
    added = (run / JOURNAL).read_bytes().removeprefix(noted)
    assert added.count(b"\n") == added.count(b'"looked"') == 1
    new = json.loads((tmp_path / said.document["out"] / "verdict.json").read_text())
    assert new["verdict"]["winner"]["candidate"] == "lightgbm.enlarged"
    assert applied["before"]["test"] == old["test"]["score"]
    assert new["test"]["score"] == applied["after"]["test"]
    assert "Before and after" in (tmp_path / said.document["out"] / "report.html").read_text()

    again = headstart(
        "adjust", "run", "--apply", "--steps", 4000, "--only", "enlarge", "--json",
        "--out", said.document["out"],
    )  # fmt: skip

    assert again.document["applied"] == applied
    answered = headstart("predict", said.document["out"], "answers.csv", "--out", "a.csv")
    assert answered.code == 0, answered.err
    known = headstart("adjust", "run", "--json").document["actions"]
    assert [each["paid"] for each in known if each["apply"] == "enlarge"] in (
        [],
        [{"tried": 1, "paid": 1}],
    )
    refused = headstart("fit", "answers.csv", "--target", "answer", "--out", said.document["out"])
    assert refused.code == 2
    assert "adjusted another one" in refused.err


def test_where_nothing_can_be_better_the_old_model_stays(headstart, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "home"))
    random = np.random.default_rng(1)
    lines = [f"{a:.4f},{random.choice(['no', 'yes'])}" for a in random.normal(size=600)]
    (tmp_path / "noise.csv").write_text("\n".join(["a,kind", *lines]) + "\n")
    headstart(
        "fit", "noise.csv", "--target", "kind", "--steps", 600, "--out", "run",
        "--families", "linear,random_forest",
    )  # fmt: skip

    said = headstart("adjust", "run", "--apply", "--steps", 2500, "--json")

    assert said.code == 0, said.err
    assert said.document["applied"]["adopted"] is None
    assert said.document["applied"]["test"] is None
    headstart("predict", "run", "noise.csv", "--out", "old.csv")
    headstart("predict", said.document["out"], "noise.csv", "--out", "new.csv")
    assert (tmp_path / "old.csv").read_text() == (tmp_path / "new.csv").read_text()


def test_rows_and_columns_can_be_doubted_for_the_asking(headstart, tmp_path, run):
    said = headstart(
        "adjust", "run", "--apply", "--steps", 4000, "--only", "distrust,prune,reweigh", "--json"
    )

    assert said.code == 0, said.err
    tried = {each["action"]: each for each in said.document["applied"]["tried"]}
    assert {"distrust", "reweigh"} <= set(tried) <= {"distrust", "reweigh", "prune"}
    assert all(each["ending"] != "failed" for each in tried.values())
    assert max(each["draws"] for each in tried.values()) >= 3
    learned = {
        path.parent.name: len(np.load(path))
        for path in (tmp_path / said.document["out"] / "cache").rglob("draw-4-rows-*.npy")
    }
    assert learned["rows-distrust"] < learned["rows-reweigh"]


def test_a_frame_in_memory_is_adjusted_when_it_is_given_again(stumps, tmp_path, run):
    question = (run / "run.toml").read_text()
    source = str(stumps.with_name("answers.csv"))
    (run / "run.toml").write_text(question.replace(f'source = "{source}"', 'source = "the frame"'))

    with pytest.raises(AskError, match="frame in memory"):
        hs.adjust(run)
    found = hs.adjust(run, data=source)
    short = _paired(tmp_path / "short.csv", rows=600)
    with pytest.raises(AskError, match="is not what the run"):
        hs.adjust(run, data=str(short), apply=True, steps=4000)

    assert any(each.apply == "search" for each in found.actions)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--apply", "--only", "wishes"), "there is no action `wishes`"),
        (("--apply", "--steps", "1"), "too few"),
        (("--only", "search"), "Add --apply"),
        (("--minutes", "1"), "Add --apply"),
    ],
)
@pytest.mark.usefixtures("run")
def test_what_cannot_be_applied_is_refused_in_words(headstart, tmp_path, words, said):
    done = headstart("adjust", "run", *words)

    assert done.code == 2
    assert said in done.err
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["run"]


def test_a_run_without_its_model_is_refused(headstart, run):
    shutil.rmtree(run / "model")

    done = headstart("adjust", "run", "--apply", "--steps", 4000)

    assert done.code == 2
    assert "no model" in done.err
