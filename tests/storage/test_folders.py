"""A crash leaves the old state or the new one, never half."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from headstart.errors import DataError, WeightsError
from headstart.storage import folders, journal
from headstart.storage.folders import (
    fleeting,
    inside,
    new_folder,
    stored,
    sweep,
    write_file,
)


@pytest.mark.parametrize("name", ["../up", "a/../../up", "/etc/passwd", "a\0b", "a\\..\\b"])
def test_a_name_never_leads_out_of_its_folder(name, tmp_path):
    with pytest.raises(DataError, match="path"):
        inside(tmp_path, name)


def test_a_link_never_leads_out_of_its_folder(tmp_path):
    (tmp_path / "away").symlink_to("/etc")

    with pytest.raises(DataError, match="leads out"):
        inside(tmp_path, "away/passwd")


def test_a_name_below_stays(tmp_path):
    assert inside(tmp_path, "a/../b/c.txt") == tmp_path.resolve() / "b" / "c.txt"


def test_a_file_is_replaced_whole(tmp_path):
    write_file(tmp_path / "note", "old")
    write_file(tmp_path / "note", b"new")

    assert (tmp_path / "note").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["note"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    write_file(tmp_path / "note", "old")
    monkeypatch.setattr(folders.os, "replace", _fails)

    with pytest.raises(OSError, match="full"):
        write_file(tmp_path / "note", "new")

    assert (tmp_path / "note").read_text() == "old"
    assert os.listdir(tmp_path) == ["note"]


def test_a_folder_appears_when_its_block_has_ended(tmp_path):
    with new_folder(tmp_path / "deep" / "made") as folder:
        (folder / "part").write_text("1")
        assert not (tmp_path / "deep" / "made").exists()

    assert (tmp_path / "deep" / "made" / "part").read_text() == "1"


def test_a_folder_that_fails_leaves_nothing(tmp_path):
    def fill():
        with new_folder(tmp_path / "made") as folder:
            (folder / "part").write_text("1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fill()

    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_is_replaced_whole(at_once, tmp_path, monkeypatch):
    if not at_once:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    for content in ("old", "new"):
        with new_folder(tmp_path / "made") as folder:
            (folder / content).write_text(content)

    assert os.listdir(tmp_path / "made") == ["new"]
    assert os.listdir(tmp_path) == ["made"]


@pytest.mark.skipif(sys.platform != "linux", reason="two renames are needed elsewhere")
def test_at_no_moment_is_the_folder_missing(tmp_path, monkeypatch):
    with new_folder(tmp_path / "made") as folder:
        (folder / "old").write_text("old")
    seen = []
    monkeypatch.setattr(
        folders.shutil, "rmtree", lambda path, **_: seen.append((tmp_path / "made").is_dir())
    )
    monkeypatch.setattr(folders.os, "replace", _fails)

    with new_folder(tmp_path / "made") as folder:
        (folder / "new").write_text("new")

    assert seen
    assert all(seen)
    assert os.listdir(tmp_path / "made") == ["new"]


def test_a_missing_file_is_refused_with_what_was_found(tmp_path):
    (tmp_path / "holiday.txt").write_text("")

    with pytest.raises(WeightsError, match=r"no `policy\.json`; found `holiday\.txt`"):
        stored(tmp_path, "policy.json")
    with pytest.raises(WeightsError, match="found nothing"):
        stored(tmp_path / "nowhere", "policy.json")


def _fails(*_):
    raise OSError("the disk is full")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such call elsewhere")
def test_two_folders_exchange_their_names(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "mark").write_text("")

    assert folders._exchange(tmp_path / "one", tmp_path / "other")
    assert Path(tmp_path / "other" / "mark").exists()


def test_nothing_waits_for_the_disk_in_a_fleeting_block_and_everything_after_it(
    tmp_path, monkeypatch
):
    waits = []
    monkeypatch.setattr(folders.os, "fsync", waits.append)

    with fleeting(), closing(journal.Writer(tmp_path / "journal.jsonl")) as writer:
        writer.append({"type": "note"})
        write_file(tmp_path / "note", "1")
        with new_folder(tmp_path / "made") as folder:
            (folder / "part").write_text("1")
    in_block = len(waits)
    write_file(tmp_path / "note", "2")

    assert in_block == 0
    assert len(waits) == 2  # the file, and the name in its folder
    assert journal.read(tmp_path / "journal.jsonl") == [{"type": "note"}]


def test_sweeping_removes_what_was_never_committed_and_nothing_else(tmp_path):
    (tmp_path / "trials" / ".0007.123.part" / "model").mkdir(parents=True)
    (tmp_path / "trials" / "0007" / ".kept.5.old").mkdir(parents=True)
    for name in (".model.9.part", ".notes.part", "report.html", "trials/0007/.hidden"):
        (tmp_path / name).write_text("")

    sweep(tmp_path)

    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == [".notes.part", "report.html", "trials", "trials/0007", "trials/0007/.hidden"]
