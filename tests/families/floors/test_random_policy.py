"""Random play is a floor that can be repeated."""

from dataclasses import replace

import numpy as np
import pytest

from headstart import worlds
from headstart.errors import AskError, WeightsError
from headstart.families import family
from headstart.profiling import profile
from headstart.records import Actions, Refusal, Task
from headstart.session import Session
from headstart.testing.tables import lesson

RANDOM = family("random_policy")


def learned(source, folder, seed=0):
    world = replace(worlds.parse(source), seeds=worlds.training_seeds(0))
    task = worlds.control_task()
    facts = profile(world, task, source=source, world_facts=worlds.facts(world, seconds=0.05))
    candidate = RANDOM.propose(task, facts)[0]
    session = Session(seed=seed, folder=folder, work=1.0)
    return RANDOM.fit(candidate, task, world, session), session


def test_the_same_seed_plays_the_same_episode_alone_or_among_others(tmp_path):
    policy, _ = learned("gym:CartPole-v1", tmp_path)
    world = worlds.parse("gym:CartPole-v1")

    alone = policy.predict(replace(world, seeds=range(3, 4)))
    among = policy.predict(replace(world, seeds=range(5)))

    assert alone.returns[0] == among.returns[3]


def test_another_seed_of_the_session_plays_otherwise(tmp_path):
    world = replace(worlds.parse("gym:CartPole-v1"), seeds=range(20))

    returns = [
        learned("gym:CartPole-v1", tmp_path, seed)[0].predict(world).returns for seed in (0, 1)
    ]

    assert (returns[0] != returns[1]).any()


def test_the_pole_stands_for_some_twenty_steps(tmp_path):
    policy, session = learned("gym:CartPole-v1", tmp_path)

    played = policy.predict(replace(worlds.parse("gym:CartPole-v1"), seeds=worlds.LOCKED_SEEDS))

    assert 18 <= played.returns.mean() <= 28
    assert session.spent == pytest.approx(-session.losses[0] / 1000)


def test_vector_actions_stay_in_their_box(tmp_path):
    policy, _ = learned("gym:Pendulum-v1", tmp_path)

    unseen = lesson("a number").unseen

    drawn = policy.predict(unseen)

    assert isinstance(drawn, Actions)
    assert drawn.values.shape == (len(unseen), 1)
    assert np.abs(drawn.values).max() <= 2.0


def test_rows_are_refused_with_a_reason():
    question = lesson("yes or no")

    answer = RANDOM.propose(question.task, question.profile)

    assert isinstance(answer, Refusal)
    assert "classification" in answer.because


def test_a_world_without_training_seeds_is_refused(tmp_path):
    candidate = RANDOM.propose(
        Task(kind="control", metric="return"),
        profile(
            worlds.parse("corridor:5"),
            worlds.control_task(),
            world_facts=worlds.facts(worlds.parse("corridor:5")),
        ),
    )[0]

    with pytest.raises(AskError, match="without seeds"):
        RANDOM.fit(
            candidate,
            worlds.control_task(),
            worlds.parse("corridor:5"),
            Session(seed=0, folder=tmp_path),
        )


def test_another_familys_folder_is_refused(tmp_path):
    (tmp_path / "constant.json").write_text("{}")

    with pytest.raises(WeightsError, match=r"found `constant\.json`"):
        RANDOM.load(tmp_path)
