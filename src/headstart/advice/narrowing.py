"""What is left out before the race because it would take time from what can win.

A person who names families with `--families` gets all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from headstart.advice.rules import BOOSTED, is_only_media
from headstart.advice.starts import name_of_start
from headstart.families import family
from headstart.records import Budget, Candidate, Profile, Refusal

_FURTHER_WAY, _DEAR_WAY = 0.1, 0.25  # shares of the budget that a fit on all rows takes
_MUCH_QUICKER = 0.5  # of the seconds, at most
_SHARE_OF_A_TRIAL = 0.6

_Way: TypeAlias = tuple[str, tuple[str, ...]]  # family, checkpoints


def narrowed(
    candidates: Sequence[Candidate], profile: Profile, budget: Budget
) -> tuple[list[Candidate], list[Refusal]]:
    """The candidates that stay, and why the others do not; floors always stay."""
    seeing, blind = _apart(candidates, profile)
    beside = _beside(seeing, budget)
    ways, further = _ways(seeing, beside, budget)
    kept, slow = _that_arrive(ways, beside, profile, budget)
    return kept, [*blind, *further, *slow]


def unread(families_modalities: Sequence[str], profile: Profile) -> str:
    """Why a family can learn nothing from the input columns; empty where it can.

    Example:
        >>> from headstart.records import ColumnFacts, Task
        >>> photo = ColumnFacts(name="p", modality="image", role="input", missing=0, distinct=9)
        >>> table = Profile(source="", rows=9, columns=(photo,), task=Task(kind="regression"))
        >>> unread(("number",), table)
        'it reads number columns, and the inputs are image'
    """
    inputs = {each.modality for each in profile.inputs()}
    if not families_modalities or not inputs or inputs & set(families_modalities):
        return ""
    reads, there = ", ".join(families_modalities), ", ".join(sorted(inputs))
    return f"it reads {reads} columns, and the inputs are {there}"


def _apart(
    candidates: Sequence[Candidate], profile: Profile
) -> tuple[list[Candidate], list[Refusal]]:
    """Families for tables see of a text some counts and words: where rows are nothing but texts,
    one of them is enough, and none where a network learns to read from scratch.
    """
    blind = [each for each in candidates if _is_blind(each)]
    if not is_only_media(profile) or len(blind) == len(candidates):
        return list(candidates), []
    reads = any(
        name_of_start(each) == "Scratch" and each not in blind and not _is_floor(each)
        for each in candidates
    )
    spared = [] if reads else sorted(blind, key=lambda each: each.family not in BOOSTED)[:1]
    because = (
        "rows hold nothing but texts or media, of which it sees a few counts: it is in the race on "
        "the vectors of an encoder, where there is one"
    )
    names = {each.family for each in blind} - {each.family for each in spared}
    refusals = [
        Refusal(family=name, start="Scratch", because=because)
        for name in dict.fromkeys(each.family for each in blind)
        if name in names
    ]
    return [each for each in candidates if each not in blind or each in spared], refusals


def _beside(candidates: Sequence[Candidate], budget: Budget) -> set[str]:
    """Names of ways to fine-tune that are tried beside the first one of a checkpoint, because it
    takes so much of the budget that it may never be compared on all rows, and they much less.
    """
    ways: dict[_Way, list[Candidate]] = {}
    for each in filter(_is_tuned, candidates):
        ways.setdefault(_way(each), []).append(each)
    found = set()
    for first, *further in ways.values():
        quickest = min(further, key=lambda each: each.estimate.seconds, default=first)
        is_quick = quickest.estimate.seconds <= _MUCH_QUICKER * first.estimate.seconds
        arrives = not _is_longer(quickest, _SHARE_OF_A_TRIAL, budget)
        if _is_longer(first, _DEAR_WAY, budget) and is_quick and arrives:
            found.add(quickest.name)
    return found


def _ways(
    candidates: Sequence[Candidate], beside: set[str], budget: Budget
) -> tuple[list[Candidate], list[Refusal]]:
    """Of several ways to fine-tune a checkpoint, those after the first want time to spare."""
    kept: list[Candidate] = []
    left_out: dict[str, list[Candidate]] = {}
    seen: set[_Way] = set()
    for candidate in candidates:
        is_further = _is_tuned(candidate) and _way(candidate) in seen
        if (
            is_further
            and candidate.name not in beside
            and _is_longer(candidate, _FURTHER_WAY, budget)
        ):
            left_out.setdefault(candidate.family, []).append(candidate)
            continue
        if _is_tuned(candidate):
            seen.add(_way(candidate))
        kept.append(candidate)
    return kept, [_no_time(name, each, budget) for name, each in left_out.items()]


def _way(candidate: Candidate) -> _Way:
    return candidate.family, candidate.start.checkpoints


def _is_tuned(candidate: Candidate) -> bool:
    return name_of_start(candidate) == "FineTune" and bool(candidate.start.checkpoints)


def _that_arrive(
    candidates: Sequence[Candidate], beside: set[str], profile: Profile, budget: Budget
) -> tuple[list[Candidate], list[Refusal]]:
    """Who can be compared on all rows; of a start of which nobody can, all stay.

    Time for somebody who can only be cut short is taken from those who decide the answer. Who is
    tried beside another one is no reason to refuse that one, unless it wants more than there is.
    """
    if budget.seconds is None:
        return list(candidates), []
    most = _SHARE_OF_A_TRIAL * budget.seconds
    able = [each for each in candidates if not _is_floor(each) and each.estimate.seconds <= most]
    quick = {name_of_start(each) for each in able if each.name not in beside}
    with_beside = {name_of_start(each) for each in able}
    slow = [
        each
        for each in candidates
        if not _is_floor(each)
        and each.estimate.seconds > most
        and name_of_start(each) in (with_beside if _is_longer(each, 1.0, budget) else quick)
    ]
    return [each for each in candidates if each not in slow], [
        _slow(each, profile) for each in slow
    ]


def _slow(candidate: Candidate, profile: Profile) -> Refusal:
    seconds = candidate.estimate.seconds
    minutes = math.ceil(seconds / _SHARE_OF_A_TRIAL / 60)
    because = (
        f"`{candidate.name}` takes about {seconds:,.0f} s on all {profile.rows:,} rows, more than "
        f"a race of this length can give; with --minutes {minutes} it takes part"
    )
    return Refusal(family=candidate.family, start=name_of_start(candidate), because=because)


def _no_time(name: str, ways: Sequence[Candidate], budget: Budget) -> Refusal:
    longest = max(each.estimate.seconds for each in ways)
    minutes = longest / _FURTHER_WAY / 60
    names = " and ".join(f"`{each.name.rpartition('.')[2]}`" for each in ways)
    tried = "is tried" if len(ways) == 1 else "are tried"
    because = f"no time for every way of fine-tuning; with --minutes {minutes:.0f} {names} {tried}"
    return Refusal(family=name, start="FineTune", because=because)


def _is_longer(candidate: Candidate, share: float, budget: Budget) -> bool:
    """Whether it takes more than this share of the budget on all rows."""
    return budget.seconds is not None and candidate.estimate.seconds > share * budget.seconds


def _is_blind(candidate: Candidate) -> bool:
    """Whether it takes vectors and gets none."""
    card = family(candidate.family).CARD
    if card.is_floor or "vector" not in card.modalities:
        return False
    return name_of_start(candidate) == "Scratch"


def _is_floor(candidate: Candidate) -> bool:
    return family(candidate.family).CARD.is_floor
