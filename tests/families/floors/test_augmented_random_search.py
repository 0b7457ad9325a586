"""Random search over linear policies: the update by hand, the pole, and going on."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart import worlds
from headstart.errors import DataError, WeightsError
from headstart.families import family
from headstart.families.floors import augmented_random_search as search
from headstart.profiling import profile
from headstart.records import Column, FineTune, Refusal, Table
from headstart.session import Session

ARS = family("augmented_random_search")


def candidate(source, **settings):
    world = worlds.parse(source)
    facts = worlds.facts(world, seconds=0.05)
    task = worlds.control_task()
    first = ARS.propose(task, profile(world, task, source=source, world_facts=facts))[0]
    return replace(first, settings=replace(first.settings, **settings))


def learned(source, session, start=None, seeds=None, **settings):
    asked = candidate(source, **settings)
    asked = asked if start is None else replace(asked, start=start)
    world = replace(worlds.parse(source), seeds=seeds or worlds.training_seeds(0))
    return ARS.fit(asked, worlds.control_task(), world, session)


def recorded(*rows):
    names = [f"x{place}" for place in range(len(rows[0]))]
    values = [[row[place] for row in rows] for place in range(len(names))]
    return Table(
        columns=tuple(Column(name=name, modality="number") for name in names),
        arrow=pa.table(dict(zip(names, values, strict=True))),
        row_ids=np.arange(len(rows)),
    )


def test_an_update_goes_where_it_paid():
    directions = np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[5.0, 5.0]]])
    earned = np.array([[4.0, 2.0], [2.0, 4.0], [0.0, 0.0]])
    settings = search.Settings(directions=3, used=2, step=1.0)

    step = search._step(directions, earned, settings)

    # b = 2, the spread of 4, 2, 2, 4 is 1, the gains are +2 and -2: the third did not pay.
    assert step.tolist() == [[1.0, -1.0]]


def test_equal_returns_move_nothing():
    step = search._step(np.ones((2, 1, 3)), np.full((2, 2), 500.0), search.Settings(used=2))

    assert step.tolist() == [[0.0, 0.0, 0.0]]


def test_moments_merge_as_if_seen_at_once():
    seen = np.random.default_rng(0).normal(3.0, 2.0, size=(30, 2))
    moments = search._Moments(mean=np.zeros(2), squares=np.zeros(2))

    for batch in (seen[:1], seen[1:12], seen[12:]):
        moments.add(batch)

    assert moments.mean == pytest.approx(seen.mean(axis=0))
    assert np.sqrt(moments.squares / 30) == pytest.approx(seen.std(axis=0))


@pytest.mark.parametrize("seed", range(3))
def test_the_pole_is_balanced(seed, tmp_path):
    policy = learned("gym:CartPole-v1", Session(seed=seed, folder=tmp_path, work=150.0))

    played = policy.predict(replace(worlds.parse("gym:CartPole-v1"), seeds=worlds.LOCKED_SEEDS))

    assert played.returns.mean() >= 475


def test_the_allowance_of_steps_is_kept(tmp_path):
    session = Session(seed=0, folder=tmp_path, work=2.0)

    learned("gym:CartPole-v1", session)

    assert session.spent <= 2.0 + 0.5  # the episode that was under way may end


def test_two_fits_with_one_seed_are_alike(tmp_path):
    one, two = (
        learned("gym:CartPole-v1", Session(seed=3, folder=tmp_path / name, work=5.0))
        for name in ("one", "two")
    )

    assert one.weights.tolist() == two.weights.tolist()


def test_going_on_from_what_was_kept_continues_the_search(tmp_path):
    first = Session(seed=0, folder=tmp_path, work=3.0, carry=True)
    learned("gym:CartPole-v1", first, goal=None)
    second = Session(seed=0, folder=tmp_path, work=9.0, carry=True)
    before = second.spent

    learned("gym:CartPole-v1", second, goal=None)

    assert before == pytest.approx(first.spent)
    assert second.losses[0] <= first.losses[-1]
    assert 3.0 < second.spent <= 9.5


def test_a_solved_search_rests(tmp_path):
    session = Session(seed=0, folder=tmp_path, carry=True)

    learned("gym:CartPole-v1", session)

    assert session.losses[-1] <= -475
    assert len(session.losses) < 100
    assert session.kept is not None


def test_a_vector_policy_is_clipped_to_its_bounds(tmp_path):
    policy = learned("gym:Pendulum-v1", Session(seed=0, folder=tmp_path, work=1.0), step=10.0)
    policy = replace(policy, weights=np.array([[100.0, 0.0, 0.0]]))

    actions = policy.predict(recorded([1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]))

    assert sorted(actions.values.ravel().tolist()) == [-2.0, 2.0]


def test_a_recorded_observation_gets_the_action_that_play_would_take(tmp_path):
    policy = learned("gym:CartPole-v1", Session(seed=0, folder=tmp_path, work=5.0))
    seen = np.random.default_rng(1).normal(size=(50, 4))

    answers = policy.predict(recorded(*seen.tolist())).values

    act = policy.actor()
    assert answers.tolist() == [int(act(row)) for row in seen]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (recorded([1.0]), "observes 4 numbers"),
        (recorded([1.0, 2.0, None, 4.0]), "missing a value"),
    ],
)
def test_other_tables_are_refused_in_words(rows, said, tmp_path):
    policy = learned("gym:CartPole-v1", Session(seed=0, folder=tmp_path, work=0.5))

    with pytest.raises(DataError, match=said):
        policy.predict(rows)


def test_a_state_that_does_not_exist_is_refused(tmp_path):
    policy = learned("corridor:5", Session(seed=0, folder=tmp_path, work=0.5))

    with pytest.raises(DataError, match=r"none of 0 \.\.\. 4"):
        policy.predict(recorded([5.0]))


def test_a_policy_goes_on_in_the_same_world_only(tmp_path):
    learned("corridor:5", Session(seed=0, folder=tmp_path / "fit", work=0.5)).save(tmp_path)
    session = Session(seed=0, folder=tmp_path / "on", work=0.5, checkpoints={"earlier": tmp_path})

    with pytest.raises(WeightsError, match="5 observed numbers and 2 actions; this world has 4"):
        learned("gym:CartPole-v1", session, FineTune(checkpoints=("earlier",)))


def test_a_policy_is_not_sent_into_another_world(tmp_path):
    policy = learned("corridor:5", Session(seed=0, folder=tmp_path, work=0.5))

    with pytest.raises(WeightsError, match="`gym:CartPole-v1` has 4 observed"):
        policy.predict(replace(worlds.parse("gym:CartPole-v1"), seeds=range(1)))


def test_pictures_are_refused_with_the_size():
    task = worlds.control_task()
    facts = worlds.facts(worlds.parse("corridor:5"))
    pixels = replace(facts, observation=(96, 96, 3), states=None, actions=None, action_size=4)

    answer = ARS.propose(task, profile(worlds.parse("corridor:5"), task, world_facts=pixels))

    assert isinstance(answer, Refusal)
    assert "110,592" in answer.because
