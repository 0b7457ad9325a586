"""A model survives a round trip to disk, as data."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from headstart.errors import HeadstartError
from headstart.testing.claim import Broken, expect
from headstart.testing.lesson import arrays, furthest
from headstart.testing.subject import Subject

_ROUNDING = 1e-6
_PICKLES = tuple(bytes([0x80, protocol]) for protocol in range(1, 6))
_PICKLED = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".npz", ".bin")


def check_saved_model_answers_alike_in_a_fresh_process(subject: Subject) -> None:
    """What was measured is what is delivered, in another process, on another day."""
    for lesson in subject.lessons:
        file = subject.fresh.answers.get(lesson.name)
        expect(file, f"`{lesson.name}`: no answer after loading. {subject.fresh.trouble}")
        assert file is not None
        with np.load(file) as stored:
            found = tuple(stored[name] for name in stored.files)
        apart = furthest(arrays(subject.answered(lesson).prediction), found)
        expect(apart <= _ROUNDING, f"`{lesson.name}`: after loading, answers differ by {apart:.3g}")


def check_model_folder_holds_no_pickle(subject: Subject) -> None:
    """A pickle runs code when it is opened; a model folder is data from strangers."""
    for lesson in subject.lessons:
        folder = subject.saved(lesson)
        files = [path for path in folder.rglob("*") if path.is_file()]
        expect(files, f"`{lesson.name}`: nothing was saved")
        pickled = sorted(path.name for path in files if _is_pickled(path))
        expect(not pickled, f"`{lesson.name}`: pickles in {pickled}")


def check_wrong_folder_is_refused_in_words(subject: Subject) -> None:
    """The wrong folder is named far more often than a damaged one."""
    folder = subject.new_folder()
    (folder / "holiday.txt").write_text("not a model")
    try:
        subject.family.load(folder)
    except HeadstartError as refusal:
        expect(str(folder) in str(refusal), f"the refusal does not name the folder: {refusal}")
        return
    raise Broken("a folder with a text file was loaded as a model")


def _is_pickled(path: Path) -> bool:
    if path.suffix in _PICKLED:
        return True
    with open(path, "rb") as file:
        beginning = file.read(2)
    return beginning in _PICKLES or beginning == b"PK"
