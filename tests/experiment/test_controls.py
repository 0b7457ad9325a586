"""Control arms: who is controlled, with what, on which draws, and from what is left."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from _course import Priced, scratch

from headstart.experiment import controls
from headstart.experiment.controls import arms, leading
from headstart.families.neural.text_encoder import Settings
from headstart.records import Candidate, Direct, Estimate, FineTune, Transfer, Trial, control_of
from headstart.testing.checkpoints import make_text_encoder

NAME = "reader"


def _encoder(start, name="bert.tune", family="text_encoder"):
    return Candidate(
        name=name, family=family, settings=Settings(), start=start, estimate=Estimate(seconds=1.0)
    )


TUNED = _encoder(FineTune(checkpoints=(NAME,)))


class Drawn(Priced):
    """A course that knows what has been drawn, in which the leader has `draws` draws."""

    draws = 4

    def __post_init__(self):
        super().__post_init__()
        self.told = {(f"bert.tune.{control}", 300): 0.2 for control in ("random", "shuffled")}
        self.book.find = self.find
        for draw in range(self.draws):
            self.trials.append(
                Trial(
                    id=str(draw),
                    candidate=TUNED.name,
                    family=TUNED.family,
                    start=TUNED.start,
                    status="finished",
                    rows=300,
                    draw=draw,
                    score=0.9,
                    loss=0.1,
                    settings=(("passes", 7),),
                )
            )

    def find(self, name, rows, draw):
        found = (each for each in self.trials if (each.candidate, each.draw) == (name, draw))
        return next(found, None)

    def drawn(self, control):
        name = f"bert.tune.{control}"
        return [each.draw for each in self.trials if each.candidate == name]


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    """What `leading` asks of an arena."""
    place = make_text_encoder(tmp_path_factory.mktemp("reader"))
    return SimpleNamespace(
        material=SimpleNamespace(task=SimpleNamespace(has_rows=True)), checkpoints={NAME: place}
    )


@pytest.mark.parametrize(
    "start",
    [
        FineTune(checkpoints=(NAME,)),
        FineTune(checkpoints=(NAME,), layers="last", method="lora"),
        Transfer(checkpoints=(NAME,), part="encoder"),
        Transfer(checkpoints=(NAME,), part="tensors"),
    ],
)
def test_the_best_that_took_weights_of_a_checkpoint_is_the_leader(arena, start):
    first, second = _encoder(start), _encoder(start, "second")

    assert leading(arena, [scratch("tree"), first, second]) == first


@pytest.mark.parametrize(
    "start",
    [
        Direct(checkpoints=(NAME,)),
        Transfer(checkpoints=(NAME,), part="embedding"),
        FineTune(checkpoints=(NAME,), control="random"),
    ],
)
def test_who_took_no_weights_that_could_be_left_out_is_none(arena, start):
    assert leading(arena, [scratch("tree"), _encoder(start)]) is None


def test_a_family_that_cannot_leave_them_out_is_none(arena):
    assert leading(arena, [_encoder(FineTune(checkpoints=(NAME,)), family="xgboost")]) is None


def test_tensors_of_an_earlier_run_can_be_left_out_and_going_on_from_it_cannot(arena, tmp_path):
    (tmp_path / "model" / "member-0").mkdir(parents=True)
    (tmp_path / "model" / "headstart.json").write_text("{}")
    run = SimpleNamespace(
        material=arena.material, checkpoints={NAME: tmp_path / "model" / "member-0"}
    )
    tensors = _encoder(Transfer(checkpoints=(NAME,), part="tensors"), family="lstm")
    further = _encoder(FineTune(checkpoints=(NAME,)), family="lstm")

    assert leading(run, [further, tensors]) == tensors
    assert leading(run, [further]) is None


def test_the_arms_are_the_leader_with_other_first_values_and_its_passes():
    random, shuffled = arms(Drawn({}, seconds=1000), TUNED, 300)

    assert [control_of(each.start) for each in (random, shuffled)] == ["random", "shuffled"]
    assert random.settings == shuffled.settings == Settings(passes=7)
    assert replace(random.start, control=None) == TUNED.start


def test_where_only_some_blocks_learned_the_arms_are_expected_to_cost_more():
    course = Drawn({}, seconds=1000, counts_work=False)
    last = replace(TUNED, start=FineTune(checkpoints=(NAME,), layers="last"))

    whole, part = (arms(course, each, 300)[0].estimate.seconds for each in (TUNED, last))

    assert part > whole


def test_both_arms_meet_the_leader_on_its_own_draws():
    course = Drawn({}, seconds=1000, most_draws=10)

    field = controls.run(course, TUNED, 300, 0.0, is_asked=False)

    assert course.drawn("random") == course.drawn("shuffled") == [0, 1, 2, 3]
    assert [each.name for each in field] == ["bert.tune.random", "bert.tune.shuffled"]


def test_without_being_asked_nothing_begins_that_could_not_tell_anything():
    course = Drawn({}, seconds=1000, prices={"bert.tune.random": 300.0})

    controls.run(course, TUNED, 300, 0.0, is_asked=False)

    assert course.drawn("random") == []


def test_what_is_kept_for_the_refit_is_not_spent():
    course = Drawn({}, seconds=100)

    controls.run(course, TUNED, 300, 60.0, is_asked=True)

    assert course.purse.left() >= 60.0
    assert course.drawn("random") == course.drawn("shuffled") == [0, 1]


def test_the_finals_leave_at_most_half_of_what_they_have():
    dear = Drawn({}, seconds=100, prices={"bert.tune.random": 300.0})
    cheap = Drawn({}, seconds=1000)

    assert controls.kept_for(dear, TUNED, 300, 20.0) == 40.0
    assert 0 < controls.kept_for(cheap, TUNED, 300, 20.0) < 10
    assert controls.kept_for(cheap, None, 300, 20.0) == 0.0


def test_an_interrupted_race_trains_no_control():
    course = Drawn({}, seconds=1000)
    course.interrupted = lambda: True

    controls.run(course, TUNED, 300, 0.0, is_asked=True)

    assert course.drawn("random") == course.drawn("shuffled") == []


def test_nobody_to_control_has_no_arms():
    assert controls.run(Drawn({}, seconds=1000), None, 300, 0.0, is_asked=True) == ()
