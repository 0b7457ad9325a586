"""Where the first parameters come from."""

from __future__ import annotations

from headstart.records import Receipt
from headstart.testing.checks.output import expect_well_formed
from headstart.testing.claim import Unconcerned, expect
from headstart.testing.lesson import ROUNDS
from headstart.testing.subject import Subject


def check_fine_tuning_goes_on_from_an_earlier_model(subject: Subject) -> None:
    """A start on the card works: what an earlier run's model knew is there from the first round."""
    lesson = subject.lesson
    _, later = subject.fine_tuned
    expect_well_formed(later.model.predict(lesson.unseen), lesson, lesson.unseen)


def check_fine_tuning_begins_lower_than_scratch(subject: Subject) -> None:
    """If the first loss is no lower, nothing was taken over."""
    scratch, later = (fitted.session.losses for fitted in subject.fine_tuned)
    expect(
        later[0] < scratch[0],
        f"the first loss is {later[0]:.4g}, from scratch it was {scratch[0]:.4g}",
    )


def check_fine_tuning_gives_a_receipt(subject: Subject) -> None:
    """Nothing is taken over or dropped quietly."""
    _, later = subject.fine_tuned
    describe = getattr(later.model, "describe", None)
    expect(describe, "the model cannot describe itself")
    assert describe is not None
    receipt = describe().get("receipt")
    expect(isinstance(receipt, Receipt) and receipt.moves, f"the receipt is {receipt}")


def check_tensors_that_fit_are_a_start(subject: Subject) -> None:
    """A file of somebody's own network begins the family's, and every tensor is accounted for."""
    lesson, fitted = subject.lesson, subject.transferred
    expect_well_formed(fitted.model.predict(lesson.unseen), lesson, lesson.unseen)
    describe = getattr(fitted.model, "describe", None)
    receipt = describe().get("receipt") if describe else None
    expect(isinstance(receipt, Receipt), f"the receipt is {receipt}")
    assert isinstance(receipt, Receipt)
    taken = [move for move in receipt.moves if move.action in ("copied", "adapted")]
    expect(taken and receipt.coverage, "nothing of its own shape was taken")
    expect(subject.card.controls, "its card does not say that control arms can be made of it")


def check_kept_session_continues(subject: Subject) -> None:
    """After a kill, and from rung to rung in a world, the count and the curve go on."""
    lesson, folder = subject.lesson, subject.new_folder()
    few = lesson.work / 4
    first = subject.session(lesson, folder=folder, work=few, carry=True)
    subject.fit(lesson, first)
    if first.kept is None:
        raise Unconcerned("it keeps nothing between rounds and starts over")
    second = subject.session(lesson, folder=folder, work=lesson.work, carry=True)
    done = second.rounds_done
    subject.fit(lesson, second)
    expect(done > 0, f"the second session began at round {done} of {ROUNDS}")
    expect(
        second.losses and second.losses[0] < first.losses[0],
        f"the curve began again at {second.losses[:1]}; before it was at {first.losses[0]:.4g}",
    )
