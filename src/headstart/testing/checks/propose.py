"""A family says what is worth trying, or why nothing is."""

from __future__ import annotations

from dataclasses import replace

from headstart.records import Candidate, Refusal, Scratch, Task
from headstart.records.settings import check
from headstart.records.task import KINDS
from headstart.testing.claim import expect
from headstart.testing.lesson import proposals
from headstart.testing.subject import Subject

_MOST = 12


def check_propose_answers_each_kind_of_its_card(subject: Subject) -> None:
    """A card that promises a kind, and a family that has nothing for it, mislead the advice."""
    expect(subject.lessons, "the suite has no lesson for the kinds of the card")
    for lesson in subject.lessons:
        proposed = proposals(subject.family, lesson)
        expect(not isinstance(proposed, Refusal), f"`{lesson.name}` was refused: {proposed}")
        expect(proposed, f"`{lesson.name}`: nothing was proposed and nothing said")


def check_candidates_are_well_formed(subject: Subject) -> None:
    """Every candidate carries its reason and an estimate: both are printed before it is tried."""
    for lesson in subject.lessons:
        proposed = proposals(subject.family, lesson)
        assert not isinstance(proposed, Refusal)
        names = [each.name for each in proposed]
        expect(len(set(names)) == len(names), f"`{lesson.name}`: two candidates share a name")
        for each in proposed:
            _well_formed(each, subject)


def check_propose_refuses_other_kinds(subject: Subject) -> None:
    """A "no" is information: it comes with its reason, and it is no exception."""
    for kind in KINDS:
        if kind not in subject.card.kinds:
            task = Task(kind=kind, targets=("answer",))
            profile = replace(subject.lesson.profile, task=task)
            answer = subject.family.propose(task, profile)
            expect(isinstance(answer, Refusal), f"{kind} was not refused")
            assert isinstance(answer, Refusal)
            expect(answer.because, f"{kind} was refused without a reason")
            expect(answer.family == subject.name, f"the refusal names `{answer.family}`")


def check_first_candidate_is_the_safe_one(subject: Subject) -> None:
    """With time for one candidate only, the first is taken: it must need nothing from elsewhere."""
    for lesson in subject.lessons:
        first = subject.candidate(lesson)
        expect(isinstance(first.start, Scratch), f"`{lesson.name}`: it starts with {first.start}")


def check_same_question_same_candidates(subject: Subject) -> None:
    """Two runs on the same data must race the same candidates."""
    for lesson in subject.lessons:
        one, two = (proposals(subject.family, lesson) for _ in range(2))
        expect(one == two, f"`{lesson.name}`: the candidates differ")


def check_at_most_a_dozen_candidates(subject: Subject) -> None:
    """The race has one budget for all families."""
    for lesson in subject.lessons:
        proposed = proposals(subject.family, lesson)
        assert not isinstance(proposed, Refusal)
        expect(len(proposed) <= _MOST, f"`{lesson.name}`: {len(proposed)} candidates")


def _well_formed(candidate: Candidate, subject: Subject) -> None:
    name = candidate.name
    expect(candidate.family == subject.name, f"`{name}` says it is of `{candidate.family}`")
    expect(candidate.because, f"`{name}` gives no reason")
    expect(candidate.estimate.seconds > 0, f"`{name}` estimates {candidate.estimate.seconds} s")
    expect(candidate.estimate.megabytes > 0, f"`{name}` estimates no memory")
    expect(isinstance(candidate.settings, subject.family.Settings), f"`{name}`: foreign settings")
    check(candidate.settings)
