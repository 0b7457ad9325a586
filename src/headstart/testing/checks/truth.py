"""The same question has the same answer."""

from __future__ import annotations

from headstart.testing.claim import expect
from headstart.testing.lesson import arrays, furthest, part, rows_of
from headstart.testing.subject import Subject

_ROUNDING = 1e-5
"""Single precision sums in another order; more than that is another answer."""


def check_same_seed_same_predictions(subject: Subject) -> None:
    """A result that cannot be repeated cannot be checked."""
    lesson = subject.lesson
    again = subject.repeated.model.predict(lesson.unseen)
    apart = furthest(arrays(subject.answered(lesson).prediction), arrays(again))
    expect(apart == 0.0, f"two fits with one seed differ by {apart:.3g}")


def check_row_order_changes_nothing(subject: Subject) -> None:
    """Nobody expects the answer for a row to depend on its place in the file."""
    for lesson in subject.lessons:
        backwards = list(range(rows_of(lesson.unseen)))[::-1]
        model = subject.fitted(lesson).model
        found = arrays(model.predict(part(lesson.unseen, backwards)))
        wanted = tuple(each[::-1] for each in arrays(subject.answered(lesson).prediction))
        apart = furthest(wanted, found)
        expect(apart <= _ROUNDING, f"`{lesson.name}`: backwards, answers differ by {apart:.3g}")


def check_one_row_equals_that_row_of_a_batch(subject: Subject) -> None:
    """A model is judged on batches and served row by row."""
    for lesson in subject.lessons:
        model = subject.fitted(lesson).model
        for row in (0, 5):
            found = arrays(model.predict(part(lesson.unseen, [row])))
            wanted = tuple(
                each[row : row + 1] for each in arrays(subject.answered(lesson).prediction)
            )
            apart = furthest(wanted, found)
            expect(apart <= _ROUNDING, f"`{lesson.name}`: alone, row {row} differs by {apart:.3g}")


def check_empty_in_empty_out(subject: Subject) -> None:
    """A filter that leaves nothing is no error."""
    for lesson in subject.lessons:
        found = arrays(subject.fitted(lesson).model.predict(part(lesson.unseen, [])))
        wanted = tuple(each[:0] for each in arrays(subject.answered(lesson).prediction))
        shapes = [each.shape for each in found], [each.shape for each in wanted]
        expect(shapes[0] == shapes[1], f"`{lesson.name}`: shapes are {shapes[0]}, not {shapes[1]}")
