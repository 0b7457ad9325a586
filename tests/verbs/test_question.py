"""A question is settled, or refused in words, before anything is trained."""

import datetime

import pytest

from headstart.errors import AskError, DataError
from headstart.verbs.question import ask, read_test


def write(folder, text: str, name: str = "t.csv"):
    path = folder / name
    path.write_text(text)
    return path


@pytest.fixture
def asked(tmp_path):
    rows = "".join(f"{i * 7 % 10},{13 + i % 10:02d}/02/2024,{'ab'[i % 2]}\n" for i in range(30))
    return ask(write(tmp_path, "x,day,y\n" + rows), target="y")


def test_a_metric_that_cannot_judge_the_target_is_refused_at_once(tmp_path):
    path = write(tmp_path, "x,y\n" + "".join(f"{i},{i / 2}\n" for i in range(30)))

    with pytest.raises(DataError, match="mape"):
        ask(path, target="y", metric="mape")
    with pytest.raises(AskError, match="the metric `f1` does not fit a task of kind regression"):
        ask(path, target="y", metric="f1")


def test_notes_on_the_reading_go_with_the_profile(tmp_path):
    path = write(tmp_path, "x;y\n" + "".join(f"{i},5;{i % 2}\n" for i in range(30)))

    assert ask(path, target="y").profile.notes == ("in `x` a comma is the decimal mark",)


def test_test_rows_are_read_as_the_question_was_and_what_was_unlike_is_noted(asked, tmp_path):
    path = write(tmp_path, "y,x,day\na,1,03/04/2024\nb,many,04/04/2024\n", "later.csv")

    noted, test = read_test(path, asked)

    assert test.values("day").to_pylist()[0] == datetime.datetime(2024, 4, 3)
    assert test.values("x").to_pylist() == [1, None]
    assert test.names("target") == ("y",)
    assert noted.profile.notes == (
        "in later.csv: 1 cell of `x` is no number (`many`): taken as missing",
    )


def test_test_rows_that_cannot_be_judged_are_refused_at_once(asked, tmp_path):
    with pytest.raises(DataError, match="values that are no class of the task: `c`"):
        read_test(write(tmp_path, "x,day,y\n1,13/02/2024,c\n2,13/02/2024,a\n", "c.csv"), asked)
    with pytest.raises(AskError, match="no column `y`"):
        read_test(write(tmp_path, "x,day\n1,13/02/2024\n2,13/02/2024\n", "n.csv"), asked)


def test_a_world_has_no_test_rows(tmp_path):
    world = ask("corridor:5")

    with pytest.raises(AskError, match="a world is judged on episodes of its own"):
        read_test(write(tmp_path, "x\n1\n"), world)
