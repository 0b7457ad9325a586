"""What a person asks of `fit`, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headstart.experiment.arena import MOST_DRAWS
from headstart.experiment.rungs import MOST_RUNGS
from headstart.records import Budget, LabelMapping
from headstart.records.label_mapping import mapping_to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question, a budget, and where the answer goes.

    Attributes:
        source, test: a file, a frame or a world; `test` may be None.
        question: options of `question.ask` by name.
        families, starts, weights: what may take part; empty means everything.
        labels: which labels of checkpoints mean which class.
        worth: the smallest difference that counts, in units of the metric, or None.
        single: deliver one model, no blend.
        control: weigh transferred weights against random and shuffled ones.
        measures: whether rows are locked and columns shuffled, to say what the model is worth;
            estimators leave that to the program that calls them.
        variants: the only candidates that may take part, floors besides: name -> settings that
            replace the proposed ones. None means all that are proposed.
        most_draws, most_rungs: of the race; of the rungs the largest.
        began: when the budget began, on the monotonic clock.
    """

    source: Any
    question: Mapping[str, Any]
    budget: Budget
    began: float
    test: Any = None
    families: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    labels: LabelMapping = ()
    worth: float | None = None
    single: bool = False
    control: bool = False
    measures: bool = True
    variants: Mapping[str, Mapping[str, Any]] | None = None
    most_draws: int = MOST_DRAWS
    most_rungs: int = MOST_RUNGS
    seed: int = 0
    out: Path | None = None

    def replayable(self) -> dict[str, Any]:
        """The options of `fit` that ask the same again; frames are named, not kept."""
        test = self.test if isinstance(self.test, str | Path | None) else "DATA"
        return {
            **{name: value for name, value in self.question.items() if value},
            "test": None if test is None else str(test),
            "families": list(self.families),
            "starts": list(self.starts),
            "weights": [str(name) for name in self.weights],
            "worth": self.worth,
            "single": self.single,
            **({"control": True} if self.control else {}),
            **({"labels": mapping_to_plain(self.labels)} if self.labels else {}),
        }
