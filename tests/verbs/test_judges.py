"""An earlier run cannot win by memory: rows that it has learned from never judge."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from headstart.delivery.memory import read_memories
from headstart.errors import AskError, WeightsError
from headstart.records import Candidate, Transfer
from headstart.verbs import judges
from headstart.verbs.describing import advise

pytestmark = pytest.mark.xdist_group("judges")  # what they share is made once

FOREST = {"target": "y", "families": ("random_forest",), "steps": 240}


def crossed(rows: int, seed: int, noise: float = 0.25) -> pd.DataFrame:
    """Two numbers whose signs agree or not, and labels of which a quarter are wrong.

    No line tells the classes apart, so a forest wins; and only who remembers a row knows a wrong
    label, so nobody can honestly be right more often than three times in four.
    """
    generator = np.random.default_rng(seed)
    x = generator.uniform(-1, 1, size=(rows, 3)).round(4)
    agree = x[:, 0] * x[:, 1] > 0
    flipped = generator.random(rows) < noise
    columns = {f"x{place}": x[:, place] for place in range(3)}
    return pd.DataFrame({**columns, "y": np.where(agree ^ flipped, "same", "other")})


@pytest.fixture(scope="module")
def earlier(fitted, tmp_path_factory):
    """A forest that has learned from all of 300 rows."""
    folder = tmp_path_factory.mktemp("earlier")
    crossed(300, seed=1).to_csv(folder / "first.csv", index=False)
    fitted(folder / "first.csv", folder / "run", **FOREST)
    return folder / "run"


def refused(run) -> list[str]:
    return [
        each.because
        for each in run.findings.refusals
        if (each.family, each.start) == ("random_forest", "FineTune")
    ]


def going_on(run):
    return [trial for trial in run.trials if trial.candidate == "random_forest.further"]


def test_the_model_keeps_its_rows_as_hashes_among_its_checksums(earlier):
    (memory,) = read_memories(earlier / "model")
    manifest = json.loads((earlier / "model" / "headstart.json").read_text())

    assert memory.hashes.shape == (300, 2)
    assert memory.hashes.dtype == np.uint64
    assert "learned/0.safetensors" in manifest["checksums"]


def test_a_forest_that_has_seen_every_row_is_refused_and_the_others_are_judged(
    fitted, earlier, tmp_path
):
    run = fitted(crossed(300, seed=1), tmp_path / "run", weights=[earlier], **FOREST)

    (because,) = refused(run)
    assert "has learned from 300 of the 300 rows; none of the others may judge it" in because
    assert going_on(run) == []
    assert run.verdict.winner.score < 0.85
    assert run.findings.profile.judges is None
    trial = next(each for each in run.trials if each.because == because)
    assert trial.status == "refused"


def test_a_forest_that_has_seen_most_rows_is_judged_on_the_others_alone(fitted, tmp_path):
    rows = crossed(900, seed=2)
    first = fitted(rows, tmp_path / "first", **FOREST)
    assert first.verdict.winner.family == "random_forest"
    known = first.model.facts["rows"]

    run = fitted(rows, tmp_path / "second", weights=[first.folder], **FOREST)

    assert run.findings.profile.judges == 900 - known
    assert run.findings.rows.test == 0
    assert going_on(run)
    assert all(trial.score < 0.9 for trial in going_on(run) if trial.score is not None)
    assert any("an earlier model has learned from" in note for note in run.findings.profile.notes)


def test_a_file_with_half_new_rows_validates_on_the_new_ones_only(fitted, earlier, tmp_path):
    both = pd.concat([crossed(300, seed=1).assign(old=True), crossed(300, seed=3)])
    both = both.sample(frac=1.0, random_state=0).reset_index(drop=True)
    old = set(both.index[both["old"].notna()])
    both.drop(columns="old").to_parquet(tmp_path / "both.parquet")

    run = fitted(tmp_path / "both.parquet", tmp_path / "run", weights=[earlier], **FOREST)

    checked = set()
    for path in (tmp_path / "run" / "trials").glob("*/predictions.parquet"):
        checked |= set(parquet.read_table(path).column("row").to_pylist())
    assert checked
    assert not checked & old
    assert going_on(run)
    assert run.findings.profile.judges == 300


def test_what_a_model_knew_before_is_known_of_the_model_that_goes_on_from_it(
    fitted, earlier, tmp_path
):
    both = pd.concat([crossed(300, seed=1), crossed(300, seed=3)])
    second = fitted(both, tmp_path / "run", weights=[earlier], starts=("finetune",), **FOREST)
    assert second.verdict.winner.candidate == "random_forest.further"

    keys = [memory.key for memory in read_memories(second.folder / "model")]

    assert len(keys) == len(set(keys)) == 2
    (before,) = read_memories(earlier / "model")
    assert before.key in keys


def test_a_file_of_a_member_is_that_model_too(earlier):
    (member,) = (earlier / "model").glob("member-*")
    file = next(each for each in member.iterdir() if each.is_file())
    start = Transfer(checkpoints=(str(file),), part="tensors")
    candidate = Candidate(name="x", family="cnn", settings=None, start=start)

    assert judges._earlier_models([candidate]) == [earlier / "model"]


def test_rows_to_test_on_must_be_new_to_an_earlier_model(fitted, earlier, tmp_path):
    run = fitted(
        crossed(300, seed=4),
        tmp_path / "run",
        test=crossed(300, seed=1).head(100),
        weights=[earlier],
        **FOREST,
    )

    (because,) = refused(run)
    assert because.endswith("has learned from 100 of the 100 rows of --test")


def test_new_rows_alone_are_all_judges(fitted, earlier, tmp_path):
    run = fitted(crossed(300, seed=5), tmp_path / "run", weights=[earlier], **FOREST)

    assert run.findings.profile.judges is None
    assert run.findings.profile.notes == ()
    assert going_on(run)


def test_a_model_that_does_not_say_what_it_knows_is_refused(earlier, tmp_path):
    silent = tmp_path / "run"
    shutil.copytree(earlier, silent)
    shutil.rmtree(silent / "model" / "learned")
    rows = crossed(300, seed=5)
    asked = {"target": "y", "families": ["random_forest"], "weights": [str(silent)]}

    with pytest.raises(WeightsError, match=r"learned/0\.safetensors` is missing"):
        advise(rows, **asked)

    manifest = json.loads((silent / "model" / "headstart.json").read_text())
    del manifest["checksums"]["learned/0.safetensors"]
    (silent / "model" / "headstart.json").write_text(json.dumps(manifest))
    reasons = [each.because for each in advise(rows, **asked).refusals]
    assert any("does not say which rows it has learned from" in each for each in reasons)


def test_too_few_of_its_columns_to_tell_are_a_reason_to_refuse(earlier):
    rows = crossed(300, seed=1)[["x0", "y"]]

    advised = advise(rows, target="y", families=["random_forest"], weights=[str(earlier)])

    assert any("cannot tell which of these rows" in each.because for each in advised.refusals)
    assert not any(each.name.endswith("further") for each in advised.candidates)


def test_advise_refuses_what_fit_would_refuse(earlier):
    advised = advise(
        crossed(300, seed=1), target="y", families=["random_forest"], weights=[str(earlier)]
    )

    assert any("so that it cannot win by memory" in each.because for each in advised.refusals)


def test_a_run_is_not_gone_on_with_under_other_judges(fitted, earlier, tmp_path):
    both = pd.concat([crossed(300, seed=1), crossed(300, seed=3)])
    fitted(both, tmp_path / "run", target="y", families=("linear",))

    with pytest.raises(AskError, match="its set of rows that may judge"):
        fitted(both, tmp_path / "run", weights=[earlier], **FOREST)
