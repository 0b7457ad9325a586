"""What a family says of itself."""

from __future__ import annotations

from importlib.metadata import metadata

from headstart.families import known
from headstart.records.data import MODALITIES
from headstart.records.start import START_NAMES
from headstart.records.task import KINDS
from headstart.testing.claim import expect
from headstart.testing.subject import Subject

_LONGEST_SUMMARY = 90


def check_card_names_the_family(subject: Subject) -> None:
    """A family is found by one name: in the table, in its file's name and on its card."""
    card, file = subject.card.name, known()[subject.name].rpartition(".")[2]
    expect(card == subject.name, f"the card says `{card}`, the table `{subject.name}`")
    expect(file == subject.name, f"the file is called `{file}`")


def check_card_summary_fits_a_line(subject: Subject) -> None:
    """`headstart models` prints the summary beside the name."""
    summary = subject.card.summary
    expect(summary and "\n" not in summary, "the summary is not one line")
    expect(len(summary) <= _LONGEST_SUMMARY, f"the summary has {len(summary)} characters")


def check_card_says_what_it_takes(subject: Subject) -> None:
    """Advice chooses by kind and modality; a card without them is never chosen."""
    card = subject.card
    expect(card.kinds, "the card names no kind of task")
    expect(set(card.kinds) <= set(KINDS), f"unknown kinds: {set(card.kinds) - set(KINDS)}")
    strange = set(card.modalities) - set(MODALITIES)
    expect(not strange, f"unknown modalities: {strange}")


def check_card_has_an_answer_for_every_start(subject: Subject) -> None:
    """Each of the four starts exists, or is refused with a reason that a person can read."""
    card = subject.card
    refused = dict(card.no_start)
    expect(len(refused) == len(card.no_start), "a start is refused twice")
    both = sorted((*card.starts, *refused))
    expect(both == sorted(START_NAMES), f"starts made or refused are {both}")
    expect(all(refused.values()), "a start is refused without a reason")


def check_card_names_declared_extras(subject: Subject) -> None:
    """A missing library is one sentence with the extra to install; that extra has to exist."""
    declared = metadata("headstart").get_all("Provides-Extra") or []
    strange = set(subject.card.extras) - set(declared)
    expect(not strange, f"undeclared extras: {strange}")


def check_card_gives_references(subject: Subject) -> None:
    """A method comes from somewhere, and the reader may want to go there."""
    expect(any(subject.card.references), "the card has no reference")


def check_card_says_when_not_to_use_it(subject: Subject) -> None:
    """No family is best everywhere; the one that says where it is not can be trusted elsewhere."""
    expect(subject.card.when_not, "the card does not say when not to use it")


def check_card_excuses_have_reasons(subject: Subject) -> None:
    """An excuse names a check that exists and says why it cannot hold."""
    from headstart.testing.suite import checks

    names = {check.__name__ for check in checks()}
    for name, reason in subject.card.excused:
        expect(name in names, f"an excuse is made for `{name}`, which is no check")
        expect(reason, f"the excuse for `{name}` has no reason")
