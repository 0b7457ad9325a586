"""Episodes: one for each seed, in order."""

from dataclasses import replace

import numpy as np

from headstart import worlds
from headstart.records import World

CORRIDOR = World(id="corridor:5", seeds=range(6))


def test_there_is_one_episode_for_each_seed():
    played = worlds.play(CORRIDOR, lambda cell: 1)

    assert played.seeds.tolist() == [0, 1, 2, 3, 4, 5]
    assert (played.returns == -played.steps).all()


def test_the_order_of_seeds_does_not_matter():
    forwards = worlds.play(CORRIDOR, lambda cell: 1)
    backwards = worlds.play(replace(CORRIDOR, seeds=range(5, -1, -1)), lambda cell: 1)

    assert backwards.returns.tolist() == forwards.returns[::-1].tolist()


def test_no_seeds_no_episodes():
    assert len(worlds.play(replace(CORRIDOR, seeds=range(0)), lambda cell: 1)) == 0


def test_the_beginning_of_each_episode_is_told():
    told = []

    worlds.play(CORRIDOR, lambda cell: 1, told.append)

    assert told == [0, 1, 2, 3, 4, 5]


def test_pushing_always_right_drops_the_pole_soon():
    world = replace(worlds.parse("gym:CartPole-v1"), seeds=range(5))

    played = worlds.play(world, lambda seen: 1)

    assert played.returns.max() <= 12
    assert played.returns.min() >= 7


def test_a_vector_action_reaches_the_world():
    world = replace(worlds.parse("gym:Pendulum-v1"), seeds=range(2))

    played = worlds.play(world, lambda seen: np.array([99.0]))

    assert played.steps.tolist() == [200, 200]
    assert np.isfinite(played.returns).all()
