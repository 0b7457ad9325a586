"""Which tensor of the source belongs to which of the target: by names, then by structure.

In this order: the same name; the same name after a prefix was taken off or put on; a fused tensor
and its parts; the layers that answer labels, the tables of tokens and of places; and where names
say little, kind and shape in the order of the network, or its kernels one after the other. What
fits several places in the same way is left open, with the choices.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from headstart.weights.surgery.alignment import realign
from headstart.weights.surgery.anatomy import Anatomy, Part
from headstart.weights.surgery.dialects import canonical
from headstart.weights.surgery.kernels import chain
from headstart.weights.surgery.roles import head_of, is_positions, is_words
from headstart.weights.surgery.torch_blocks import BLOCKS

_TRIOS = (
    ("q_proj", "k_proj", "v_proj"),
    ("query", "key", "value"),
    ("q_lin", "k_lin", "v_lin"),
    ("q", "k", "v"),
)
_WHOLES = ("qkv", "query_key_value", "Wqkv", "c_attn", "in_proj")
_PAIRS = (("k_proj", "v_proj"),)
SAME_TOKENS = "both hold the vectors of tokens"
"""The route of a table that was found by what it holds, and not by its name."""
_LEAST_BY_NAME = 0.5
"""Share of the target that names must explain; below it, order and shape are asked."""
_LEAST_BY_FORM = 0.5
"""Share of the remaining parameters that order and shape must explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where one tensor of the target comes from.

    Attributes:
        sources: one, or several that are put one above the other.
        route: how it was found, in words.
        part: which part of how many, where it is a part of the source.
    """

    sources: tuple[str, ...]
    route: str
    part: tuple[int, int] | None = None


@dataclass(slots=True)
class Matching:
    """Pairs by the target's name; and what several sources fit, with these."""

    pairs: dict[str, Match] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Names:
    """Names still free, in the one form, and what they are called really."""

    source: dict[str, str]
    target: dict[str, str]


def match(source: Anatomy, target: Anatomy) -> Matching:
    """The pairs of two networks; what is in none of them is new, or dropped."""
    found = Matching()
    own = all(any(re.search(BLOCKS, name) for name in each.parts) for each in (source, target))
    theirs, dialects = canonical(source.parts, norms_after=source.norms_after, own=own)
    ours, more = canonical(target.parts, norms_after=target.norms_after, own=own)
    names = _Names(
        source={form: name for name, form in theirs.items()},
        target={form: name for name, form in ours.items()},
    )
    realign(names.source, source, names.target, target)
    spoken = " and ".join(dict.fromkeys((*dialects, *more)))
    table = f" by the table of {spoken}" if spoken else ""
    _same_names(found, names, table)
    while _by_prefix(found, names, table):
        pass
    _fused_and_split(found, names)
    _answers(found, names, source, target)
    _tables(found, names, source, target)
    _share_ties(found, source, target)
    if len(found.pairs) + len(found.choices) < _LEAST_BY_NAME * len(target.parts):
        _by_structure(found, source, target)
    if not found.pairs and not found.choices:
        route = "kernel by kernel along both chains"
        pairs = chain(source, target).items()
        found.pairs |= {new: Match(sources=(old,), route=route) for new, old in pairs}
    return found


def _same_names(found: Matching, names: _Names, table: str) -> None:
    for form in [form for form in names.target if form in names.source]:
        source, target = names.source.pop(form), names.target.pop(form)
        route = "of the same name" if source == target else f"renamed{table}"
        found.pairs[target] = Match(sources=(source,), route=route)


def _by_prefix(found: Matching, names: _Names, table: str) -> bool:
    """Take off and put on the pair of prefixes that explains most names; False where none does."""
    votes, owners = _votes(names)
    ranked = [pair for pair, _ in votes.most_common() if _is_likely(pair, owners, found)]
    if not ranked:
        return False
    off, on = ranked[0]
    rivals = [pair for pair in ranked if votes[pair] == votes[ranked[0]] and pair[1] == on]
    for target_form in [form for form in names.target if _is_under(form, on)]:
        rest = target_form[len(on) :]
        fitting = [pair[0] + rest for pair in rivals if pair[0] + rest in names.source]
        if not fitting:
            continue
        target = names.target.pop(target_form)
        if len(fitting) > 1:
            found.choices[target] = tuple(names.source[each] for each in fitting)
            continue
        found.pairs[target] = Match(
            sources=(names.source.pop(fitting[0]),), route=f"{_route(off, on)}{table}"
        )
    return True


def _votes(names: _Names) -> tuple[Counter[tuple[str, str]], Mapping[tuple[str, str], set[str]]]:
    """How many names each pair of prefixes explains, and of how many layers these are."""
    ends: dict[str, list[str]] = defaultdict(list)
    for form in names.source:
        ends[_end(form)].append(form)
    votes: Counter[tuple[str, str]] = Counter()
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for wanted in names.target:
        for form in ends[_end(wanted)]:
            off, on, rest = _cut(form, wanted)
            if off != on:
                votes[off, on] += 1
                owners[off, on].add(rest.rpartition(".")[0])
    return votes, owners


def _is_likely(
    pair: tuple[str, str], owners: Mapping[tuple[str, str], set[str]], found: Matching
) -> bool:
    """Two layers or more, not from one block into another, nor into a part that is known."""
    on = pair[1]
    numbered = any(piece.isdigit() for prefix in pair for piece in prefix.split(".")[1:])
    if numbered or len(owners[pair]) < 2:
        return False
    return not on or not any(_is_under(name, on) for name in found.pairs)


def _fused_and_split(found: Matching, names: _Names) -> None:
    """One tensor above the other where the target has one for queries, keys and values."""
    for parts, wholes in ((_TRIOS, _WHOLES), (_PAIRS, ("kv",))):
        for form in list(names.target):
            parent, whole, leaf = _whole(form, wholes)
            for trio in parts if whole else ():
                forms = [f"{parent}{each}.{leaf}" for each in trio]
                mapped = [_source_of(each, found, names) for each in forms]
                if whole and all(mapped):
                    sources = tuple(str(each) for each in mapped)
                    target = names.target.pop(form)
                    found.pairs[target] = Match(sources=sources, route="put one above the other")
                    break
        for form in list(names.source):
            parent, whole, leaf = _whole(form, wholes)
            for trio in parts if whole else ():
                wanted = [f"{parent}{each}.{leaf}" for each in trio]
                places = _target_places(wanted, names)
                if places:
                    source = names.source.pop(form)
                    for place, target in places:
                        route = f"part {place + 1} of {len(trio)}"
                        part = (place, len(trio))
                        found.pairs[target] = Match(sources=(source,), route=route, part=part)
                    break


def _source_of(form: str, found: Matching, names: _Names) -> str | None:
    """A free source of this form, whatever prefix it may have."""
    if form in names.source:
        return names.source.pop(form)
    ending = [
        each for each in names.source if each.endswith(f".{form}") or form.endswith(f".{each}")
    ]
    return names.source.pop(ending[0]) if len(ending) == 1 else None


def _target_places(wanted: list[str], names: _Names) -> list[tuple[int, str]]:
    """The free targets of these forms, whatever prefix they may have; a part may have no bias."""
    places = []
    for place, form in enumerate(wanted):
        ending = [
            each
            for each in names.target
            if each == form or each.endswith(f".{form}") or form.endswith(f".{each}")
        ]
        if len(ending) == 1:
            places.append((place, names.target.pop(ending[0])))
    return places


def _whole(form: str, wholes: tuple[str, ...]) -> tuple[str, str, str]:
    """The parent, the name and the leaf of a fused tensor; an empty name where it is none."""
    for whole in wholes:
        for leaf in ("weight", "bias"):
            for end in (f"{whole}.{leaf}", f"{whole}_{leaf}"):
                if form == end or form.endswith(f".{end}"):
                    return form[: len(form) - len(end)], whole, leaf
    return "", "", ""


def _answers(found: Matching, names: _Names, source: Anatomy, target: Anatomy) -> None:
    """The heads of both belong together under whatever name."""
    theirs, ours = head_of(source), head_of(target)
    free = set(names.source.values())
    for leaf in ("weight", "bias"):
        old, new = f"{theirs}.{leaf}", f"{ours}.{leaf}"
        if theirs and ours and old in free and new in target.parts and new not in found.pairs:
            found.pairs[new] = Match(sources=(old,), route="both answer the labels")


def _tables(found: Matching, names: _Names, source: Anatomy, target: Anatomy) -> None:
    """The one table of tokens of each belongs together under whatever name; so do the places."""
    free = set(names.source.values())
    routes = (is_words, SAME_TOKENS), (is_positions, "both hold the vectors of places")
    for is_table, route in routes:
        theirs, ours = _one_table(source, is_table), _one_table(target, is_table)
        if theirs in free and ours and ours not in {*found.pairs, *found.choices}:
            found.pairs[ours] = Match(sources=(theirs,), route=route)


def _one_table(anatomy: Anatomy, is_table: Callable[[Part], bool]) -> str:
    """The only table of its kind; empty where there is none or are several."""
    named = [part for part in anatomy.parts.values() if len(part.shape) == 2 and not part.tied]
    tables = [part.name for part in named if part.kind == "Embedding" and is_table(part)]
    return tables[0] if len(tables) == 1 else ""


def _share_ties(found: Matching, source: Anatomy, target: Anatomy) -> None:
    """A tensor of several names is matched under any of them."""
    for name, part in target.parts.items():
        if part.tied and name in found.pairs and part.tied not in found.pairs:
            found.pairs[part.tied] = found.pairs[name]
    for name, part in target.parts.items():
        if part.tied and part.tied in found.pairs and name not in found.pairs:
            found.pairs[name] = found.pairs[part.tied]


def _by_structure(found: Matching, source: Anatomy, target: Anatomy) -> None:
    """Leaf and shape in the order of the network; several of one form must be as many in both.

    Where little fits, the source is another network, and nothing is taken for anything.
    """
    used = {name for pair in found.pairs.values() for name in pair.sources}
    theirs, ours = _forms(source, used), _forms(target, {*found.pairs, *found.choices})
    fitting = sum(
        target.parts[name].size
        for form, names in ours.items()
        if len(theirs.get(form, ())) == len(names)
        for name in names
    )
    whole = sum(target.parts[name].size for names in ours.values() for name in names)
    if fitting < _LEAST_BY_FORM * whole:
        return
    for form, wanted in ours.items():
        offered = theirs.get(form, [])
        if len(offered) == len(wanted):
            for old, new in zip(offered, wanted, strict=True):
                found.pairs[new] = Match(sources=(old,), route="of the same form, in order")
        elif offered:
            found.choices |= dict.fromkeys(wanted, tuple(offered))


def _forms(anatomy: Anatomy, known: set[str]) -> dict[tuple[str, tuple[int, ...]], list[str]]:
    forms: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for part in anatomy.parts.values():
        if part.name not in known and not part.tied:
            forms[part.leaf, part.shape].append(part.name)
    return forms


def _end(form: str) -> str:
    return ".".join(form.split(".")[-2:])


def _cut(form: str, wanted: str) -> tuple[str, str, str]:
    """Two names without the end that they share: prefixes (with their dots), and that end."""
    left, right = form.split("."), wanted.split(".")
    same = 0
    while same < min(len(left), len(right)) and left[-1 - same] == right[-1 - same]:
        same += 1
    off, on = left[: len(left) - same], right[: len(right) - same]
    rest = ".".join(left[len(left) - same :])
    return _dotted(off), _dotted(on), rest


def _dotted(pieces: list[str]) -> str:
    return "".join(f"{piece}." for piece in pieces)


def _is_under(name: str, prefix: str) -> bool:
    return name.startswith(prefix)


def _route(off: str, on: str) -> str:
    if off and on:
        return f"`{off}` became `{on}`"
    return f"`{off}` was taken off" if off else f"`{on}` was put before it"
