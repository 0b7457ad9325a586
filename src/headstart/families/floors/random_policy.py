"""Act at random, whatever is observed.

The floor under every world: a policy that does not beat it has learned nothing from playing.

When not to use it: ever, as a policy.

References: Sutton, Barto 2018, "Reinforcement Learning", second edition, section 2.3, where random
play is what learning is measured from.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import AskError
from headstart.records import (
    Actions,
    Candidate,
    Card,
    Episodes,
    Estimate,
    Profile,
    Refusal,
    Table,
    Task,
    World,
)
from headstart.session import Session
from headstart.storage.folders import stored, write_file
from headstart.worlds import (
    Spaces,
    open_world,
    play,
    random_action,
    spaces_from_plain,
    spaces_of,
    spaces_to_plain,
)

CARD = Card(
    name="random_policy",
    summary="draws every action at random",
    kinds=("control",),
    starts=("Scratch",),
    extras=("worlds",),
    libraries=("gymnasium",),
    threads="one",
    is_floor=True,
    when_not="as a policy: it ignores what it observes",
    references=("Sutton, Barto 2018, 'Reinforcement Learning', second edition, section 2.3",),
    no_start=(
        ("Direct", "it has no pretrained parameters"),
        ("FineTune", "it learns nothing that could be gone on from"),
        ("Transfer", "it has no part to take over"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """There is nothing to set."""


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    world = profile.world
    if task.kind not in CARD.kinds or world is None:
        because = f"it acts in worlds; it has no answer for {task.kind}"
        return Refusal(family=CARD.name, because=because)
    candidate = Candidate(
        name=CARD.name,
        family=CARD.name,
        settings=Settings(),
        because=(
            f"always in the race: random play returned {world.random_return:.4g} here, and what a "
            "policy gains must be gained over this"
        ),
        estimate=Estimate(
            seconds=(world.episode_steps or 1000) / world.steps_per_second, megabytes=50
        ),
    )
    return [candidate]


def fit(candidate: Candidate, task: Task, data: World, session: Session) -> RandomPolicy:
    if not data.seeds:
        raise AskError(f"the world `{data.id}` was given without seeds to play.")
    with closing(open_world(data)) as environment:
        policy = RandomPolicy(spaces=spaces_of(environment, data.id), seed=session.seed)
    for _ in session.rounds(1):
        played = policy.play(replace(data, seeds=data.seeds[:1]))
        session.spend(float(played.steps.sum()) / 1000)
        session.report(-float(played.returns.mean()))
    return policy


def load(folder: Path) -> RandomPolicy:
    policy = json.loads(stored(folder, "random.json").read_text())
    return RandomPolicy(spaces=spaces_from_plain(policy["spaces"]), seed=policy["seed"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomPolicy:
    """Draws from a generator that each episode, or each recorded row, begins anew."""

    spaces: Spaces
    seed: int

    def predict(self, data: World | Table) -> Episodes | Actions:
        """Play a world's seeds, or draw one action for each recorded row."""
        if isinstance(data, World):
            return self.play(data)
        drawn = [self._draw(int(row))(None) for row in data.row_ids]
        if self.spaces.actions is not None:
            return Actions(values=np.array(drawn, np.int64))
        return Actions(values=np.reshape(drawn, (len(drawn), -1)).astype(np.float64))

    def describe(self) -> dict[str, Any]:
        """Nothing was learned; its actions are drawn."""
        return {
            "learning_rule": "nothing is learned: actions are drawn evenly at random",
            "nonlinearities": [],
            "parameters": 0,
            "layers": [],
        }

    def play(self, world: World) -> Episodes:
        """One episode for each seed; an episode's actions depend on its seed alone."""
        act: list[Any] = []

        def begin(seed: int) -> None:
            act[:] = [self._draw(seed)]

        return play(world, lambda seen: act[0](seen), begin)

    def save(self, folder: Path) -> None:
        policy = {"seed": self.seed, "spaces": spaces_to_plain(self.spaces)}
        write_file(folder / "random.json", json.dumps(policy, allow_nan=False))

    def _draw(self, number: int) -> Any:
        return random_action(self.spaces, np.random.default_rng([self.seed, number]))
