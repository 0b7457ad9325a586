"""A delivered model serves many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from headstart.testing.claim import expect
from headstart.testing.lesson import arrays, furthest
from headstart.testing.subject import Subject

_ROUNDING = 1e-5


def check_two_threads_predict_as_one(subject: Subject) -> None:
    """A server answers two people at the same moment with the same model."""
    for lesson in subject.lessons:
        model = subject.fitted(lesson).model
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(model.predict, [lesson.unseen] * 4))
        for answer in answers:
            apart = furthest(arrays(subject.answered(lesson).prediction), arrays(answer))
            expect(apart <= _ROUNDING, f"`{lesson.name}`: side by side, off by {apart:.3g}")
