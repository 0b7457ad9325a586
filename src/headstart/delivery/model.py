"""A delivered model: members, their weights, calibration, and the input contract."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headstart.delivery.adjustment import Adjustment, adjusted
from headstart.delivery.combining import combine
from headstart.delivery.contract import Contract
from headstart.features.encoding import Encoding
from headstart.features.novelty import Judged, Novelty
from headstart.protocols import Model
from headstart.records import Data, Prediction, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One trained model of a family, and its weight among the members.

    Attributes:
        embedding: the step that makes vectors of texts and pictures before the model sees them,
            as plain values; None where it reads the columns as they are.
        encoders: checkpoint -> the folder of that encoder inside of the model folder; one that is
            not among them is where the checkpoint's name leads.
    """

    family: str
    folder: str
    weight: float = 1.0
    candidate: Mapping[str, Any]
    embedding: Mapping[str, Any] | None = None
    encoders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivered:
    """A model folder in memory.

    Attributes:
        steps: for each member what is done to the rows before it sees them, or None.
        cache: folder of vectors that were computed before, or None.
        novelty: by what it is told how new a row is; None where the folder does not have it.
    """

    folder: Path
    contract: Contract
    members: tuple[Member, ...]
    models: tuple[Model, ...]
    adjustment: Adjustment
    facts: Mapping[str, Any]
    steps: tuple[Encoding | None, ...] = ()
    cache: Path | None = None
    novelty: Novelty | None = None

    def predict(self, data: Data) -> Prediction:
        """Answer for every row of a table, or play the seeds of a world."""
        return self._answered(data)[0]

    def answer(self, data: Data) -> tuple[Prediction, Judged | None]:
        """The same, and for rows of a table how new they are, where that can be told."""
        prediction, seen = self._answered(data)
        if self.novelty is None or not isinstance(seen, Table) or not self.contract.task.has_rows:
            return prediction, None
        return prediction, self.novelty.judge(seen, os.cpu_count() or 1)

    def _answered(self, data: Data) -> tuple[Prediction, Data]:
        """The prediction, and the rows as the first member sees them."""
        if isinstance(data, Table) and self.contract.task.has_rows:
            data = self.contract.align(data)
        seen: dict[Encoding | None, Data] = {None: data}
        answers = []
        for model, step in zip(self.models, self.steps or (None,) * len(self.models), strict=True):
            if step is not None and step not in seen and isinstance(data, Table):
                seen[step] = step.apply(data, os.cpu_count() or 1, self.cache)
            answers.append(model.predict(seen[step]))
        combined = combine(answers, [member.weight for member in self.members])
        return adjusted(combined, self.adjustment), seen[self.steps[0] if self.steps else None]
