"""`headstart weights`: the contract of the document, plans that are edited, folders that work."""

import json
import tomllib

import pytest
import tomli_w
import torch
import transformers
from safetensors.torch import load_file

from headstart import weights
from headstart.cli import main
from headstart.families import family

_SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
_SIZES |= {"intermediate_size": 24}
_BERT = {"vocab_size": 40, "max_position_embeddings": 24, "pad_token_id": 0}


@pytest.fixture
def bert(tmp_path):
    return saved(tmp_path / "bert", "Bert", {**_SIZES, **_BERT}, "BertForSequenceClassification")


@pytest.fixture
def vit(tmp_path):
    values = {**_SIZES, "image_size": 32, "patch_size": 8, "id2label": {0: "cat", 1: "dog"}}
    folder = saved(tmp_path / "vit", "ViT", values, "ViTForImageClassification")
    stated = {"size": {"height": 32, "width": 32}, "image_mean": [0.5, 0.4, 0.3]}
    stated |= {"image_std": [0.2, 0.2, 0.2]}
    (folder / "preprocessor_config.json").write_text(json.dumps(stated))
    return folder


def saved(folder, architecture, values, kind):
    config = getattr(transformers, f"{architecture}Config")(**values)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        getattr(transformers, kind)(config).save_pretrained(folder)
    return folder


def like(folder, name, **changes):
    """A folder with a changed configuration and nothing else."""
    other = folder.parent / name
    other.mkdir()
    stated = json.loads((folder / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**stated, **changes}))
    return other


def asked(capsys, *words, code=0):
    assert main(["weights", *map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def held(document, source, target):
    """What the contract says of moves and coverage."""
    of = {name: [] for name in ("copied", "adapted", "new", "dropped")}
    for move in document["moves"]:
        of[move["action"]].append(move)
    placed = [*of["copied"], *of["adapted"], *of["new"]]
    assert sorted(move["target"] for move in placed) == sorted(target)
    assert {move["source"] for move in document["moves"]} - {None} == set(source)
    assert all(move["source"] is None for move in of["new"])
    assert all(move["target"] is None for move in of["dropped"])
    taken = sum(move["parameters"] for move in [*of["copied"], *of["adapted"]])
    assert document["coverage"] == pytest.approx(taken / sum(m["parameters"] for m in placed))


def test_the_same_architecture_is_copied_whole(bert, tmp_path, capsys):
    out = tmp_path / "out"

    document = asked(capsys, bert, bert, "--apply", "--out", out)

    names = load_file(bert / "model.safetensors")
    held(document, names, names)
    assert document["schema"] == 1
    assert document["coverage"] == 1.0
    assert document["check"]["function_preserved"] is True
    assert document["check"]["max_difference"] <= 1e-5
    written = load_file(out / "model.safetensors")
    assert all(torch.equal(written[name], names[name]) for name in names)


def test_a_plan_alone_moves_nothing_and_measures_nothing(bert, tmp_path, capsys):
    before = sorted(tmp_path.rglob("*"))

    document = asked(capsys, bert, bert)

    assert document["check"]["max_difference"] is None
    assert document["applied"] is False
    assert sorted(tmp_path.rglob("*")) == before


def test_another_head_begins_anew(bert, tmp_path, capsys):
    names = load_file(bert / "model.safetensors")
    goal = like(bert, "three", id2label={"0": "a", "1": "b", "2": "c"})

    document = asked(capsys, bert, goal, "--apply", "--out", tmp_path / "out")

    held(document, names, names)
    assert 0.95 < document["coverage"] < 1.0
    assert document["check"]["function_preserved"] is False
    assert document["check"]["first_loss"] == pytest.approx(document["check"]["expected_loss"])
    stated = json.loads((tmp_path / "out" / "config.json").read_text())
    assert stated["id2label"] == {"0": "a", "1": "b", "2": "c"}


def test_grey_pictures_take_the_preparation_along(vit, tmp_path, capsys):
    out = tmp_path / "out"

    document = asked(capsys, vit, like(vit, "grey", num_channels=1), "--apply", "--out", out)

    assert document["check"]["function_preserved"] is True
    assert document["preprocessing"] == ["preprocessor_config.json"]
    stated = json.loads((out / "preprocessor_config.json").read_text())
    assert stated["image_mean"] == pytest.approx([0.4])
    assert stated["size"] == {"height": 32, "width": 32}


def test_what_was_written_can_be_started_from(bert, tmp_path, capsys):
    wide = like(bert, "wide", hidden_size=32, num_attention_heads=4, intermediate_size=48)
    out = tmp_path / "out"

    document = asked(capsys, bert, wide, "--apply", "--out", out)

    assert document["check"]["function_preserved"] is True
    assert weights.need(str(out)).entry.family == "text_encoder"
    theirs = transformers.BertForSequenceClassification.from_pretrained(bert).eval()
    ours = transformers.BertForSequenceClassification.from_pretrained(out).eval()
    tokens = torch.arange(8).unsqueeze(0)
    assert torch.allclose(ours(tokens).logits, theirs(tokens).logits, atol=1e-5)


def test_a_plan_is_written_edited_and_followed(bert, tmp_path, capsys):
    path, goal = tmp_path / "plan.toml", like(bert, "same")
    asked(capsys, bert, goal, "--plan", path)
    plan = tomllib.loads(path.read_text())
    (move,) = (each for each in plan["moves"] if each.get("target") == "bert.pooler.dense.bias")
    del move["sources"]
    move |= {"action": "new", "fill": "ones"}
    path.write_text(tomli_w.dumps(plan))

    asked(capsys, bert, goal, "--plan", path, "--apply", "--out", tmp_path / "out")

    written = load_file(tmp_path / "out" / "model.safetensors")
    assert written["bert.pooler.dense.bias"].tolist() == [1.0] * 16


def test_a_family_takes_the_encoder_of_its_checkpoint(bert, capsys):
    document = asked(capsys, bert, "text_encoder")

    assert document["coverage"] == 1.0
    dropped = {move["source"] for move in document["moves"] if move["action"] == "dropped"}
    beside = ("classifier", "bert.pooler.dense")
    assert dropped == {f"{layer}.{leaf}" for layer in beside for leaf in ("weight", "bias")}


def test_people_see_every_tensor_and_the_sums(bert, capsys):
    assert main(["weights", str(bert), str(bert)]) == 0

    text = capsys.readouterr().out
    assert "         bert.encoder.layer.0 to 1: 2 alike" in text
    assert "copied     attention.self.query.weight  16x16" in text
    assert "bert.encoder.layer.1.attention" not in text  # alike, and shown once
    assert "41 copied (" in text
    assert "100 % of the target's parameters come from the source." in text
    assert "Nothing was moved: --apply does." in text


def test_refusals_are_one_message(bert, vit, tmp_path, capsys):
    assert asked(capsys, vit, bert, code=2)["error"]["kind"] == "weights"
    assert "drawn from the data" in asked(capsys, bert, "feedforward", code=2)["error"]["message"]
    assert "--apply" in asked(capsys, bert, bert, "--out", tmp_path, code=2)["error"]["hint"]
    assert asked(capsys, tmp_path / "nowhere", bert, code=2)["error"]["kind"] == "request"


def test_a_network_that_is_drawn_from_data_is_planned_and_begun_by_fit(bert, tmp_path, capsys):
    document = asked(capsys, bert, "transformer")

    blank = family("transformer").blank(family("transformer").Settings())
    placed = {move["target"] for move in document["moves"]} - {None}
    assert placed == set(blank.state_dict())
    taken = {move["source"] for move in document["moves"]} - {None}
    assert taken == set(load_file(bert / "model.safetensors"))
    assert document["target"] == "transformer"
    of = {move["target"]: move for move in document["moves"]}
    assert of["embedding.weight"]["because"].startswith("nothing says which token")
    refused = asked(capsys, bert, "transformer", "--apply", "--out", tmp_path / "x", code=2)
    assert f"--families transformer --weights {bert}" in refused["error"]["hint"]
