"""Which labels of a checkpoint mean which class of the task, as a person says it.

It is given and never guessed from the data: a checkpoint that answers by it has learned nothing
from them. Several labels may mean one class; their probabilities add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from headstart.errors import AskError, listed

LabelMapping: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""(class, labels of the checkpoint), each once and sorted, so that the same is equal; empty where
labels are found by their names alone."""

HOW = "Write --label CLASS=LABEL for each label; those of one class add up."


def label_mapping(given: Mapping[str, str | Sequence[str]]) -> LabelMapping:
    """What a person wrote, as a value.

    Raises:
        AskError: a class without a label, or a label that is given to two classes.

    Example:
        >>> label_mapping({"other": ["NEUTRAL", "NEGATIVE"], "great": "POSITIVE"})
        (('great', ('POSITIVE',)), ('other', ('NEGATIVE', 'NEUTRAL')))
    """
    said: dict[str, set[str]] = {}
    for name, labels in given.items():
        said.setdefault(str(name), set()).update(_labels(labels))
    mapping = tuple((name, tuple(sorted(labels))) for name, labels in sorted(said.items()))
    owner: dict[str, str] = {}
    for name, mine in mapping:
        if not all((name, mine, *mine)):
            raise AskError(f"the class `{name}` is mapped to a label without a name.", HOW)
        for label in mine:
            if (other := owner.setdefault(label, name)) != name:
                raise AskError(
                    f"the label `{label}` is given to two classes, {listed([other, name])}.",
                    "A label can mean one class only.",
                )
    return mapping


def mapping_to_plain(mapping: LabelMapping) -> dict[str, list[str]]:
    """As plain values: class -> labels, which `label_mapping` reads."""
    return {name: list(labels) for name, labels in mapping}


def mapping_phrase(mapping: LabelMapping, most: int = 5) -> str:
    """For people, cut to `most` classes.

    Example:
        >>> mapping_phrase(label_mapping({"great": "POSITIVE", "other": ["NEGATIVE", "NEUTRAL"]}))
        '`great` = `POSITIVE`, `other` = `NEGATIVE` + `NEUTRAL`'
    """
    said = [
        f"`{name}` = {' + '.join(f'`{label}`' for label in labels[:most])}"
        + (f" + {len(labels) - most} more" if len(labels) > most else "")
        for name, labels in mapping
    ]
    rest = f" (+{len(said) - most} more)" if len(said) > most else ""
    return ", ".join(said[:most]) + rest


def _labels(given: str | Sequence[str]) -> set[str]:
    """One or several; a bare number is one, too: the place of an output that nobody named."""
    return {str(label) for label in ([given] if isinstance(given, str | int) else given)}
