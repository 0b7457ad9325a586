"""From `gym:CartPole-v1` to a recipe, or to a sentence that helps."""

import builtins
import sys

import pytest

from headstart import worlds
from headstart.errors import AskError, MissingExtra
from headstart.records import World


def test_a_registered_id_becomes_a_recipe():
    world = worlds.parse("gym:CartPole-v1", [("sutton_barto_reward", True)])

    assert world == World(id="gym:CartPole-v1", settings=(("sutton_barto_reward", True),))


def test_a_name_without_version_means_the_newest():
    assert worlds.parse("gym:CartPole").id == "gym:CartPole-v1"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gym:CartPoll-v1", "Did you mean `CartPole-v1`"),
        ("gym:CartPole-v7", "Did you mean `CartPole-v1`"),
        ("gym:ALE/Pong-v5", "no installed package registers `ALE/...`"),
        ("gym:os:Name-v0", "ids are never imported"),
        ("gym:", "there is no world `gym:`"),
        ("game:connect_four", "follow in a later version"),
        ("corridor:one", "a number of cells from 2 to 50"),
        ("corridor:1", "a number of cells from 2 to 50"),
        ("corridor:99999999999", "a number of cells from 2 to 50"),
        ("mars", "names no world"),
    ],
)
def test_an_unknown_world_is_refused_in_words(source, said):
    with pytest.raises(AskError, match=said.replace(".", r"\.")):
        worlds.parse(source)


def test_the_corridor_has_no_settings():
    with pytest.raises(AskError, match="no settings; got `length`"):
        worlds.parse("corridor:5", [("length", 6)])


def test_a_missing_library_names_its_extra(monkeypatch):
    monkeypatch.delitem(sys.modules, "gymnasium", raising=False)
    monkeypatch.setattr("headstart.processes.libraries.find_spec", lambda name: None)

    with pytest.raises(MissingExtra, match=r"headstart\[worlds\]"):
        worlds.parse("gym:CartPole-v1")


def test_the_corridor_needs_no_library(monkeypatch):
    real = builtins.__import__

    def without_gymnasium(name, *rest, **named):
        assert not name.startswith("gymnasium")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_gymnasium)

    assert worlds.play(World(id="corridor:3", seeds=range(2)), lambda cell: 1).returns.max() == -1


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("gym:CartPole-v1", True),
        ("game:chess", True),
        ("corridor:5", True),
        ("gym.csv", False),
        ("C:data.csv", False),
        ("gym", False),
        (None, False),
    ],
)
def test_a_world_is_told_from_a_file(source, is_one):
    assert worlds.is_world(source) is is_one
