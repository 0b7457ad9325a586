"""What may replace a champion: actions as candidates, and the teams that they make.

A team is one candidate, or several whose answers are averaged with fixed weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headstart.experiment.arena import Arena
from headstart.experiment.challenge.champion import Champion
from headstart.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remedy:
    """An action as candidates: each for itself, or `together` with the champion as a mean.

    Attributes:
        arena: where they are trained, if the rows that they learn from are others.
    """

    action: str
    candidates: tuple[Candidate, ...]
    because: str
    together: bool = False
    arena: Arena | None = None

    @property
    def name(self) -> str:
        """Of what is compared; a remedy of several candidates for themselves has none."""
        return f"{self.action}.mean" if self.together else self.candidates[0].name


class Teams:
    """What may replace the champion, by name.

    Attributes:
        weights: name -> candidates and their weights.
        actions: name -> the action that it came of.
        because: name -> why it is tried.
        arenas: candidate -> where it is trained, if the rows that it learns from are others.
    """

    def __init__(self, champion: Champion) -> None:
        self._champion = champion
        self.weights: dict[str, Mapping[Candidate, float]] = {}
        self.actions: dict[str, str] = {}
        self.because: dict[str, str] = {}
        self.arenas: dict[str, Arena] = {}

    def add(self, name: str, action: str, because: str, weights: Mapping[Candidate, float]) -> None:
        self.weights[name], self.actions[name], self.because[name] = weights, action, because

    def add_remedy(self, remedy: Remedy) -> None:
        if remedy.together:
            members = [self._champion.heaviest, *remedy.candidates]
            weights = dict.fromkeys(members, 1.0 / len(members))
            self.add(remedy.name, remedy.action, remedy.because, weights)
            return
        for candidate in remedy.candidates:
            if remedy.arena is not None:
                self.arenas[candidate.name] = remedy.arena
            self.add(candidate.name, remedy.action, candidate.because, {candidate: 1.0})
