"""What a model says of itself is true, and saying it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headstart.records.plain import plain
from headstart.testing.claim import Unconcerned, expect
from headstart.testing.lesson import Lesson, arrays, furthest
from headstart.testing.subject import Subject

_LAYER = {"name", "kind", "parameters", "output"}
_TREES = {"target", "trees", "depth", "leaves"}


def check_description_says_how_it_learned(subject: Subject) -> None:
    """Who is handed a model asks first how its numbers were found."""
    for lesson in subject.lessons:
        said = _said(subject, lesson)
        rule = said.get("learning_rule")
        is_sentence = isinstance(rule, str) and rule.strip() and "\n" not in rule
        expect(is_sentence, f"`{lesson.name}`: the learning rule is {rule!r}, not a line")
        bends = said.get("nonlinearities", [])
        expect(
            isinstance(bends, Sequence) and all(isinstance(each, str) for each in bends),
            f"`{lesson.name}`: the non-linearities are {bends!r}, not names",
        )


def check_description_is_plain(subject: Subject) -> None:
    """It goes into a document that programs read, from another process."""
    for lesson in subject.lessons:
        said = plain(_said(subject, lesson))
        text = json.dumps(said, allow_nan=False)
        expect(json.loads(text) == said, f"`{lesson.name}`: JSON changes what is said")


def check_described_layers_add_up(subject: Subject) -> None:
    """A list of layers in which some are missing misleads more than no list."""
    for lesson in subject.lessons:
        said = _said(subject, lesson)
        layers = said.get("layers", [])
        for layer in layers:
            expect(set(layer) >= _LAYER, f"`{lesson.name}`: a layer has the fields {set(layer)}")
            size, output = layer["parameters"], layer["output"]
            expect(isinstance(size, int) and size >= 0, f"{layer['name']} has {size!r} parameters")
            sizes = () if output is None else output
            expect(
                all(each is None or (isinstance(each, int) and each >= 0) for each in sizes),
                f"{layer['name']} has the output {output!r}",
            )
        names = [layer["name"] for layer in layers]
        expect(len(set(names)) == len(names), f"`{lesson.name}`: layers share a name: {names}")
        total, stated = sum(layer["parameters"] for layer in layers), said.get("parameters")
        expect(
            stated is None or stated == total,
            f"`{lesson.name}`: {stated} parameters are stated, and the layers have {total}",
        )


def check_described_trees_can_be(subject: Subject) -> None:
    """A tree has a leaf, and no more leaves than its depth allows."""
    for lesson in subject.lessons:
        for each in _said(subject, lesson).get("ensembles", []):
            expect(set(each) == _TREES, f"`{lesson.name}`: an ensemble has the fields {set(each)}")
            trees, depth, leaves = each["trees"], each["depth"], each["leaves"]
            expect(
                trees <= leaves <= trees * 2 ** min(depth, 62),
                f"`{lesson.name}`: {trees} trees of depth {depth} have {leaves} leaves",
            )


def check_description_survives_the_disk(subject: Subject) -> None:
    """`inspect` reads a folder: what it shows must be what was trained."""
    for lesson in subject.lessons:
        before = _lasting(_said(subject, lesson))
        loaded: Any = subject.family.load(subject.saved(lesson))
        after = _lasting(loaded.describe())
        changed = [name for name in before.keys() | after if before.get(name) != after.get(name)]
        expect(not changed, f"`{lesson.name}`: after loading, {sorted(changed)} differ")


def check_describing_changes_nothing(subject: Subject) -> None:
    """A look inside must not be a touch."""
    for lesson in subject.lessons:
        before = arrays(subject.answered(lesson).prediction)
        _said(subject, lesson)
        after = arrays(subject.fitted(lesson).model.predict(lesson.unseen))
        apart = furthest(before, after)
        expect(apart == 0.0, f"`{lesson.name}`: after describing, answers differ by {apart:.3g}")


def _said(subject: Subject, lesson: Lesson) -> Mapping[str, Any]:
    """The description of the shared fit.

    Raises:
        Unconcerned: the model describes nothing.
    """
    model: Any = subject.fitted(lesson).model
    describe = getattr(model, "describe", None)
    if describe is None:
        raise Unconcerned("its model has no `describe`")
    said = describe()
    expect(isinstance(said, Mapping), f"`describe` gives {type(said).__name__}, not a table")
    return said  # type: ignore[no-any-return]


def _lasting(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a loaded model must say too: a receipt is of the fit alone."""
    return {name: value for name, value in plain(said).items() if name != "receipt"}
