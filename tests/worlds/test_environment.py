"""Environments are made where they are used, or refused in words."""

from contextlib import closing

import pytest

from headstart import worlds
from headstart.errors import AskError
from headstart.records import World
from headstart.worlds.environment import episode_limit


def test_settings_reach_the_environment():
    world = worlds.parse("gym:CartPole-v1", [("max_episode_steps", 7)])

    with closing(worlds.open_world(world)) as environment:
        assert episode_limit(world, environment) == 7


def test_a_world_without_a_limit_gets_one():
    world = worlds.parse("gym:CliffWalking-v1")

    with closing(worlds.open_world(world)) as environment:
        assert episode_limit(world, environment) == worlds.LONGEST_EPISODE


def test_an_unknown_setting_is_refused_in_words():
    world = worlds.parse("gym:CartPole-v1", [("gravity_of_mars", 1)])

    with pytest.raises(AskError, match=r"cannot be opened: .*gravity_of_mars"):
        worlds.open_world(world)


def test_a_package_that_is_missing_is_named():
    with pytest.raises(AskError, match=r"cannot be opened: .*jax"):
        worlds.open_world(World(id="gym:phys2d/CartPole-v1"))


def test_an_outdated_world_opens_without_a_warning():
    worlds.open_world(World(id="gym:CartPole-v0")).close()


def test_other_spaces_are_refused_in_words():
    with pytest.raises(AskError, match="the observations of `gym:Blackjack-v1` are `Tuple"):
        worlds.facts(worlds.parse("gym:Blackjack-v1"))
