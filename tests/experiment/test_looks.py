"""Looks at locked rows are counted where the rows were locked, and cost what they cost."""

import json
import stat

import numpy as np
import pytest

from headstart.delivery.folders import MANIFEST
from headstart.errors import AskError
from headstart.experiment.book import JOURNAL, Book
from headstart.experiment.looks import joint_level, look, refuse_uncounted, take_over
from headstart.storage import journal


def model(folder, says):
    """What a look reads of a model folder."""
    folder.mkdir(parents=True)
    manifest = {"schema": 1, "checksums": {"a": says}, "adjustment": {"temperature": 1.0}}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture(autouse=True)
def _read_as_written(monkeypatch):
    def read(folder):
        return json.loads((folder / MANIFEST).read_text())

    monkeypatch.setattr("headstart.experiment.looks.read_manifest", read)


@pytest.fixture
def origin(tmp_path):
    """A run that locked rows and scored its own model on them."""
    book = Book(tmp_path / "run")
    assert look(book, model(tmp_path / "run" / "model", "first")) == 1
    book.close()
    return tmp_path / "run"


def adjusted(origin, name, says):
    """A run that adjusts the origin, and how many looks it counts."""
    folder = origin.with_name(name)
    book = Book(folder)
    try:
        take_over(book, origin)
        return look(book, model(folder / "model", says), origin)
    finally:
        book.close()


def test_two_adjustments_into_different_folders_are_a_second_and_a_third_look(origin):
    assert adjusted(origin, "one", "second") == 2
    assert adjusted(origin, "other", "third") == 3


def test_the_same_model_again_is_no_further_look(origin):
    adjusted(origin, "one", "second")

    assert adjusted(origin, "again", "second") == 2


def test_the_origin_keeps_every_look_and_what_it_had(origin):
    before = journal.read(origin / JOURNAL)

    adjusted(origin, "one", "second")
    adjusted(origin, "other", "third")

    after = journal.read(origin / JOURNAL)
    assert after[: len(before)] == before
    assert [each["type"] for each in after] == ["looked"] * 3


def test_an_adjustment_of_an_adjustment_counts_on(origin):
    adjusted(origin, "one", "second")
    book = Book(origin.with_name("chained"))
    take_over(book, origin.with_name("one"), origin)

    assert look(book, model(origin.with_name("chained") / "model", "third"), origin) == 3
    book.close()


def test_an_origin_that_is_being_written_is_waited_for_and_then_refused(origin, monkeypatch):
    monkeypatch.setattr("headstart.experiment.looks._SECONDS_TO_WAIT", 0.1)
    writing = Book(origin)

    with pytest.raises(AskError, match="being written by another process"):
        adjusted(origin, "one", "second")
    writing.close()


def test_a_journal_that_nobody_may_write_is_refused_in_words(origin, monkeypatch):
    (origin / JOURNAL).chmod(stat.S_IREAD)
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everything

    with pytest.raises(AskError, match="is counted there"):
        refuse_uncounted(origin)


def test_the_intervals_of_several_looks_hold_together():
    """Ten useless models on the same rows: the best of them is inside of its interval as promised.

    With the level of a single look it is outside far too often.
    """
    random, rows, models, repeats = np.random.default_rng(0), 200, 10, 400
    right = random.binomial(rows, 0.5, (repeats, models)) / rows

    def held(level):
        from scipy.stats import norm

        reach = norm.ppf((1 + level) / 2) * np.sqrt(right * (1 - right) / rows)
        return np.mean(np.all(np.abs(right - 0.5) <= reach, axis=1))

    assert held(joint_level(models)) >= 0.88
    assert held(joint_level(1)) < 0.6
