"""Which outputs of a checkpoint answer for which class: by name, or as a person mapped them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from headstart.errors import listed, nearest
from headstart.features.class_names import is_same, places_of
from headstart.records import LabelMapping
from headstart.weights.entry import Labels

Places: TypeAlias = tuple[tuple[int, ...], ...]
"""For each class, in the task's order, the outputs whose probabilities add up to its own."""

_NUMBERED = re.compile(r"(LABEL_)?(\d{1,7})", re.IGNORECASE)
_MOST_SHOWN = 8


def own_labels(classes: Sequence[str], labels: Labels | None, mapping: LabelMapping = ()) -> Places:
    """The outputs that tell each class; empty where a class has none, or two share one.

    Classes that are not in the mapping are found by their names. Outputs of no class are left out.

    Example:
        >>> moods = Labels(number=3, names=("NEGATIVE", "NEUTRAL", "POSITIVE"))
        >>> own_labels(("negative", "positive"), moods)
        ((0,), (2,))
        >>> own_labels(("great", "other"), moods, (("great", ("POSITIVE",)),))
        ()
        >>> both = (("great", ("POSITIVE",)), ("other", ("NEGATIVE", "NEUTRAL")))
        >>> own_labels(("great", "other"), moods, both)
        ((2,), (0, 1))
    """
    if labels is None or not has_labels(labels, mapping):
        return ()
    places = _places(classes, labels, mapping)
    all_of_them = [place for mine in places for place in mine]
    return places if all(places) and len(set(all_of_them)) == len(all_of_them) else ()


def places_from_plain(stored: Sequence[int | Sequence[int]]) -> Places:
    """What a model folder holds of them; older ones have a bare number for each class.

    Example:
        >>> places_from_plain([2, [0, 1]])
        ((2,), (0, 1))
    """
    return tuple((each,) if isinstance(each, int) else tuple(each) for each in stored)


def has_labels(labels: Labels | None, mapping: LabelMapping) -> bool:
    """Whether a checkpoint has every label of a mapping, so that it is meant."""
    return labels is not None and not _unknown(labels, mapping)


def why_not_mapped(
    classes: Sequence[str], name: str, labels: Labels | None, mapping: LabelMapping
) -> str:
    """Why the labels of the checkpoint `name` do not tell the classes; empty where they do."""
    if labels is None:
        return f"`{name}` has no labels of its own"
    for label in _unknown(labels, mapping):
        if several := _named(label, labels):
            numbers = listed([f"LABEL_{place}" for place in several])
            return f"`{name}` has {len(several)} labels `{label}`; write one of {numbers}"
        offer = nearest(label, names_of(labels))
        return f"`{name}` has no label `{label}`. {offer}It has {shown(labels)}"
    places = _places(classes, labels, mapping)
    for label, mine in zip(classes, places, strict=True):
        if not mine:
            return (
                f"no label of `{name}` is called like the class `{label}`, and none was mapped to "
                f"it. It has {shown(labels)}"
            )
    for place in range(labels.number):
        both = [label for label, mine in zip(classes, places, strict=True) if place in mine]
        if len(both) > 1:
            return f"the label `{names_of(labels)[place]}` of `{name}` means both {listed(both)}"
    return ""


def how_to_map(labels: Labels) -> str:
    """The end of a refusal that a mapping would lift.

    Example:
        >>> how_to_map(Labels(number=2))
        '--label CLASS=LABEL says what its labels mean: `LABEL_0`, `LABEL_1`'
    """
    names = names_of(labels)
    few = len(names) <= _MOST_SHOWN
    which = listed(names, most=_MOST_SHOWN) if few else f"{len(names):,}, such as `{names[0]}`"
    return f"--label CLASS=LABEL says what its labels mean: {which}"


def names_of(labels: Labels) -> tuple[str, ...]:
    """The names of its outputs, numbered where nobody named them.

    Example:
        >>> names_of(Labels(number=2))
        ('LABEL_0', 'LABEL_1')
    """
    return labels.names or tuple(f"LABEL_{place}" for place in range(labels.number))


def shown(labels: Labels) -> str:
    """Its labels in a sentence, in short.

    Example:
        >>> shown(Labels(number=2, names=("NEGATIVE", "POSITIVE")))
        'the labels `NEGATIVE`, `POSITIVE`'
    """
    return f"the labels {listed(names_of(labels), most=_MOST_SHOWN)}"


def _unknown(labels: Labels, mapping: LabelMapping) -> list[str]:
    """Labels of a mapping that are not those of one output."""
    return [label for _, mine in mapping for label in mine if len(_named(label, labels)) != 1]


def _places(classes: Sequence[str], labels: Labels, mapping: LabelMapping) -> Places:
    """As `own_labels`; of a class that has no output nothing."""
    mapped = dict(mapping)
    return tuple(
        tuple(sorted({place for label in mapped[name] for place in _named(label, labels)}))
        if name in mapped
        else places_of((name,), labels.names)
        for name in classes
    )


def _named(label: str, labels: Labels) -> tuple[int, ...]:
    """The outputs of this name: spelled so, else whatever case and spaces, else by their number.

    Some lists name two outputs alike (`crane`, the bird and the machine); a number tells them.
    """
    exactly = tuple(place for place, name in enumerate(labels.names) if name == label)
    alike = tuple(place for place, name in enumerate(labels.names) if is_same(name, label))
    if exactly or alike:
        return exactly or alike
    numbered = _NUMBERED.fullmatch(label)
    if numbered is None or (labels.names and not numbered[1]):
        return ()
    place = int(numbered[2])
    return (place,) if place < labels.number else ()
