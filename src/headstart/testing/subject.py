"""The family under examination: its lessons, and fits that many checks share.

A fit costs up to seconds, a fresh interpreter as well; checks that ask about the same fit get the
same one.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from headstart.families import family
from headstart.protocols import Family, Model
from headstart.records import (
    Candidate,
    Data,
    FineTune,
    Prediction,
    Scratch,
    Start,
    Table,
    Transfer,
)
from headstart.session import Session
from headstart.testing import tables, worlds
from headstart.testing.checkpoints import places as checkpoints_of_suite
from headstart.testing.claim import Broken, Unconcerned
from headstart.testing.fresh import Fresh, ask_fresh
from headstart.testing.lesson import Lesson, proposals, rows_of, starts_from_checkpoints
from headstart.testing.witness import Witness, watched


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A fit that has ended: the model, its session, and what was seen while it ran."""

    model: Model
    session: Session
    witness: Witness


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """The answer for a lesson's unseen data, and what was seen while it was given."""

    prediction: Prediction
    witness: Witness


class Subject:
    """One family, examined.

    Args:
        module: the family itself, where it is not in the table; a fresh process cannot find it.
    """

    def __init__(self, name: str, module: Family | None = None) -> None:
        self.name = name
        self.family: Family = family(name) if module is None else module
        self.card = self.family.CARD
        self._folder = Path(tempfile.mkdtemp(prefix="headstart-suite-"))
        self._count = 0
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._fits: dict[str, Fitted] = {}
        self._answers: dict[str, Answered] = {}

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """A lesson for each kind on the card (several for tables)."""
        seen = "image" in self.card.modalities
        return tuple(
            lesson
            for kind in self.card.kinds
            for lesson in (*tables.lessons(kind, seen=seen), *worlds.lessons(kind))
        )

    @property
    def lesson(self) -> Lesson:
        """The first lesson, for claims that need only one."""
        return self.lessons[0]

    @property
    def row_lessons(self) -> tuple[Lesson, ...]:
        """The lessons with rows; families that act in worlds are not concerned."""
        lessons = tuple(lesson for lesson in self.lessons if isinstance(lesson.data, Table))
        if not lessons:
            raise Unconcerned("it learns in worlds")
        return lessons

    def new_folder(self) -> Path:
        """An empty folder of its own."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        return folder

    def candidate(self, lesson: Lesson, start: Start | None = None) -> Candidate:
        """The first candidate that the family proposes for a lesson, perhaps with another start."""
        proposed = proposals(self.family, lesson)
        if not isinstance(proposed, list | tuple) or not proposed:
            raise Broken(f"nothing was proposed for `{lesson.name}`: {proposed}")
        first: Candidate = proposed[0]
        return first if start is None else replace(first, start=start)

    def scratch(self, lesson: Lesson) -> Scratch:
        """Random weights; in the form of the checkpoint that the first candidate starts from."""
        return Scratch(checkpoints=self.candidate(lesson).start.checkpoints)

    def session(
        self,
        lesson: Lesson,
        *,
        folder: Path | None = None,
        seconds: float | None = None,
        work: float | None = None,
        data: Data | None = None,
        checkpoints: dict[str, Path] | None = None,
        carry: bool = False,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> Session:
        """A session as the worker makes it: one thread, and the lesson's work allowance."""
        rows = data if data is not None else lesson.data
        return Session(
            seed=0,
            folder=folder or self.new_folder(),
            rows=rows_of(rows) if isinstance(rows, Table) else 0,
            work=lesson.work if work is None else work,
            seconds=seconds,
            checkpoints={**self._tiny(), **(checkpoints or {})},
            carry=carry,
            interrupted=interrupted,
        )

    def fit(
        self,
        lesson: Lesson,
        session: Session | None = None,
        *,
        start: Start | None = None,
        data: Data | None = None,
    ) -> Fitted:
        """A fit of its own, watched."""
        session = session or self.session(lesson, data=data)
        candidate = self.candidate(lesson, start)
        with watched() as witness:
            model = self.family.fit(
                candidate, lesson.task, lesson.data if data is None else data, session
            )
        return Fitted(model=model, session=session, witness=witness)

    def fitted(self, lesson: Lesson) -> Fitted:
        """The fit from scratch that every check shares."""
        if lesson.name not in self._fits:
            self._fits[lesson.name] = self.fit(lesson, start=self.scratch(lesson))
        return self._fits[lesson.name]

    def answered(self, lesson: Lesson) -> Answered:
        """The shared answer of the shared fit."""
        if lesson.name not in self._answers:
            model = self.fitted(lesson).model
            with watched() as witness:
                prediction = model.predict(lesson.unseen)
            self._answers[lesson.name] = Answered(prediction=prediction, witness=witness)
        return self._answers[lesson.name]

    @cached_property
    def repeated(self) -> Fitted:
        """The fit of the first lesson once more, when every library has been imported."""
        self.fitted(self.lesson)
        return self.fit(self.lesson, start=self.scratch(self.lesson))

    @cached_property
    def fine_tuned(self) -> tuple[Fitted, Fitted]:
        """The fit from scratch of the first lesson, and one that goes on from it."""
        if "FineTune" not in self.card.starts:
            raise Unconcerned("it cannot go on from an earlier model")
        scratch = self.fitted(self.lesson)
        folder = self.saved(self.lesson)
        session = self.session(self.lesson, checkpoints={"earlier": folder})
        start = FineTune(checkpoints=("earlier",))
        return scratch, self.fit(self.lesson, session, start=start)

    @cached_property
    def transferred(self) -> Fitted:
        """A fit that begins from the tensors of the fit from scratch, as a bare file has them."""
        if "blank" not in vars(self.family):
            raise Unconcerned("it takes no single tensors")
        file = self.saved(self.lesson) / "network.safetensors"
        session = self.session(self.lesson, work=self.lesson.work / 4, checkpoints={"file": file})
        start = Transfer(checkpoints=("file",), part="tensors")
        return self.fit(self.lesson, session, start=start)

    def saved(self, lesson: Lesson) -> Path:
        """The shared fit, saved into a new folder."""
        folder = self.new_folder()
        self.fitted(lesson).model.save(folder)
        return folder

    @cached_property
    def fresh(self) -> Fresh:
        """What a fresh interpreter finds: import, settings, and the saved models' answers."""
        folders = {lesson.name: self.saved(lesson) for lesson in self.lessons}
        return ask_fresh(self.name, folders, self.new_folder())

    def _tiny(self) -> dict[str, Path]:
        return checkpoints_of_suite() if starts_from_checkpoints(self.family) else {}


@cache
def subject(name: str) -> Subject:
    """The one examination of a family in this process."""
    return Subject(name)
