"""A family touches nothing that is not its own."""

from __future__ import annotations

from collections.abc import Iterator

from headstart.records import Table
from headstart.testing import tables
from headstart.testing.claim import expect
from headstart.testing.subject import Subject
from headstart.testing.witness import Witness


def check_data_stay_unchanged(subject: Subject) -> None:
    """The rows are shared by every trial of a run."""
    for lesson in subject.row_lessons:
        subject.answered(lesson)
        before = tables.again(lesson.name)
        assert isinstance(lesson.data, Table)
        expect(lesson.data.arrow.equals(before.arrow), f"`{lesson.name}`: the values changed")
        same_ids = (lesson.data.row_ids == before.row_ids).all()
        expect(same_ids, f"`{lesson.name}`: the row numbers changed")


def check_global_random_states_stay_untouched(subject: Subject) -> None:
    """Who reseeds the person's generators, or draws from them, changes their results elsewhere.

    Asked of a second fit, because some libraries draw once while they are imported.
    """
    fitted, answered = subject.repeated.witness, subject.answered(subject.lesson).witness
    for what, witness in (("the fit", fitted), ("predicting", answered)):
        expect(not witness.drawn, f"{what} drew from the global state of {witness.drawn}")


def check_nothing_is_written_elsewhere(subject: Subject) -> None:
    """Only the session's folder belongs to the trial; logs in the working folder do not."""
    for what, witness in _witnesses(subject):
        expect(not witness.strewn, f"{what} left {witness.strewn} in the working folder")


def check_nothing_is_printed(subject: Subject) -> None:
    """With --json, standard output is one document; compiled libraries are heard as well."""
    for what, witness in _witnesses(subject):
        expect(not witness.printed, f"{what} printed {witness.printed[:200]!r}")


def _witnesses(subject: Subject) -> Iterator[tuple[str, Witness]]:
    for lesson in subject.lessons:
        yield f"`{lesson.name}`: the fit", subject.fitted(lesson).witness
        yield f"`{lesson.name}`: predicting", subject.answered(lesson).witness
