"""Search for a linear policy by trying random changes of it and keeping the direction that paid.

Each update changes the policy in a few random directions, forwards and backwards, plays an episode
with each, and moves along the directions that made the greatest difference. Observations are
standardised with their running mean and spread. There is no gradient and no value function, and yet
it solves many control problems for which a network is not needed. Not a floor: it learns.

When not to use it: observations whose meaning is not linear (pictures), rewards that random changes
never find, or a world so slow that a few thousand episodes cannot be played.

Shapes: a scores (one for each discrete action, or for each number of an action vector), d observed
numbers, m directions.
References: Mania, Guy, Recht 2018, "Simple random search of static policies is competitive for
reinforcement learning", NeurIPS, arXiv 1803.07055; algorithm 2, version V2-t.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import AskError
from headstart.families.floors._linear_policy import Policy, expect_same_sizes, load_policy
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    FineTune,
    Move,
    Profile,
    Receipt,
    Refusal,
    Task,
    World,
    setting,
)
from headstart.session import Session
from headstart.storage.folders import write_file
from headstart.worlds import (
    Environment,
    Spaces,
    episode,
    open_world,
    spaces_of,
)

CARD = Card(
    name="augmented_random_search",
    summary="linear policy, moved along the random directions that paid most",
    kinds=("control",),
    starts=("Scratch", "FineTune"),
    extras=("worlds",),
    libraries=("gymnasium",),
    threads="one",
    when_not="for pictures, or rewards that random changes of a policy never find",
    references=(
        "Mania, Guy, Recht 2018, 'Simple random search of static policies is competitive for "
        "reinforcement learning', NeurIPS, arXiv 1803.07055",
    ),
    no_start=(
        ("Direct", "no published policy fits a world that it has not seen"),
        ("Transfer", "a linear policy has no part that means the same elsewhere"),
    ),
)
_MOST_NUMBERS = 100_000
_CONFIRMED = 20
_SOLVED = 100
_USUAL_UPDATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The names of the paper: step size alpha, noise nu, N directions, the b best of them."""

    updates: int = setting(1000, "most updates of the policy", low=1, high=1_000_000)
    directions: int = setting(8, "random directions tried in each update (N)", low=1, high=1000)
    used: int = setting(4, "best directions that an update follows (b)", low=1, high=1000)
    step: float = setting(0.05, "length of an update in units of return spread", low=1e-5, high=10)
    noise: float = setting(0.1, "size of the random changes", low=1e-5, high=10)
    checks: int = setting(5, "episodes by which each new policy is checked", low=1, high=1000)
    goal: float | None = setting(
        None, "mean return at which the search ends; None: never", low=-1e9, high=1e9
    )


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    world = profile.world
    if task.kind not in CARD.kinds or world is None:
        return Refusal(
            family=CARD.name, because=f"it acts in worlds; it has no answer for {task.kind}"
        )
    observed = world.states or int(np.prod(world.observation))
    size = observed * (world.actions or world.action_size or 1)
    if size > _MOST_NUMBERS:
        because = f"a linear policy here has {size:,} numbers, too many for random directions"
        return Refusal(family=CARD.name, because=because)
    settings = Settings(goal=world.threshold)
    episodes = _USUAL_UPDATES * (2 * settings.directions + settings.checks)
    steps = episodes * min(world.episode_steps or 1000, 1000) / 2
    candidate = Candidate(
        name=CARD.name,
        family=CARD.name,
        settings=settings,
        because=(
            f"{observed} observed numbers and a policy of {size}: random search over linear "
            "policies matched networks on six simulated robots (Mania et al. 2018, table 1)"
        ),
        # Acting and recording costs about as much again as a step of a quick world.
        estimate=Estimate(seconds=steps * (1 / world.steps_per_second + 1e-5), megabytes=60),
    )
    return [candidate]


def fit(candidate: Candidate, task: Task, data: World, session: Session) -> Policy:
    if not data.seeds:
        raise AskError(f"the world `{data.id}` was given without seeds to train on.")
    with closing(open_world(data)) as environment:
        spaces = spaces_of(environment, data.id)
        search = _begin(candidate, data, spaces, session)
        for _ in session.rounds(candidate.settings.updates, keep=search.save):
            if search.is_solved:
                continue  # nothing is left to learn; leaving the loop would lose the carried state
            search.check(environment)
            session.report(-search.best_return)  # of the policy that would be handed back now
            search.update(environment)
    return search.best


def load(folder: Path) -> Policy:
    return load_policy(folder)


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """The live state of a fit: all that a resumed one needs to go on."""

    settings: Settings
    seeds: range
    session: Session
    policy: Policy
    best: Policy
    random: np.random.Generator
    seen: _Moments
    best_return: float = -np.inf
    best_checks: int = 0
    episodes: int = 0

    @property
    def is_solved(self) -> bool:
        """The best policy reached the goal in as many episodes as the field asks for."""
        goal = self.settings.goal
        return goal is not None and self.best_checks >= _SOLVED and self.best_return >= goal

    def check(self, environment: Environment) -> None:
        """Play the policy unperturbed; one that seems better than the best must confirm it."""
        spent = self.session.spent
        returns = self._returns(environment, self.policy, [], self.settings.checks)
        if np.mean(returns) <= self.best_return:
            return
        returns = self._returns(environment, self.policy, returns, _CONFIRMED)
        steps_each = 1000 * (self.session.spent - spent) / len(returns)
        if self._may_be_solved(returns, steps_each):
            returns = self._returns(environment, self.policy, returns, _SOLVED)
        if np.mean(returns) > self.best_return:
            self.best, self.best_return = self.policy, float(np.mean(returns))
            self.best_checks = len(returns)

    def update(self, environment: Environment) -> None:
        """Algorithm 2 of the paper; an update that the allowance cuts short is dropped."""
        settings, policy = self.settings, self.policy
        directions = self.random.standard_normal((settings.directions, *policy.weights.shape))
        earned = np.zeros((settings.directions, 2))
        for number, direction in enumerate(directions):
            for side, sign in enumerate((1.0, -1.0)):
                if self._is_exhausted:
                    return
                changed = policy.weights + sign * settings.noise * direction
                earned[number, side] = self._episode(
                    environment, replace(policy, weights=changed), side
                )
        self.policy = replace(policy, weights=policy.weights + _step(directions, earned, settings))
        if policy.spaces.states is None:
            self.policy = self.seen.standardise(self.policy)

    def save(self, folder: Path) -> None:
        """Write the state for a later round, in this fit or in the next rung's."""
        for name, policy in (("policy", self.policy), ("best", self.best)):
            (folder / name).mkdir()
            policy.save(folder / name)
        state = {
            "random": self.random.bit_generator.state,
            "seen": [self.seen.count, self.seen.mean.tolist(), self.seen.squares.tolist()],
            "best": [self.best_return, self.best_checks],
            "episodes": self.episodes,
        }
        write_file(folder / "state.json", json.dumps(state))

    def _may_be_solved(self, returns: list[float], steps_each: float) -> bool:
        """The goal is reached so far, and the allowance leaves the episodes to make sure of it."""
        goal = self.settings.goal
        is_affordable = self.session.allowance >= (_SOLVED - len(returns)) * steps_each
        return goal is not None and bool(np.mean(returns) >= goal) and is_affordable

    @property
    def _is_exhausted(self) -> bool:
        return self.session.allowance < 1 or self.session.seconds_left <= 0

    def _returns(
        self, environment: Environment, policy: Policy, so_far: list[float], wanted: int
    ) -> list[float]:
        returns = list(so_far)
        while len(returns) < wanted and not (returns and self._is_exhausted):
            returns.append(self._episode(environment, policy))
        return returns

    def _episode(self, environment: Environment, policy: Policy, again: int = 0) -> float:
        """Play the next training seed, or the last one once more (both sides of a direction)."""
        act, seen = policy.actor(), []

        def watched(observation: Any) -> Any:
            seen.append(observation)
            return act(observation)

        seed = self.seeds[(self.episodes - again) % len(self.seeds)]
        earned, steps = episode(environment, policy.spaces, seed, watched)
        if policy.spaces.states is None:
            self.seen.add(np.reshape(seen, (len(seen), -1)))
        self.episodes += 1 - again
        self.session.spend(steps / 1000)
        return earned


@dataclass(slots=True, kw_only=True, eq=False)
class _Moments:
    """Running mean and spread (d,) of all observations; batches merge as in Chan et al. 1983."""

    mean: np.ndarray
    squares: np.ndarray
    count: int = 0

    def add(self, seen: np.ndarray) -> None:
        mean, count = seen.mean(0), len(seen)
        apart = mean - self.mean
        both = self.count + count
        self.squares = (
            self.squares + ((seen - mean) ** 2).sum(0) + apart**2 * (self.count * count / both)
        )
        self.mean, self.count = self.mean + apart * (count / both), both

    def standardise(self, policy: Policy) -> Policy:
        """The policy with these moments; a number that never changes is left as it is."""
        spread = np.sqrt(self.squares / max(self.count, 1))
        spread = np.where(spread > 1e-7, spread, 1.0)
        return replace(policy, mean=self.mean, spread=spread, seen=self.count)


def _step(directions: np.ndarray, earned: np.ndarray, settings: Settings) -> np.ndarray:
    """The change of the weights: returns (m, 2) of both sides weigh the directions (m, a, d)."""
    used = np.argsort(-earned.max(1), kind="stable")[: settings.used]
    spread = earned[used].std()
    if spread == 0.0:  # all earned the same: nothing says where to go
        return np.zeros(directions.shape[1:])
    gains = earned[used, 0] - earned[used, 1]
    return settings.step / (len(used) * spread) * np.tensordot(gains, directions[used], axes=1)


def _begin(candidate: Candidate, data: World, spaces: Spaces, session: Session) -> _Search:
    policy = _first_policy(candidate, spaces, session)
    squares = policy.spread**2 * policy.seen
    search = _Search(
        settings=candidate.settings,
        seeds=data.seeds,
        session=session,
        policy=policy,
        best=policy,
        random=np.random.default_rng(session.seed),
        seen=_Moments(mean=policy.mean, squares=squares, count=policy.seen),
    )
    if session.kept is not None:
        _restore(search, session.kept)
    return search


def _first_policy(candidate: Candidate, spaces: Spaces, session: Session) -> Policy:
    if isinstance(candidate.start, FineTune):
        earlier = load(session.checkpoints[candidate.start.checkpoints[0]])
        expect_same_sizes(earlier.spaces, spaces, "this world")
        moves = tuple(
            Move(source=name, target=name, action="copied", because="the sizes are the same")
            for name in ("weights", "mean", "spread")
        )
        return replace(earlier, spaces=spaces, receipt=Receipt(moves=moves))
    size = spaces.observed
    weights = np.zeros((spaces.actions or spaces.action_size or 1, size))
    return Policy(spaces=spaces, weights=weights, mean=np.zeros(size), spread=np.ones(size))


def _restore(search: _Search, folder: Path) -> None:
    state = json.loads((folder / "state.json").read_text())
    search.policy, search.best = load(folder / "policy"), load(folder / "best")
    search.random.bit_generator.state = state["random"]
    count, mean, squares = state["seen"]
    search.seen = _Moments(mean=np.array(mean), squares=np.array(squares), count=count)
    search.best_return, search.best_checks = state["best"]
    search.episodes = state["episodes"]
