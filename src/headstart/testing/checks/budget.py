"""A budget is a promise, and every family keeps it by the same three words of the session."""

from __future__ import annotations

from headstart.testing.checks.output import expect_well_formed
from headstart.testing.claim import expect
from headstart.testing.subject import Subject


def check_expired_clock_leaves_a_usable_model(subject: Subject) -> None:
    """There is a model at any moment; a clock that has run out still allows one round."""
    for lesson in subject.lessons:
        fitted = subject.fit(lesson, subject.session(lesson, seconds=0.0))
        expect_well_formed(fitted.model.predict(lesson.unseen), lesson, lesson.unseen)


def check_rounds_end_within_one_round(subject: Subject) -> None:
    """Ctrl-C and the scheduler ask between rounds; who goes on regardless is killed."""
    lesson = subject.lesson
    fitted = subject.fit(lesson, subject.session(lesson, interrupted=lambda: True))
    done = fitted.session.rounds_done
    expect(done <= 2, f"{done} rounds were done after the interruption")
    expect_well_formed(fitted.model.predict(lesson.unseen), lesson, lesson.unseen)


def check_work_is_spent_within_one_round(subject: Subject) -> None:
    """In steps, two runs are alike to the bit; that needs every family to count alike."""
    lesson = subject.lesson
    allowed = lesson.work / 3
    session = subject.fit(lesson, subject.session(lesson, work=allowed)).session
    round_of_work = session.spent / max(session.rounds_done, 1)
    expect(session.spent > 0, "no work was counted")
    expect(
        session.spent <= allowed + round_of_work,
        f"{session.spent:.3g} units were spent of {allowed:.3g}",
    )


def check_at_least_one_report(subject: Subject) -> None:
    """The live line shows a loss, and a loss that is not finite ends the trial."""
    for lesson in subject.lessons:
        expect(subject.fitted(lesson).session.losses, f"`{lesson.name}`: no loss was reported")
