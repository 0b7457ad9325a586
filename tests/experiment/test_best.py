"""Which model answers for a run before its verdict."""

import pytest

from headstart.errors import WeightsError
from headstart.experiment.best import model_folder
from headstart.experiment.book import Book
from headstart.records import FineTune, Scratch, Trial


def _book(folder, *trials):
    book = Book(folder)
    for number, (start, loss) in enumerate(trials):
        name = book.begin(f"c{number}", 100, 0)
        trial = Trial(
            id=name,
            candidate=f"c{number}",
            family="x",
            start=start,
            status="finished",
            rows=100,
            draw=0,
            loss=loss,
        )
        (book.folder(name) / "model").mkdir(parents=True)
        book.end(trial)
    book.close()


def test_a_control_never_answers_however_good_it_looks(tmp_path):
    control = FineTune(checkpoints=("bert",), control="random")
    _book(tmp_path, (Scratch(), 0.5), (control, 0.1), (Scratch(), 0.7))

    assert model_folder(tmp_path) == tmp_path / "trials" / "0001" / "model"


def test_a_run_of_controls_alone_has_no_model(tmp_path):
    _book(tmp_path, (FineTune(checkpoints=("bert",), control="shuffled"), 0.1))

    with pytest.raises(WeightsError, match="no finished model yet"):
        model_folder(tmp_path)
