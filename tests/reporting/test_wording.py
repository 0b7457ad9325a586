from __future__ import annotations

from pathlib import Path

from headstart.reporting.wording import place


def test_a_path_is_told_from_the_working_folder_or_from_home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path.parent))

    assert place(str(tmp_path / "data" / "t.csv")) == "data/t.csv"
    assert place(str(tmp_path.parent / "t.csv")) == "~/t.csv"


def test_what_the_person_typed_stays_as_it_is():
    assert place("../data/t.csv") == "../data/t.csv"
    assert place("/etc/hosts") == "/etc/hosts"
    assert place("gym:CartPole-v1") == "gym:CartPole-v1"


def test_a_long_path_keeps_its_end():
    path = Path("/", *["folder"] * 12, "adult.parquet")

    assert place(str(path)) == "…/folder/folder/folder/adult.parquet"
