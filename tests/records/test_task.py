"""One question to the data."""

from headstart.records import Split, Task


def test_two_classes_of_one_target_are_binary():
    assert Task(kind="classification", targets=("y",), classes=(("a", "b"),)).is_binary
    assert not Task(kind="classification", targets=("y",), classes=(("a", "b", "c"),)).is_binary
    assert not Task(kind="classification", targets=("y", "z"), classes=(("a", "b"),) * 2).is_binary


def test_worlds_have_no_rows():
    assert Task(kind="regression", targets=("y",)).has_rows
    assert not Task(kind="control").has_rows
    assert not Task(kind="game").has_rows


def test_a_split_reads_as_it_is_asked_for():
    assert str(Split()) == "random"
    assert str(Split(kind="grouped", column="patient")) == "grouped:patient"
