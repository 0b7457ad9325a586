"""The seams: what a family, a model, a source of weights and an engine must offer.

A family is a module with five names, in this order: `CARD`, `Settings`, `propose`, `fit`, `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from headstart.records import Candidate, Card, Data, Prediction, Profile, Refusal, Task
from headstart.records.absence import Absence
from headstart.session import Session


class Model(Protocol):
    """What a family leaves behind: it predicts, and survives a round trip to disk.

    It may have a third name, `describe()`, for what only the family knows of its model: a table of
    plain values, which `inspect` shows and the shipped suite holds to this form. All of it may be
    left out but the first.

        learning_rule   how its numbers were found, in the field's words
        parameters      how many numbers it learned: the sum over its layers
        layers          of {name, kind, parameters, output}: sizes of one answer, or None
        depth           weighted layers on the longest way from input to output
        nonlinearities  kinds of bends on the way, the most frequent first
        ensembles       of {target, trees, depth, leaves}, for trees
        settings        as resolved in the fit
        receipt         what was taken over from an earlier model

    A name of a layer or target like `target 0` stands for the task's first target.

    A model on an encoder that stands still may have `predict_kept(data, session)` when it comes
    from `fit`: as `predict`, by the vectors that are kept in `session.cache`; what it takes and
    makes of them it says in `session.vectors`.
    """

    def predict(self, data: Data) -> Prediction:
        """Answer for every row, in order (a world: play its seeds). The data stay unchanged."""
        ...

    def save(self, folder: Path) -> None:
        """Write data files into an existing empty folder: no pickle, no code."""
        ...


class Family(Protocol):
    """A way of learning.

    One that starts from what others have trained may have a sixth name, `propose_from(task,
    profile, checkpoints, labels=())`: as `propose`, from these catalogue entries, where `labels`
    says which of their own labels mean which class. One whose network may begin
    from single tensors of another has `blank(settings, profile=None)`: that network, or the part
    of it that takes tensors, on torch's device `meta`; its `fit` then knows
    `Transfer(part="tensors")`.
    """

    CARD: Card
    Settings: type[Any]

    def propose(self, task: Task, profile: Profile) -> Sequence[Candidate | Refusal] | Refusal:
        """Candidates worth trying, the safe one first, or the reason why there are none.

        Refusals among them are of single starts, where the reason depends on the data.
        """
        ...

    def fit(self, candidate: Candidate, task: Task, data: Data, session: Session) -> Model:
        """Learn from the training rows alone."""
        ...

    def load(self, folder: Path) -> Model:
        """The model that `Model.save` wrote."""
        ...


class Source(Protocol):
    """A kind of place that checkpoints come from: a module with three names.

    A `place` holds what a catalogue entry says of it, such as a package and its version; `files`
    are the names that must be there. What is found is not yet verified: `weights.find` does that
    for every source alike.
    """

    def find(self, place: Mapping[str, str], files: Sequence[str]) -> Path | Absence:
        """The folder or file, or why it is not at hand; no network, no import of what is found."""
        ...

    def bring(self, place: Mapping[str, str]) -> str:
        """The command or the act of a person that brings it."""
        ...

    def get(self, place: Mapping[str, str], files: Sequence[str]) -> Path:
        """Bring it, where a program may; a `WeightsError` says why it could not."""
        ...


class Engine(Protocol):
    """Where trials run. One suite runs on every engine, and the results agree."""

    def submit(self, job: Mapping[str, Any]) -> int:
        """Start a job and return its ticket; a job is plain JSON data."""
        ...

    def wait(self, seconds: float) -> tuple[int, Mapping[str, Any]] | None:
        """The next result with its ticket, or None when the time has passed."""
        ...

    def cancel(self, ticket: int) -> None:
        """End a job now; its result is never reported."""
        ...

    def resources(self) -> int:
        """How many jobs can run side by side."""
        ...

    def close(self) -> None:
        """End every process that the engine started."""
        ...
