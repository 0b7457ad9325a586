"""A run's folder is opened for one question, by one writer, also after a kill at any moment."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from headstart.cli import options
from headstart.cli.parser import parse
from headstart.errors import AskError
from headstart.experiment.book import Book
from headstart.records import Budget, Profile, Split, Task
from headstart.records.label_mapping import label_mapping
from headstart.verbs.opening import open_run, place_of, read_question, write_question
from headstart.verbs.question import Asked
from headstart.verbs.request import Request

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")
ASKED = Asked(
    data=None,
    task=TASK,
    profile=Profile(source="d.csv", rows=9, columns=(), task=TASK),
    source="d.csv",
    fingerprint="f1",
)


def request(folder: Path, **fields) -> Request:
    common = {"source": "d.csv", "question": {"target": "y"}, "budget": Budget(steps=9.0)}
    return Request(**{**common, "began": 0.0, "out": folder / "run", **fields})


def let_in(asked: Request, what: Asked = ASKED):
    with place_of(asked) as folder:
        return open_run(asked, what, folder)


def begin(asked: Request, what: Asked = ASKED):
    opened = let_in(asked, what)
    book = Book(opened.folder)
    try:
        write_question(opened, asked, what)
    finally:
        book.close()
    return opened


def test_the_same_question_is_let_in_again(tmp_path):
    begin(request(tmp_path))

    begin(request(tmp_path, budget=Budget(steps=20.0), families=("linear",)))

    assert read_question(tmp_path / "run")["budget"] == {"steps": 20.0}


@pytest.mark.parametrize(
    ("fields", "what", "named"),
    [
        ({}, replace(ASKED, fingerprint="f2"), "source"),
        ({}, replace(ASKED, task=replace(TASK, targets=("z",))), "target"),
        ({}, replace(ASKED, task=replace(TASK, kind="regression", classes=())), "task"),
        ({}, replace(ASKED, task=replace(TASK, metric="f1")), "metric"),
        ({}, replace(ASKED, task=replace(TASK, split=Split(kind="grouped", column="g"))), "split"),
        ({"seed": 1}, ASKED, "seed"),
        ({"test": "t.csv"}, ASKED, "test"),
        ({"labels": (("a", ("OK",)),)}, ASKED, r"mapping of labels \(--label\)"),
        ({"question": {"target": "y", "columns": {"x": "ignored"}}}, ASKED, "columns"),
    ],
)
def test_whatever_decides_on_the_rows_makes_another_question(tmp_path, fields, what, named):
    begin(request(tmp_path))

    with pytest.raises(AskError, match=f"another question: its {named} is not the same") as told:
        let_in(request(tmp_path, **fields), what)

    assert "headstart fit d.csv --target y --steps 9 --seed 0" in told.value.hint


def test_a_mapping_of_labels_is_kept_and_asked_again(tmp_path):
    labels = (("<=50K", ("LABEL_0", "LABEL_2")), ("a b", ("POSITIVE",)))

    opened = begin(request(tmp_path, labels=labels))

    kept = read_question(tmp_path / "run")["options"]["labels"]
    assert label_mapping(kept) == labels
    words = shlex.split(opened.command)[1:]
    assert options.budget(parse(words))["labels"] == kept
    begin(request(tmp_path, labels=labels))


def test_a_call_that_may_not_write_leaves_the_question_as_it_is(tmp_path):
    first = request(tmp_path)
    opened = let_in(first)
    book = Book(opened.folder)
    write_question(opened, first, ASKED)

    with pytest.raises(AskError, match="written by another process"):
        begin(request(tmp_path, budget=Budget(steps=20.0)))

    assert read_question(tmp_path / "run")["budget"] == {"steps": 9.0}
    book.close()


@pytest.mark.parametrize("names", [[".run.toml.123.part"], ["journal.jsonl"]])
def test_a_folder_whose_call_was_killed_before_its_question_is_new(tmp_path, names):
    (tmp_path / "run").mkdir()
    for name in names:
        (tmp_path / "run" / name).touch()

    begin(request(tmp_path))

    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "journal.jsonl",
        "run.toml",
    ]


def test_a_folder_of_other_things_is_refused_untouched(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.tex").write_text("chapter 1")

    with pytest.raises(AskError, match="is not a run"):
        let_in(request(tmp_path))

    assert [path.name for path in (tmp_path / "run").iterdir()] == ["thesis.tex"]


def test_two_calls_at_once_get_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unnamed = replace(request(tmp_path), out=None)

    with place_of(unnamed) as one, place_of(unnamed) as two:
        assert (one, two) == (Path("run-1"), Path("run-2"))
        assert one.is_dir()


def unpack_and_be_refused(asked: Request):
    with place_of(asked) as folder:
        (folder / "cache" / "source-1" / "files").mkdir(parents=True)
        raise AskError("no such column")


def test_what_was_unpacked_for_a_question_that_is_refused_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for asked in (request(tmp_path), replace(request(tmp_path), out=None)):
        with pytest.raises(AskError, match="no such column"):
            unpack_and_be_refused(asked)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_call_has_unpacked_is_no_other_thing(tmp_path):
    (tmp_path / "run" / "cache" / "source-1").mkdir(parents=True)

    begin(request(tmp_path))

    assert (tmp_path / "run" / "cache" / "source-1").is_dir()
