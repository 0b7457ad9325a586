"""What a run that adjusts another one takes over."""

import numpy as np

from headstart.experiment.book import JOURNAL, Book
from headstart.experiment.challenge.inherited import inherit_vectors
from headstart.experiment.vectors import price_of
from headstart.features.kept_vectors import KeptVectors, keys_of
from headstart.storage import journal

EYES = "minilm_l6.all_v2"
READ = {"type": "embedding", "checkpoint": EYES, "rows": 2, "seconds": 3.0, "cpu_seconds": 5.0}


def a_run(folder, read=READ):
    KeptVectors(folder / "cache" / "vectors" / "eyes-3").add(keys_of(["a", "b"]), np.eye(2))
    book = Book(folder)
    book.note(read)
    book.close()
    return folder


def vectors_of(folder):
    return KeptVectors(folder / "cache" / "vectors" / "eyes-3")


def test_texts_that_an_encoder_has_read_are_not_read_again(tmp_path):
    old, book = a_run(tmp_path / "old"), Book(tmp_path / "new")

    inherit_vectors(book, old, tmp_path / "new")
    inherit_vectors(book, old, tmp_path / "new")  # a resumed call

    taken = vectors_of(tmp_path / "new")
    assert taken.missing(keys_of(["a", "b", "c"])) == [2]
    assert price_of(book, EYES).cpu_seconds == 2.5
    assert len(book.entries("embedding")) == 1
    book.close()
    taken.add(keys_of(["c"]), np.ones((1, 2)))
    assert len(vectors_of(old)) == 2


def test_a_run_that_kept_no_vectors_gives_none(tmp_path):
    (tmp_path / "old").mkdir()
    book = Book(tmp_path / "new")

    inherit_vectors(book, tmp_path / "old", tmp_path / "new")
    book.close()

    assert not (tmp_path / "new" / "cache").exists()
    assert journal.read(tmp_path / "new" / JOURNAL) == []


def test_vectors_of_a_folder_which_may_have_changed_are_left(tmp_path):
    old = a_run(tmp_path / "old", {**READ, "checkpoint": "eyes"})
    book = Book(tmp_path / "new")

    inherit_vectors(book, old, tmp_path / "new")
    book.close()

    assert not (tmp_path / "new" / "cache").exists()
