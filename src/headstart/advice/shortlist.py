"""Ask every family what it proposes; keep, refuse and order the answers, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from headstart.advice import rules
from headstart.advice.affordable import too_slow
from headstart.advice.earlier import Earlier, read_earlier, read_sources, refused_checkpoints
from headstart.advice.estimates import Evidence, expected_seconds
from headstart.advice.licences import licensed
from headstart.advice.mapped import refuse_unanswered, refuse_unusable
from headstart.advice.narrowing import narrowed, unread
from headstart.advice.pairing import pairs
from headstart.advice.starts import going_on, name_of_start, refused_starts, wanted_starts
from headstart.advice.tensors import tensors_into
from headstart.errors import unknown_name
from headstart.families import FAMILIES, family, known
from headstart.features.own_labels import has_labels
from headstart.processes.libraries import EXTRA_OF, is_installed
from headstart.protocols import Family
from headstart.records import Budget, Candidate, Card, LabelMapping, Profile, Refusal, Task
from headstart.weights import Entry, Found, at_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to try and what not, each with its reason.

    Attributes:
        candidates: floors first, then the most promising.
        refusals: of whole families (`start` is None) and of single starts.
    """

    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    task: Task
    profile: Profile
    families: Sequence[str]
    starts: Sequence[str]
    earlier: Sequence[Earlier]
    sources: Sequence[Found]
    evidence: Sequence[Evidence]
    labels: LabelMapping

    @property
    def named(self) -> list[Entry]:
        """What is known of the pretrained checkpoints that were named."""
        return [found.entry for found in self.sources if found.entry is not None]


def advise(
    task: Task,
    profile: Profile,
    budget: Budget,
    evidence: Sequence[Evidence] = (),
    *,
    families: Sequence[str] = (),
    starts: Sequence[str] = (),
    weights: Sequence[str] = (),
    labels: LabelMapping = (),
) -> Advice:
    """Candidates and refusals for a task.

    Args:
        evidence: finished trials; they replace the estimates of their candidates.
        families: names to ask, floors besides; empty means all.
        starts: `direct`, `finetune`, `transfer`, `scratch` in any case; empty means all. The
            floors always start from scratch.
        weights: checkpoints to start from: of the catalogue, folders, earlier runs or models.
        labels: which of their own labels mean which class; for those that have all of them.

    Raises:
        AskError: an unknown family, start or checkpoint, or labels that no checkpoint can answer.
        WeightsError: a checkpoint in `weights` is not on this machine, or is no model.
    """
    _check(families)
    earlier = read_earlier(weights)
    question = _Question(
        task=task,
        profile=profile,
        families=families,
        starts=wanted_starts(starts),
        earlier=earlier,
        sources=read_sources(weights, earlier),
        evidence=evidence,
        labels=labels,
    )
    if labels:
        refuse_unusable(labels, task, question.starts, _readers(question))
    candidates: list[Candidate] = []
    refusals: list[Refusal] = []
    for name in known():
        kept, refused = _ask(name, question)
        slow = {each.name: too_slow(each, profile, budget) for each in kept if not _is_floor(each)}
        candidates += [each for each in kept if slow.get(each.name) is None]
        refusals += [*refused, *(each for each in slow.values() if each is not None)]
    if "Transfer" in question.starts:
        paired = pairs(task, profile, weights, families)
        candidates += [each for each in paired if too_slow(each, profile, budget) is None]
        answered = {each.family for each in paired}
        refusals = [r for r in refusals if r.start != "Transfer" or r.family not in answered]
    refusals += refused_checkpoints(weights, candidates, refusals)
    ordered = sorted(candidates, key=lambda candidate: _place(candidate, profile))
    if not families:
        ordered, left_out = narrowed(ordered, profile, budget)
        refusals += left_out
    if labels:
        refuse_unanswered(ordered, refusals, _readers(question))
    told = tuple(licensed(each, question.named) for each in ordered)
    return Advice(candidates=told, refusals=tuple(refusals))


def missing_library(card: Card) -> str:
    """Which library a family lacks and how to get it; empty when nothing is missing.

    An extra that brings a library of the family's own name is needed for that library alone.
    """
    for extra in card.extras:
        libraries = [library for library, brings in EXTRA_OF.items() if brings == extra]
        own = [card.name] if card.name in libraries else libraries
        absent = [library for library in own if not is_installed(library)]
        if absent:
            get = f"pip install 'headstart[{extra}]'"
            return f"it needs {absent[0]}, which is not installed; get it with {get}"
    return ""


def _check(families: Sequence[str]) -> None:
    names = list(known())
    for name in families:
        if name not in names:
            raise unknown_name("family", name, names)


def _ask(name: str, question: _Question) -> tuple[list[Candidate], list[Refusal]]:
    """What one family proposes and refuses; a third party's that breaks breaks no run."""
    if name in FAMILIES:
        return _asked(name, question)
    try:
        return _asked(name, question)
    except Exception as error:  # noqa: BLE001  # the border to code that we do not know
        said = f"{type(error).__name__}: {error}"
        return [], [Refusal(family=name, because=f"it broke when it was asked: {said}")]


def _asked(name: str, question: _Question) -> tuple[list[Candidate], list[Refusal]]:
    module = family(name)
    card, task, profile = module.CARD, question.task, question.profile
    if question.families and name not in question.families and not card.is_floor:
        return [], []
    missing = missing_library(card)
    if missing:
        return [], [Refusal(family=name, because=missing)]
    if because := unread(card.modalities, profile):
        return [], [Refusal(family=name, because=because)]
    proposed = _proposed(module, name, question)
    if isinstance(proposed, Refusal):
        return [], [proposed]
    made = [each for each in proposed if isinstance(each, Candidate)]
    explained = [_explained(each, card, profile) for each in made]
    begun = _begun_from_tensors(module, explained, question)
    candidates = explained + going_on(card, explained, task, question.earlier)
    candidates += [each for each in begun if isinstance(each, Candidate)]
    refused = refused_starts(card, candidates, question.starts, task, question.earlier)
    own = {each.start: each for each in (*begun, *proposed) if isinstance(each, Refusal)}
    refused = [own.get(each.start, each) for each in refused]
    wanted = [each for each in candidates if card.is_floor or _has_start(each, question.starts)]
    return [_sharpened(each, profile, question.evidence) for each in wanted], refused


def _begun_from_tensors(
    module: Family, candidates: Sequence[Candidate], question: _Question
) -> list[Candidate | Refusal]:
    """Candidates that begin from what fits of a checkpoint, and why others do not."""
    if "Transfer" not in question.starts:
        return []
    return tensors_into(
        module,
        candidates,
        question.sources,
        question.profile,
        is_asked=module.CARD.name in question.families,
    )


def _proposed(
    module: Family, name: str, question: _Question
) -> Sequence[Candidate | Refusal] | Refusal:
    """What a family proposes: from the checkpoints that a person named for it, where there are."""
    named = [entry for entry in question.named if entry.family == name]
    entries = named or (at_hand(name) if question.labels else [])
    is_meant = question.labels and any(has_labels(e.labels, question.labels) for e in entries)
    if "propose_from" not in vars(module) or not (named or is_meant):
        return module.propose(question.task, question.profile)
    ask: Any = vars(module)["propose_from"]
    mapped = {"labels": question.labels} if is_meant else {}
    proposed = ask(question.task, question.profile, entries, **mapped)
    return cast(Sequence[Candidate | Refusal] | Refusal, proposed)


def _readers(question: _Question) -> list[Entry]:
    """The checkpoints that read the rows: of each family those that were named, else all here."""
    found = []
    for name in question.families or known():
        named = [entry for entry in question.named if entry.family == name]
        found += named or at_hand(name)
    return [entry for entry in found if question.profile.inputs(entry.modality)]


def _explained(candidate: Candidate, card: Card, profile: Profile) -> Candidate:
    """The candidate's own reason, and the rules whose source it does not name itself."""
    if card.is_floor:
        return candidate
    told = [
        reason.text
        for reason in rules.reasons(candidate.family, profile)
        if not reason.is_named_in(candidate.because)
    ]
    return replace(candidate, because="; ".join(filter(None, (candidate.because, *told))))


def _sharpened(candidate: Candidate, profile: Profile, evidence: Sequence[Evidence]) -> Candidate:
    """The candidate with its estimate measured, where there is evidence about it."""
    if not any(each.candidate == candidate.name for each in evidence):
        return candidate
    seconds = expected_seconds(candidate, max(profile.rows, 1), evidence)
    return replace(candidate, estimate=replace(candidate.estimate, seconds=seconds))


def _has_start(candidate: Candidate, starts: Sequence[str]) -> bool:
    return name_of_start(candidate) in starts


def _is_floor(candidate: Candidate) -> bool:
    return family(candidate.family).CARD.is_floor


def _place(candidate: Candidate, profile: Profile) -> tuple[bool, float]:
    return (not _is_floor(candidate), -rules.promise(candidate.family, profile))
