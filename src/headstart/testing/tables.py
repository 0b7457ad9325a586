"""Tiny tables with something to learn: one per kind of question.

Every table has columns of each modality that a table family may use: a number that matters, one
that does not, a category that matters, a time, a short text; and, for families that look at
pictures, a picture that matters most. The rules are simple on purpose: a family that does not learn
them within a second is broken.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from headstart.metrics import default_metric
from headstart.processes.libraries import lean_arrow
from headstart.profiling import profile
from headstart.records import Column, Table, Task
from headstart.records.task import Kind
from headstart.testing import pictures
from headstart.testing.lesson import ROUNDS, Lesson
from headstart.testing.notes import NOTES

ROWS, UNSEEN = 160, 80
_COLOURS = ("red", "green", "blue")
_INPUTS: tuple[Column, ...] = (
    Column(name="size", modality="number"),
    Column(name="noise", modality="number"),
    Column(name="colour", modality="category"),
    Column(name="seen", modality="time"),
    Column(name="note", modality="text"),
)
_PHOTO = Column(name="photo", modality="image")
_SEEN = ", seen"
_ROUNDS_SEEN = 15
_CLASSES = {
    "yes or no": (("no", "yes"),),
    "three classes": (("large", "middle", "small"),),
    "two labels": (("no", "yes"), ("0", "1")),
}
_TARGETS = {
    "yes or no": ("bought",),
    "three classes": ("fit",),
    "two labels": ("bought", "returned"),
    "a number": ("price",),
    "two numbers": ("price", "days"),
}


def lessons(kind: str, *, seen: bool = False) -> tuple[Lesson, ...]:
    """The lessons in which rows are answered, of one kind of task.

    Args:
        seen: whether the rows have pictures.

    Example:
        >>> [lesson.name for lesson in lessons("regression")]
        ['a number', 'two numbers']
    """
    names = {
        "classification": ("yes or no", "three classes", "two labels"),
        "regression": ("a number", "two numbers"),
    }
    return tuple(lesson(name + _SEEN * seen) for name in names.get(kind, ()))


@cache
def lesson(name: str) -> Lesson:
    """One lesson by its name; the same rows each time."""
    task = _task(name)
    everything = _table(name, ROWS + UNSEEN)
    train = everything.take(np.arange(ROWS))
    return Lesson(
        name=name,
        task=task,
        data=train,
        unseen=everything.take(np.arange(ROWS, ROWS + UNSEEN)),
        profile=profile(train, task, source=name),
        floor="majority",
        work=(_ROUNDS_SEEN if name.endswith(_SEEN) else ROUNDS) * ROWS / 1000,
    )


def again(name: str) -> Table:
    """The training rows of a lesson, made anew: what they were before anyone touched them."""
    return _table(name, ROWS + UNSEEN).take(np.arange(ROWS))


def _task(name: str) -> Task:
    name = name.removesuffix(_SEEN)
    classes = _CLASSES.get(name, ())
    kind: Kind = "classification" if classes else "regression"
    return Task(
        kind=kind,
        targets=_TARGETS[name],
        classes=classes,
        metric=default_metric(kind),
        positive="yes" if name == "yes or no" else None,
    )


def _table(name: str, rows: int) -> Table:
    pa = lean_arrow()
    random = np.random.default_rng(7)
    size, noise = random.normal(size=rows), random.normal(size=rows)
    colour = random.integers(len(_COLOURS), size=rows)
    days = random.integers(0, 700, size=rows)
    values = {
        "size": pa.array(size),
        "noise": pa.array(noise),
        "colour": pa.array([_COLOURS[each] for each in colour]),
        "seen": pa.array(np.datetime64("2024-01-01T12:00", "us") + days * np.timedelta64(1, "D")),
        "note": pa.array([NOTES[each] for each in random.integers(len(NOTES), size=rows)]),
    }
    signal = 2 * size + 2.0 * (colour == 0) + 0.3 * random.normal(size=rows)
    inputs, root = _INPUTS, None
    if name.endswith(_SEEN):
        stands = random.random(rows) < 0.5
        signal = 3.0 * stands - 0.8 + 0.3 * signal
        root, inputs = pictures.folder_of(tuple(stands.tolist())), (*_INPUTS, _PHOTO)
        values["photo"] = pa.array([f"{row}.png" for row in range(rows)])
    name = name.removesuffix(_SEEN)
    truth = _answers(name, signal, noise)
    targets = tuple(
        Column(name=target, modality="category" if name in _CLASSES else "number", role="target")
        for target in _TARGETS[name]
    )
    return Table(
        columns=inputs + targets,
        arrow=pa.table({**values, **dict(zip(_TARGETS[name], truth, strict=True))}),
        row_ids=np.arange(rows, dtype=np.int64),
        media_root=root,
    )


def _answers(name: str, signal: np.ndarray, noise: np.ndarray) -> list[object]:
    bought = np.where(signal > 0.7, "yes", "no").tolist()
    price, days = 100 + 20 * signal, 0.001 * (signal - noise)
    match name:
        case "yes or no":
            return [bought]
        case "three classes":
            return [np.select([signal < -0.6, signal < 1.8], ["small", "middle"], "large").tolist()]
        case "two labels":
            return [bought, np.where(signal - noise > 0, "1", "0").tolist()]
        case "a number":
            return [price]
    return [price, days]
