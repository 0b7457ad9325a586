"""A family learns."""

from __future__ import annotations

from headstart.testing.claim import Unconcerned, expect
from headstart.testing.subject import Subject
from headstart.testing.subject import subject as examine

_BETTER = 0.9
"""A tenth less loss than the floor: on these lessons anything that learns does far better."""


def check_learning_beats_the_floor(subject: Subject) -> None:
    """What does not beat the constant answer has learned nothing from what it was shown."""
    for lesson in subject.lessons:
        if subject.name == lesson.floor:
            raise Unconcerned("it is the floor")
        floor = lesson.loss(examine(lesson.floor).answered(lesson).prediction)
        loss = lesson.loss(subject.answered(lesson).prediction)
        expect(loss < _BETTER * floor, f"`{lesson.name}`: loss {loss:.4g}, the floor's {floor:.4g}")


def check_reported_loss_falls(subject: Subject) -> None:
    """The curve on the screen is worth looking at only if it speaks of learning."""
    for lesson in subject.lessons:
        losses = subject.fitted(lesson).session.losses
        if len(losses) > 1:
            first, last = losses[0], losses[-1]
            expect(last < first, f"`{lesson.name}`: reported {first:.4g} first and {last:.4g} last")
