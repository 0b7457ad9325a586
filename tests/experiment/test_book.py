import pytest

from headstart.errors import AskError
from headstart.experiment.book import Book, read_trials
from headstart.records import Refusal, Scratch, Trial
from headstart.storage import journal


def ended(book: Book, candidate: str, rows: int, loss: float) -> Trial:
    trial = Trial(
        id=book.begin(candidate, rows, 0),
        candidate=candidate,
        family="linear",
        start=Scratch(),
        status="finished",
        rows=rows,
        draw=0,
        score=0.5,
        loss=loss,
        settings=(("penalty", 0.1),),
    )
    book.end(trial)
    return trial


def test_a_trial_survives_closing_and_opening(tmp_path):
    book = Book(tmp_path)
    trial = ended(book, "linear", 64, 0.3)
    book.close()

    again = Book(tmp_path)

    assert again.find("linear", 64, 0) == trial
    assert again.trials == (trial,)
    assert read_trials(tmp_path) == (trial,)
    again.close()


def test_an_attempt_after_a_kill_gets_the_id_of_the_first(tmp_path):
    book = Book(tmp_path)
    first = book.begin("linear", 64, 0)
    book.close()

    again = Book(tmp_path)

    assert again.begin("linear", 64, 0) == first
    assert again.begin("linear", 64, 1) != first
    assert again.find("linear", 64, 0) is None
    again.close()


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path):
    book = Book(tmp_path)

    with pytest.raises(AskError, match="written by another process"):
        Book(tmp_path)

    book.close()


def test_a_torn_last_line_is_dropped_and_the_rest_stands(tmp_path):
    book = Book(tmp_path)
    trial = ended(book, "linear", 64, 0.3)
    book.close()
    with open(tmp_path / "journal.jsonl", "ab") as file:
        file.write(b'1234abcd {"type":"trial","id":"00')

    again = Book(tmp_path)

    assert again.trials == (trial,)
    again.close()


def test_a_refusal_is_one_row_however_often_it_is_told(tmp_path):
    book = Book(tmp_path)
    refusal = Refusal(family="majority", start="Direct", because="it has no parameters")

    book.refuse(refusal)
    book.refuse(refusal)

    assert [(each.status, each.family) for each in book.trials] == [("refused", "majority")]
    assert type(book.trials[0].start).__name__ == "Direct"
    book.close()


CALL = {"budget": {"steps": 100}, "seed": 0}


def test_the_same_call_after_a_kill_meets_its_trials_one_by_one(tmp_path):
    book = Book(tmp_path)
    before = ended(book, "linear", 64, 0.3)
    book.call(CALL, retraces=True)
    trial = ended(book, "linear", 128, 0.2)
    book.close()

    again = Book(tmp_path)
    again.call(CALL, retraces=True)

    assert again.trials == (before,)
    assert again.find("linear", 128, 0) is None
    assert again.recall("linear", 128, 0) == trial
    assert again.recall("linear", 128, 0) is None
    assert again.trials == (before, trial)
    assert len(again.entries("called")) == 1
    again.close()


def test_what_the_same_call_does_not_meet_again_is_not_forgotten(tmp_path):
    book = Book(tmp_path)
    book.call(CALL, retraces=True)
    trial = ended(book, "linear", 64, 0.3)
    book.close()

    again = Book(tmp_path)
    again.call(CALL, retraces=True)

    assert again.recall_all() == (trial,)
    assert again.trials == (trial,)
    again.close()


@pytest.mark.parametrize(
    ("call", "retraces"), [({**CALL, "budget": {"steps": 200}}, True), (CALL, False)]
)
def test_another_call_sees_every_earlier_trial(tmp_path, call, retraces):
    book = Book(tmp_path)
    book.call(CALL, retraces=True)
    trial = ended(book, "linear", 64, 0.3)
    book.close()

    again = Book(tmp_path)
    again.call(call, retraces=retraces)

    assert again.trials == (trial,)
    assert again.find("linear", 64, 0) == trial
    again.close()


def test_a_refusal_stays_one_row_when_its_call_goes_on(tmp_path):
    refusal = Refusal(family="majority", start="Direct", because="it has no parameters")
    for _ in range(2):
        book = Book(tmp_path)
        book.call(CALL, retraces=True)
        book.refuse(refusal)
        book.close()

    entries = journal.read(tmp_path / "journal.jsonl")
    assert sum(entry["type"] == "trial" for entry in entries) == 1
