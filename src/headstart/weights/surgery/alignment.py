"""Lists of blocks of several kinds: when one gets longer, the blocks behind it move up.

In a list of like blocks the numbers say which belongs to which. Where blocks differ, as in networks
that keep all stages in one list, the n-th of one network is another kind of block than the n-th of
the other: there the order of the kinds decides.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from headstart.weights.surgery.anatomy import Anatomy, Shape
from headstart.weights.surgery.roles import blocks_of

Kind = tuple[tuple[str, Shape], ...]
_LEAST = 0.5
"""Share of the source's blocks that must be found, or the numbers are left as they are."""


def realign(
    source_forms: dict[str, str], source: Anatomy, target_forms: dict[str, str], target: Anatomy
) -> None:
    """Give blocks of the source the numbers that like blocks of the target have, in place.

    Args:
        source_forms, target_forms: names in the one form -> what they are called really.
    """
    theirs, ours = _kinds(source_forms, source), _kinds(target_forms, target)
    for path in theirs.keys() & ours.keys():
        before, after = theirs[path], ours[path]
        if len(before) == len(after) or len(set(before.values())) == 1:
            continue
        places = _places(before, after)
        if len(places) < _LEAST * len(before) or all(old == new for old, new in places.items()):
            continue
        _renumber(source_forms, path, places)


def _kinds(forms: dict[str, str], anatomy: Anatomy) -> dict[str, dict[int, Kind]]:
    """For each list its blocks, by number, with the names and shapes inside."""
    found: dict[str, dict[int, list[tuple[str, Shape]]]] = {}
    for form, name in forms.items():
        for path, number, inner in blocks_of(form):
            blocks = found.setdefault(path, {})
            blocks.setdefault(number, []).append((inner, anatomy.parts[name].shape))
    return {
        path: {number: tuple(blocks[number]) for number in sorted(blocks)}
        for path, blocks in found.items()
    }


def _places(before: dict[int, Kind], after: dict[int, Kind]) -> dict[int, int]:
    """Number in the source -> number in the target, of like blocks in the same order."""
    theirs, ours = list(before), list(after)
    matcher = SequenceMatcher(None, list(before.values()), list(after.values()), autojunk=False)
    return {
        theirs[block.a + step]: ours[block.b + step]
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _renumber(forms: dict[str, str], path: str, places: dict[int, int]) -> None:
    """Blocks without a place get a number that no block has."""
    renamed = {}
    for form, name in forms.items():
        inside = [(number, inner) for each, number, inner in blocks_of(form) if each == path]
        for number, inner in inside:
            place = places.get(number, -1 - number)
            form = f"{path}.{place}.{inner}"
        renamed[form] = name
    forms.clear()
    forms.update(renamed)
