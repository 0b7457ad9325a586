"""The demo's rows are in files that stay, so that what it suggests next can be done."""

from pathlib import Path

import pyarrow.csv as csv
import pytest

from headstart.verbs import showing


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """What is fitted on when the demo of a kind is shown, without the minutes of a fit."""
    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "home"))

    def ask(kind):
        told = []
        monkeypatch.setattr(showing, "fit", lambda source, **more: told.append((source, more)))
        showing.demo(kind, seed=3)
        return told[0]

    return ask


def test_reviews_are_in_a_file_that_stays(asked):
    source, more = asked("text")

    assert (more["target"], more["minutes"], more["seed"]) == ("verdict", 4.75, 3)
    options = csv.ParseOptions(newlines_in_values=True)
    written, (table, _) = csv.read_csv(source, parse_options=options), showing.reviews()
    assert written["review"].to_pylist() == table["review"].to_pylist()
    assert written["verdict"].to_pylist() == table["verdict"].to_pylist()


def test_digits_are_in_a_folder_that_stays_and_are_written_once(asked):
    source, _ = asked("image")
    pictures = sorted(Path(source).rglob("*.png"))
    first = pictures[0].stat().st_mtime_ns

    assert len(pictures) == 1_797
    assert asked("image")[0] == source
    assert pictures[0].stat().st_mtime_ns == first


def test_tumours_stand_in_for_the_census(asked, monkeypatch):
    monkeypatch.setattr(showing, "census", lambda: None)

    source, more = asked("table")

    assert more["target"] == "diagnosis"
    assert csv.read_csv(source).num_rows == 569
