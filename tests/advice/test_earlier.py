from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from safetensors.numpy import save_file

from headstart.advice.earlier import read_earlier, refused_checkpoints
from headstart.advice.starts import going_on, refused_starts
from headstart.delivery import folders
from headstart.delivery.contract import contract_of
from headstart.delivery.model import Member
from headstart.errors import WeightsError
from headstart.families import candidate_to_plain
from headstart.families.floors import majority
from headstart.records import Candidate, Card, Column, FineTune, Table, Task
from headstart.records.start import START_NAMES

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
CARD = Card(
    name="majority",
    summary="",
    kinds=("classification",),
    starts=("Scratch", "FineTune"),
    references=(),
)
CANDIDATE = Candidate(name="majority", family="majority", settings=majority.Settings())


@pytest.fixture
def run(tmp_path):
    """A run's folder with a delivered model in it."""
    columns = (Column(name="y", modality="category", role="target"),)
    table = Table(columns=columns, arrow=pa.table({"y": ["no", "yes"]}), row_ids=np.arange(2))
    saved = tmp_path / "saved"
    saved.mkdir()
    majority.Constant(kind="classification", answers=(np.array([0.5, 0.5]),)).save(saved)
    member = Member(family="majority", folder="member-0", candidate=candidate_to_plain(CANDIDATE))
    folders.write(tmp_path / "run" / "model", [(member, saved)], contract_of(table, TASK))
    return tmp_path / "run"


@pytest.mark.parametrize("inner", ["", "model"])
def test_a_run_or_a_model_folder_becomes_a_fine_tuned_candidate(run, inner):
    earlier = read_earlier([str(run / inner)])

    candidates = going_on(CARD, [CANDIDATE], TASK, earlier)

    assert [candidate.name for candidate in candidates] == ["majority.further"]
    assert candidates[0].start == FineTune(checkpoints=(str(run / "model" / "member-0"),))
    assert majority.load(run / "model" / "member-0").answers


def test_a_model_for_another_kind_of_task_is_refused_with_the_reason(run):
    earlier = read_earlier([str(run)])
    task = Task(kind="regression", targets=("y",), metric="rmse")

    refusals = refused_starts(CARD, [CANDIDATE], START_NAMES, task, earlier)

    assert going_on(CARD, [CANDIDATE], task, earlier) == []
    reason = next(refusal.because for refusal in refusals if refusal.start == "FineTune")
    assert "was trained for classification; this is regression" in reason


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="holds no model"):
        read_earlier([str(tmp_path)])


def test_one_member_of_a_model_may_be_named_alone(run):
    earlier = read_earlier([str(run / "model" / "member-0")])

    assert [each.checkpoint for each in earlier] == [str(run / "model" / "member-0")]


def test_a_pretrained_checkpoint_is_no_earlier_model(pretrained):
    assert read_earlier([pretrained]) == []


def test_a_checkpoint_that_nobody_starts_from_is_refused_by_name(pretrained):
    (refusal,) = refused_checkpoints([pretrained], [CANDIDATE])

    assert refusal.family == "text_encoder"
    assert f"no candidate for these columns starts from `{pretrained}`" in refusal.because


def test_a_checkpoint_that_somebody_starts_from_is_not_refused(pretrained):
    start = FineTune(checkpoints=(pretrained,))

    assert refused_checkpoints([pretrained], [replace(CANDIDATE, start=start)]) == []


def test_a_checkpoint_that_is_not_on_this_machine_ends_the_advice(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "headstart"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    with pytest.raises(WeightsError, match=r"`t5_base\.c4` cannot be used") as caught:
        read_earlier(["t5_base.c4"])

    assert "headstart models --get t5_base.c4" in caught.value.hint


def test_a_bare_file_of_parameters_says_nothing_about_its_network(tmp_path):
    path = tmp_path / "tensors.safetensors"
    save_file({"w": np.ones(2, np.float32)}, path)

    with pytest.raises(WeightsError, match="a file of parameters alone"):
        refused_checkpoints([str(path)], [CANDIDATE])


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    """A folder with a tiny encoder of texts."""
    pytest.importorskip("transformers")
    from headstart.testing.checkpoints import make_text_encoder

    return str(make_text_encoder(tmp_path_factory.mktemp("pretrained")))
