"""What is kept of a look at a checkpoint is what a new look would show, and nothing else's."""

import json
import os
import subprocess
import sys

import pytest

import headstart as hs
from headstart import weights
from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights.inspection import kept

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from _made import rewritten, saved  # noqa: E402

SHIPPED = [json.loads(path.read_text())["of"] for path in kept.SHIPPED.glob("*.json")]
WITHOUT = """
import sys
for name in ("torch", "torchvision", "timm", "transformers"):
    sys.modules[name] = None
from headstart.cli import main
sys.exit(main(["inspect", sys.argv[1], "--json"]))
"""


def own(tmp_path):
    """The documents in Headstart's own folder."""
    return sorted((tmp_path / "caches" / "headstart" / "inspect").glob("*.json"))


def without_libraries(name):
    """The document that a new process prints in which no library of networks can be imported."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(name)], capture_output=True, text=True, env=os.environ
    )
    return done.returncode, json.loads(done.stdout or "{}")


def test_two_checkpoints_come_with_what_was_seen_of_them():
    assert {"minilm_l6.all_v2", "efficientnet_lite0.in1k"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_comes_with_headstart_is_what_a_look_shows(name, monkeypatch, tmp_path):
    if isinstance(weights.find(name), Absence):
        pytest.skip(f"{name} is not on this machine")
    told = hs.inspect(name)
    assert own(tmp_path) == []

    monkeypatch.setattr(kept, "SHIPPED", tmp_path / "nothing")
    seen = hs.inspect(name)

    assert told == seen
    assert len(own(tmp_path)) == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_a_new_process_tells_them_without_a_library_in_two_seconds(name):
    if isinstance(weights.find(name), Absence):  # and their digests are remembered then
        pytest.skip(f"{name} is not on this machine")
    before = os.times()

    code, told = without_libraries(name)

    after = os.times()
    seconds = after.children_user + after.children_system
    seconds -= before.children_user + before.children_system
    assert code == 0
    assert seconds <= 2.0
    assert told["parameters"] == sum(layer["parameters"] for layer in told["layers"])
    assert told["depth"]
    assert told["nonlinearities"]


def test_the_second_look_at_a_folder_needs_no_library(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertForSequenceClassification", num_labels=3)
    assert without_libraries(folder)[0] != 0
    first = hs.inspect(folder)

    code, told = without_libraries(folder)

    assert code == 0
    assert len(told["layers"]) == len(first.layers)
    assert hs.inspect(folder) == first


def test_a_bare_file_of_torch_is_known_again(tmp_path):
    models = pytest.importorskip("torchvision").models
    torch.save(models.resnet18(num_classes=5).state_dict(), tmp_path / "mine.pth")
    first = hs.inspect(tmp_path / "mine.pth")
    (tmp_path / "other.pth").write_bytes((tmp_path / "mine.pth").read_bytes())

    code, told = without_libraries(tmp_path / "other.pth")

    assert code == 0
    assert [layer["name"] for layer in told["layers"]] == [each.name for each in first.layers]
    assert told["network"] == first.network == "resnet18"


def test_other_tensors_or_another_configuration_are_looked_at_anew(tmp_path):
    folder = saved(tmp_path / "model", "vit", "ViTModel")
    hs.inspect(folder)
    assert len(own(tmp_path)) == 1

    hs.inspect(rewritten(folder, num_attention_heads=4))
    assert len(own(tmp_path)) == 2
    hs.inspect(saved(tmp_path / "deeper", "resnet", "ResNetModel"))
    assert len(own(tmp_path)) == 3


def test_halves_of_two_checkpoints_are_refused_after_one_was_seen(tmp_path):
    folder = saved(tmp_path / "model", "bert", "BertModel")
    hs.inspect(folder)

    with pytest.raises(WeightsError, match="not of the same checkpoint"):
        hs.inspect(rewritten(folder, vocab_size=39))


@pytest.mark.parametrize("damage", ["{", "[]", '{"form": 1}', "versions", "layers"])
def test_a_damaged_document_is_not_believed(damage, tmp_path):
    folder = saved(tmp_path / "model", "resnet", "ResNetModel")
    first = hs.inspect(folder)
    (path,) = own(tmp_path)
    document = json.loads(path.read_text())
    changed = {"versions": {"torch": "1.0"}, "layers": [{"name": "a"}]}
    path.write_text(
        json.dumps({**document, damage: changed[damage]}) if damage in changed else damage
    )

    assert hs.inspect(folder) == first
    assert json.loads(path.read_text()) == document


def test_a_folder_that_cannot_be_written_costs_only_time(monkeypatch, tmp_path):
    folder = saved(tmp_path / "model", "resnet", "ResNetModel")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "file"))

    assert hs.inspect(folder) == hs.inspect(folder)
