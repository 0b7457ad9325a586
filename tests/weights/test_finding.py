"""One home for a name: catalogue, path, run or repository; offline, quick, and in words."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace

import pytest
from _made import rewritten, saved

from headstart import weights
from headstart.errors import AskError, WeightsError
from headstart.records.absence import Absence
from headstart.storage.checksums import sha256
from headstart.weights import Found, catalogue
from headstart.weights.entry import File
from headstart.weights.sources.run import MANIFEST

INSTALLED = ("minilm_l6.all_v2", "efficientnet_lite0.in1k")
ABSENT = "bert_base.uncased"
WATCHED = """
import json, sys
events = []
sys.addaudithook(lambda event, _: events.append(event) if event.startswith("socket.") else None)
from headstart import weights
from headstart.errors import HeadstartError
told = []
for name in (*weights.names(), "somebody/model"):
    found = weights.find(name)
    told.append([name, getattr(found, "because", ""), getattr(found, "hint", "")])
for entry in weights.entries():
    weights.look(entry)
try:
    weights.get("bert_base.uncased")
except HeadstartError as error:
    told.append(["get", error.message, error.hint])
print(json.dumps({"sockets": events, "told": told, "loaded": sorted(sys.modules)}))
"""


def installed(name):
    found = weights.find(name)
    if not isinstance(found, Found):
        pytest.skip(f"{name} is not installed: {found.hint}")
    return found


@pytest.mark.parametrize("name", INSTALLED)
def test_a_package_brings_a_checkpoint_that_is_verified_whole(name):
    found = installed(name)

    assert found.source == "package"
    assert found.verified == "by SHA-256"
    assert found.entry == weights.entry(name)
    assert [path.is_file() for path in found.parameter_files] == [True]


@pytest.mark.parametrize("name", INSTALLED)
def test_the_parameters_of_a_package_are_counted(name):
    found = installed(name)
    statistics = ("running_mean", "running_var", "num_batches_tracked", "position_ids")

    tensors = weights.state(found)

    trained = [tensor for key, tensor in tensors.items() if not key.endswith(statistics)]
    assert sum(tensor.numel() for tensor in trained) == found.entry.parameters


def test_what_is_missing_is_said_with_the_file_the_place_and_the_command(caches):
    absence = weights.find(ABSENT)

    assert isinstance(absence, Absence)
    assert not absence.damaged
    assert "`config.json` of google-bert/bert-base-uncased" in absence.because
    assert f"headstart models --get {ABSENT}" in absence.hint
    assert str(caches / "headstart" / "weights" / ABSENT) in absence.hint


def test_what_is_missing_is_an_error_for_those_who_need_it():
    with pytest.raises(WeightsError, match=f"the checkpoint `{ABSENT}` cannot be used") as caught:
        weights.need(ABSENT)

    assert len(str(caught.value).splitlines()) <= 8


@pytest.mark.parametrize("name", INSTALLED)
def test_a_copy_in_the_persons_own_folder_is_preferred(name, caches):
    found = installed(name)
    own = caches / "headstart" / "weights" / name
    own.mkdir(parents=True)
    for file in found.entry.files:
        folder = found.path.parent if found.path.is_file() else found.path
        (own / file.name).symlink_to(folder / file.name)

    again = weights.need(name)

    assert again.source == "folder"
    assert again.verified == "by SHA-256"
    assert str(own) in str(again.path)


def test_a_broken_copy_is_refused_and_not_passed_over(caches):
    own = caches / "headstart" / "weights" / "minilm_l6.all_v2"
    own.mkdir(parents=True)
    for file in weights.entry("minilm_l6.all_v2").files:
        (own / file.name).write_text("<html>")

    absence = weights.find("minilm_l6.all_v2")

    assert absence.damaged
    assert "is not the file that the catalogue describes" in absence.because


def test_a_folder_is_found_by_its_path(tmp_path, monkeypatch):
    saved(tmp_path / "mine", "bert", "BertModel")
    monkeypatch.chdir(tmp_path)

    found = weights.need("mine")

    assert found.path == tmp_path / "mine"
    assert found.verified == "by form"
    assert found.entry.network == "BertModel"


@pytest.mark.parametrize("named", ["", "model", "model/member-0"])
def test_an_earlier_run_is_found_by_each_of_its_folders(named, tmp_path):
    (tmp_path / "model" / "member-0").mkdir(parents=True)
    (tmp_path / "model" / MANIFEST).write_text("{}")

    found = weights.need(str(tmp_path / named))

    assert found.is_run
    assert found.path == tmp_path / (named or "model")
    with pytest.raises(WeightsError, match="earlier model"):
        weights.state(found)


def test_a_folder_with_neither_is_no_model(tmp_path):
    with pytest.raises(WeightsError, match="holds no model"):
        weights.need(str(tmp_path))


def small_entry(folder):
    """An entry for a tiny checkpoint, pinned to a revision that is not in the cache."""
    files = tuple(
        File(name=path.name, bytes=path.stat().st_size, sha256=sha256(path))
        for path in (folder / "config.json", folder / "model.safetensors")
    )
    place = {"kind": "huggingface", "repository": "owner/new", "former": "old", "revision": "1"}
    return replace(weights.entry(ABSENT), files=files, sources=(place,))


@pytest.mark.parametrize("repository", ["models--owner--new", "models--old"])
def test_the_same_files_under_another_revision_or_name_are_taken(repository, caches, monkeypatch):
    snapshot = saved(caches / "hub" / repository / "snapshots" / "2", "bert", "BertModel")
    (caches / "hub" / repository / "refs").mkdir()
    (caches / "hub" / repository / "refs" / "main").write_text("2")
    entry = small_entry(snapshot)
    monkeypatch.setattr(catalogue, "entry", lambda name: entry)

    found = weights.need(ABSENT)

    assert found.path == snapshot
    assert found.verified == "by SHA-256"
    assert weights.look(entry)[0]


def test_other_files_under_another_revision_are_passed_over(caches, monkeypatch):
    snapshot = saved(caches / "hub" / "models--old" / "snapshots" / "2", "bert", "BertModel")
    (caches / "hub" / "models--old" / "refs").mkdir()
    (caches / "hub" / "models--old" / "refs" / "main").write_text("2")
    entry = small_entry(snapshot)
    monkeypatch.setattr(catalogue, "entry", lambda name: entry)
    rewritten(snapshot, hidden_size=8)

    absence = weights.find(ABSENT)

    assert isinstance(absence, Absence)
    assert not absence.damaged
    assert not weights.look(entry)[0]


@pytest.mark.parametrize("named", ["owner/small", "owner/small@abc123"])
def test_a_repository_in_the_hubs_cache_is_found_by_its_name(named, caches, tmp_path):
    snapshot = caches / "hub" / "models--owner--small" / "snapshots" / "abc123"
    saved(snapshot, "bert", "BertModel")
    refs = caches / "hub" / "models--owner--small" / "refs"
    refs.mkdir()
    (refs / "main").write_text("abc123")

    found = weights.need(named)

    assert found.source == "huggingface"
    assert found.path == snapshot


def test_a_repository_that_is_not_in_the_cache_says_how_to_get_it():
    absence = weights.find("owner/other@main")

    assert "there is no folder or file `owner/other@main`" in absence.because
    assert "hf download owner/other --revision main" in absence.hint


@pytest.mark.parametrize("name", ["", "minilm", "./nowhere", "/no/such/folder", "a b", "x\0y"])
def test_a_name_that_means_nothing_is_refused_with_the_known_ones(name):
    with pytest.raises(AskError, match="no checkpoint"):
        weights.find(name)


def test_looking_costs_no_connection_no_torch_and_little_time():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HEADSTART_OFFLINE": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)

    assert told["sockets"] == []
    assert not {"torch", "transformers", "torchvision", "timm"} & set(told["loaded"])
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    assert all(hint for _, because, hint in told["told"] if because)
    assert told["told"][-1][0] == "get"


@pytest.mark.parametrize("name", INSTALLED)
def test_a_glance_tells_how_sure_it_is(name):
    entry = weights.entry(name)
    found = installed(name)  # reads and remembers

    available, because = weights.look(entry)

    assert available
    assert because.startswith("verified by SHA-256")
    assert found.verified == "by SHA-256"


def test_a_glance_before_the_first_use_claims_the_size_alone(caches):
    installed("minilm_l6.all_v2")
    (caches / "headstart" / "checksums.json").unlink()

    available, because = weights.look(weights.entry("minilm_l6.all_v2"))

    assert available
    assert because.startswith("verified by size; by SHA-256 at its first use")


def test_a_glance_at_a_cut_file_notices_its_size(caches):
    own = caches / "headstart" / "weights" / "resnet18.in1k"
    own.mkdir(parents=True)
    (own / "resnet18-f37072fd.pth").write_bytes(b"PK")

    available, because = weights.look(weights.entry("resnet18.in1k"))

    assert not available
    assert "has 2 bytes instead of 46,830,571" in because
