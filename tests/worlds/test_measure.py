"""Facts about worlds, measured with random play."""

from dataclasses import replace

import numpy as np
import pytest

from headstart import worlds
from headstart.worlds.spaces import Spaces


def test_facts_of_the_pole_are_those_in_its_documentation():
    facts = worlds.facts(worlds.parse("gym:CartPole-v1"))

    assert (facts.observation, facts.states) == ((4,), None)
    assert (facts.actions, facts.action_size) == (2, None)
    assert (facts.episode_steps, facts.threshold) == (500, 475.0)
    assert 18 <= facts.random_return <= 28  # random play keeps the pole up for 22 steps
    assert facts.steps_per_second > 1000


def test_facts_of_the_corridor_need_no_registry():
    facts = worlds.facts(worlds.parse("corridor:5"))

    assert (facts.observation, facts.states, facts.actions) == ((), 5, 2)
    assert (facts.episode_steps, facts.threshold, facts.episodes) == (50, None, 100)
    assert -16 < facts.random_return < -8


def test_everything_but_the_speed_is_the_same_again():
    one, two = (worlds.facts(worlds.parse("corridor:5")) for _ in range(2))

    assert replace(one, steps_per_second=0.0) == replace(two, steps_per_second=0.0)


def test_a_clock_that_ran_out_still_gives_one_episode():
    assert worlds.facts(worlds.parse("gym:CartPole-v1"), seconds=0.0).episodes == 1


def test_random_actions_fill_the_box_and_stay_in_it():
    low, high = np.array([-2.0, 0.0]), np.array([2.0, 1.0])
    spaces = Spaces(
        observation=(1,), states=None, actions=None, action_shape=(2,), low=low, high=high
    )
    act = worlds.random_action(spaces, np.random.default_rng(0))

    drawn = np.array([act(None) for _ in range(500)])

    assert (drawn >= low).all()
    assert (drawn <= high).all()
    assert drawn.mean(axis=0) == pytest.approx([0.0, 0.5], abs=0.2)


def test_random_actions_without_bounds_are_finite():
    spaces = Spaces(
        observation=(1,),
        states=None,
        actions=None,
        action_shape=(1,),
        low=np.array([-np.inf]),
        high=np.array([np.inf]),
    )

    assert np.isfinite(worlds.random_action(spaces, np.random.default_rng(0))(None)).all()
