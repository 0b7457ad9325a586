"""What is measured after a move is printed, kept in the receipt, and true."""

import json
import math
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from headstart.cli import main

sys.path.append(str(Path(__file__).parents[1] / "weights"))

from _made import rewritten, saved

TOKENIZER = {"version": "1.0", "model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1}}}
KINDS = {
    "bert": ("BertForSequenceClassification", "tokenizer.json", TOKENIZER),
    "vit": (
        "ViTForImageClassification",
        "preprocessor_config.json",
        {"size": {"height": 32, "width": 32}, "image_mean": [0.5, 0.4, 0.3]},
    ),
}
both = pytest.mark.parametrize("architecture", KINDS)


def checkpoint(tmp_path, architecture):
    kind, name, document = KINDS[architecture]
    folder = saved(tmp_path / "made", architecture, kind, num_labels=2)
    (folder / name).write_text(json.dumps(document))
    return folder


def goal(folder, **changes):
    other = folder.parent / "goal"
    other.mkdir()
    (other / "config.json").write_bytes((folder / "config.json").read_bytes())
    return rewritten(other, **changes)


def applied(capsys, source, target, out):
    """What people see of a move."""
    capsys.readouterr()
    assert main(["weights", str(source), str(target), "--apply", "--out", str(out)]) == 0
    return capsys.readouterr().out


@both
def test_nothing_adapted_answers_as_before(architecture, tmp_path, capsys):
    folder = checkpoint(tmp_path, architecture)

    said = applied(capsys, folder, folder, tmp_path / "out")

    check = json.loads((tmp_path / "out" / "receipt.json").read_text())["check"]
    assert check["function_preserved"] is True
    assert check["max_difference"] <= 1e-5
    assert check["is_finite"] is True
    assert "Largest difference: " in said
    assert "The target computes what the source does." in said
    assert "Outputs, loss and all gradients of one pass are finite." in said


@both
def test_a_step_that_keeps_the_function_is_held_to_it(architecture, tmp_path, capsys):
    folder = checkpoint(tmp_path, architecture)
    deeper = goal(folder, num_hidden_layers=3)

    said = applied(capsys, folder, deeper, tmp_path / "out")

    check = json.loads((tmp_path / "out" / "receipt.json").read_text())["check"]
    assert check["function_preserved"] is True
    assert check["max_difference"] <= 1e-5
    assert "The target computes what the source does." in said


@both
def test_a_new_head_knows_nothing_at_first(architecture, tmp_path, capsys):
    folder = checkpoint(tmp_path, architecture)
    seven = goal(folder, id2label={str(place): f"kind {place}" for place in range(7)})

    said = applied(capsys, folder, seven, tmp_path / "out")

    receipt = json.loads((tmp_path / "out" / "receipt.json").read_text())
    assert receipt["check"]["first_loss"] == pytest.approx(math.log(7), abs=1e-5)
    assert receipt["check"]["expected_loss"] == pytest.approx(math.log(7))
    assert receipt["check"]["max_difference"] <= 1e-5  # of the layers below
    assert "First loss 1.946 nats; ln(classes) is 1.946." in said


@both
def test_what_prepares_inputs_is_taken_along_and_named(architecture, tmp_path, capsys):
    folder = checkpoint(tmp_path, architecture)
    name = KINDS[architecture][1]

    said = applied(capsys, folder, goal(folder, num_hidden_layers=1), tmp_path / "out")

    assert json.loads((tmp_path / "out" / "receipt.json").read_text())["preprocessing"] == [name]
    assert json.loads((tmp_path / "out" / name).read_text()) == KINDS[architecture][2]
    assert f"Taken along: `{name}`." in said


@both
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused_before_anything_is_written(
    architecture, bad, tmp_path, capsys
):
    folder = checkpoint(tmp_path, architecture)
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.weight"][0, 0] = bad
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    words = ["weights", str(folder), str(folder), "--apply", "--out", str(tmp_path / "out")]

    assert main([*words, "--json"]) == 2

    error = json.loads(capsys.readouterr().out)["error"]
    assert "`classifier.weight` holds 1 values that are not finite" in error["message"]
    assert not (tmp_path / "out").exists()
