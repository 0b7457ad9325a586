"""Answers have the promised form."""

from __future__ import annotations

import numpy as np

from headstart.records import (
    Actions,
    Data,
    Episodes,
    Numbers,
    Prediction,
    Probabilities,
)
from headstart.testing.claim import Unconcerned, expect
from headstart.testing.lesson import Lesson, arrays, rows_of
from headstart.testing.subject import Subject


def check_answers_have_the_promised_form(subject: Subject) -> None:
    """Shapes, types and finite values: everything after the model relies on them."""
    for lesson in subject.lessons:
        expect_well_formed(subject.answered(lesson).prediction, lesson, lesson.unseen)


def check_intervals_enclose_the_answer(subject: Subject) -> None:
    """A lower bound above the answer makes every decision drawn from it wrong."""
    for lesson in subject.lessons:
        answer = subject.answered(lesson).prediction
        if isinstance(answer, Numbers) and answer.lower is not None and answer.upper is not None:
            in_order = (answer.lower <= answer.values) & (answer.values <= answer.upper)
            expect(in_order.all(), f"`{lesson.name}`: bounds cross the answer")


def check_policy_answers_recorded_observations(subject: Subject) -> None:
    """A policy is asked about a log as well as sent into the world."""
    recorded = [lesson for lesson in subject.lessons if lesson.recorded is not None]
    if not recorded:
        raise Unconcerned("it does not act")
    for lesson in recorded:
        assert lesson.recorded is not None
        answer = subject.fitted(lesson).model.predict(lesson.recorded)
        expect(isinstance(answer, Actions), f"the answer is {type(answer).__name__}")
        expect(len(answer) == len(lesson.recorded), "there is not one action for each row")


def expect_well_formed(answer: Prediction, lesson: Lesson, data: Data) -> None:
    """One entry for each row, in the form that the kind of task asks for, finite."""
    name, n = lesson.name, rows_of(data)
    match lesson.task.kind:
        case "classification":
            _expect_probabilities(answer, lesson, n)
        case "regression":
            expect(isinstance(answer, Numbers), f"`{name}`: {type(answer).__name__} for numbers")
            assert isinstance(answer, Numbers)
            wanted = (n, len(lesson.task.targets))
            expect(answer.values.shape == wanted, f"`{name}`: shape {answer.values.shape}")
            expect(answer.values.dtype == np.float64, f"`{name}`: type {answer.values.dtype}")
        case "control":
            expect(isinstance(answer, Episodes), f"`{name}`: {type(answer).__name__} for episodes")
            expect(len(answer) == n, f"`{name}`: {len(answer)} episodes for {n} seeds")
    finite = all(np.isfinite(each).all() for each in arrays(answer))
    expect(finite, f"`{name}`: an answer is not finite")


def _expect_probabilities(answer: Prediction, lesson: Lesson, n: int) -> None:
    name = lesson.name
    expect(isinstance(answer, Probabilities), f"`{name}`: {type(answer).__name__} for classes")
    assert isinstance(answer, Probabilities)
    shapes = [each.shape for each in answer.values]
    wanted = [(n, len(labels)) for labels in lesson.task.classes]
    expect(shapes == wanted, f"`{name}`: shapes are {shapes}, not {wanted}")
    for each in answer.values:
        expect(each.dtype == np.float64, f"`{name}`: type {each.dtype}")
        expect(((each >= 0) & (each <= 1)).all(), f"`{name}`: a probability outside of [0, 1]")
        off = float(np.abs(each.sum(axis=1) - 1).max(initial=0.0))
        expect(off < 1e-6, f"`{name}`: probabilities sum to 1 only within {off:.2g}")
