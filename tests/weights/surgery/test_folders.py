"""Folders as libraries write them: every architecture of the table, as source and as target."""

import json

import pytest
import torch
from _made import WHOLE_CLIP, rewritten, saved
from safetensors.torch import load_file

from headstart import weights
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.surgery import trial_inputs

CLASSIFIERS = [name for name, each in ARCHITECTURES.items() if each.classifier]


def made(folder, architecture, **more):
    folder.mkdir()
    known = ARCHITECTURES[architecture]
    kind = WHOLE_CLIP if architecture == "clip" else known.classifier or known.encoder
    return saved(folder, architecture, kind, **more)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_folder_becomes_itself_and_can_be_opened_again(architecture, tmp_path):
    folder = made(tmp_path / "made", architecture)

    plan = weights.plan(folder, folder)
    outcome = plan.apply()
    weights.keep(outcome, plan, tmp_path / "kept")

    assert plan.coverage == 1.0
    assert outcome.receipt.check.function_preserved
    assert outcome.receipt.check.max_difference <= 1e-6
    again = weights.plan(tmp_path / "kept", tmp_path / "kept").apply()
    ours, theirs = again.network.state_dict(), outcome.network.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_a_head_of_other_labels_begins_at_knowing_nothing(architecture, tmp_path):
    folder = made(tmp_path / "made", architecture)
    (tmp_path / "goal").mkdir()
    (tmp_path / "goal" / "config.json").write_bytes((folder / "config.json").read_bytes())
    goal = rewritten(tmp_path / "goal", id2label={"0": "a", "1": "b", "2": "c"})

    check = weights.plan(folder, goal).apply().receipt.check

    assert check.first_loss == pytest.approx(check.expected_loss, abs=1e-6)
    assert check.max_difference <= 1e-5


@pytest.mark.parametrize("architecture", [n for n, each in ARCHITECTURES.items() if each.family])
def test_a_family_takes_the_encoder_alone(architecture, tmp_path):
    folder = made(tmp_path / "made", architecture)

    plan = weights.plan(folder, ARCHITECTURES[architecture].family)

    assert plan.coverage == 1.0
    assert not [move for move in plan.moves if move.action == "new"]
    assert {name for move in plan.moves for name in move.sources} == set(
        load_file(folder / "model.safetensors")
    )


def test_a_whole_clip_is_filled_on_both_sides(tmp_path):
    folder = made(tmp_path / "made", "clip")
    (tmp_path / "goal").mkdir()
    (tmp_path / "goal" / "config.json").write_bytes((folder / "config.json").read_bytes())
    stated = json.loads((folder / "config.json").read_text())
    fewer = {**stated["text_config"], "num_hidden_layers": 1}
    goal = rewritten(tmp_path / "goal", text_config=fewer)

    whole = weights.plan(folder, folder)
    shorter = weights.plan(folder, goal)
    weights.keep(shorter.apply(), shorter, tmp_path / "kept")

    tensors = load_file(folder / "model.safetensors")
    assert {move.target for move in whole.moves} >= set(tensors)
    assert type(whole.apply().network).__name__ == WHOLE_CLIP
    assert "text_embeds" in trial_inputs.answers(
        whole.goal.make(0), trial_inputs.made_up(whole.goal.make(0), 2, 0)
    )
    dropped = {move.sources[0] for move in shorter.moves if move.action == "dropped"}
    assert dropped
    assert all(name.startswith("text_model.encoder.layers.1.") for name in dropped)
    assert shorter.coverage == 1.0
    assert weights.need(str(tmp_path / "kept")).entry.architecture == "clip"


def test_one_side_of_clip_stays_one_side_where_the_folder_says_so(tmp_path):
    whole = made(tmp_path / "made", "clip")
    (tmp_path / "seeing").mkdir()
    (tmp_path / "seeing" / "config.json").write_bytes((whole / "config.json").read_bytes())
    seeing = rewritten(tmp_path / "seeing", architectures=["CLIPVisionModelWithProjection"])

    plan = weights.plan(whole, seeing)

    assert plan.goal.configuration.network == "CLIPVisionModelWithProjection"
    assert plan.coverage == 1.0


def test_a_target_without_channels_of_colour_is_written_with_its_preparation(tmp_path):
    folder = made(tmp_path / "made", "vit")
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"size": {"height": 32, "width": 32}, "image_mean": [0.6, 0.4, 0.2]})
    )
    (tmp_path / "goal").mkdir()
    (tmp_path / "goal" / "config.json").write_bytes((folder / "config.json").read_bytes())
    goal = rewritten(tmp_path / "goal", num_channels=1, image_size=48)

    plan = weights.plan(folder, goal)
    weights.keep(plan.apply(), plan, tmp_path / "kept")

    stated = json.loads((tmp_path / "kept" / "preprocessor_config.json").read_text())
    assert stated["image_mean"] == pytest.approx([0.4])
    assert stated["size"] == {"height": 48, "width": 48}
    assert "grid of 4 x 4 resized to 6 x 6" in plan.of("vit.embeddings.position_embeddings").how
