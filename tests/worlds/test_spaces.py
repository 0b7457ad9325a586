"""What goes into a world and what comes out of it."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from headstart.errors import AskError
from headstart.worlds import Spaces, spaces_from_plain, spaces_of, spaces_to_plain
from headstart.worlds.spaces import Box, Discrete

UNEVEN = Spaces(
    observation=(2, 3),
    states=None,
    actions=None,
    action_shape=(1, 2),
    low=np.array([-1.0, -np.inf]),
    high=np.array([1.0, np.inf]),
)


def environment(seen, done):
    return SimpleNamespace(observation_space=seen, action_space=done)


def test_a_discrete_state_counts_as_one_number_for_each_state():
    spaces = spaces_of(environment(Discrete(n=5), Discrete(n=2)))

    assert (spaces.observation, spaces.observed, spaces.actions) == ((), 5, 2)
    assert spaces.action_size is None


def test_an_array_counts_its_numbers():
    box = Box(low=np.full((1, 2), -2.0), high=np.full((1, 2), 2.0), shape=(1, 2))
    spaces = spaces_of(environment(Box(low=0, high=1, shape=(2, 3)), box))

    assert (spaces.observed, spaces.action_size) == (6, 2)


def test_an_action_is_clipped_to_its_bounds_and_shaped():
    action = UNEVEN.action(np.array([5.0, 5.0]))

    assert action.tolist() == [[1.0, 5.0]]
    assert action.dtype == np.float32


def test_an_index_becomes_an_int():
    spaces = spaces_of(environment(Discrete(n=5), Discrete(n=2)))

    assert type(spaces.action(np.int64(1))) is int


def test_counting_from_another_number_is_refused():
    with pytest.raises(AskError, match="the actions of `lift`"):
        spaces_of(environment(Discrete(n=5), Discrete(n=2, start=-1)), "lift")


def test_spaces_survive_strict_json():
    text = json.dumps(spaces_to_plain(UNEVEN), allow_nan=False)
    again = spaces_from_plain(json.loads(text))

    assert again.observation == UNEVEN.observation
    assert again.action_shape == UNEVEN.action_shape
    assert again.low.tolist() == [-1.0, -np.inf]
    assert again.high.tolist() == [1.0, np.inf]
