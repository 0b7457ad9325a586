"""What transferred weights were worth, where the truth about the arms is planted."""

from dataclasses import replace

import pytest
from _contenders import BINARY, guessers

from headstart.evaluation import weigh
from headstart.records import FineTune, Scratch
from headstart.records.controls import controls_from_plain
from headstart.records.plain import plain


def _arms(skills, *, draws=6, rows=2_000, seed=0):
    """The leader, and its arms by control, right as often as `skills` says."""
    transferred, random, shuffled = guessers(
        dict(zip(("bert.tune", "bert.tune.random", "bert.tune.shuffled"), skills, strict=True)),
        seed,
        draws=draws,
        rows=rows,
    )
    begun = FineTune(checkpoints=("bert",))
    leader = replace(transferred, start=begun)
    return leader, [
        replace(random, start=replace(begun, control="random")),
        replace(shuffled, start=replace(begun, control="shuffled")),
    ]


def _weighed(skills, **options):
    leader, arms = _arms(skills, **options)
    return weigh(leader, arms, BINARY, 0.002)


def test_better_than_random_and_shuffled_is_what_the_weights_know():
    found = _weighed((0.90, 0.70, 0.70))

    assert found.caused_by == "knowledge"
    assert found.because.endswith("what they know helped.")
    assert found.arms[0].interval[0] > 0.1


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_weights_that_do_as_well_leave_only_the_scale(seed):
    found = _weighed((0.90, 0.70, 0.90), seed=seed)

    assert found.caused_by == "scale"
    assert "only the scale of the weights helped, not what they know" in found.because


def test_shuffled_weights_half_way_between_are_both():
    assert _weighed((0.92, 0.62, 0.77)).caused_by == "both"


def test_weights_that_are_worse_than_random_ones_did_harm():
    found = _weighed((0.70, 0.85, 0.70))

    assert found.caused_by == "harm"
    assert found.arms[0].gain < 0


@pytest.mark.parametrize("seed", range(4))
def test_equal_arms_claim_nothing(seed):
    assert _weighed((0.80, 0.80, 0.80), seed=seed).caused_by == "cannot_tell"


def test_under_three_draws_nothing_is_said_however_large_the_gap():
    found = _weighed((0.95, 0.60, 0.60), draws=2)

    assert found.caused_by == "cannot_tell"
    assert "it cannot tell from 2 draws, 3 are needed" in found.because


def test_without_shuffled_draws_the_cause_stays_open():
    leader, (random, shuffled) = _arms((0.90, 0.70, 0.70))
    few = replace(shuffled, outcomes=shuffled.outcomes[:1])

    found = weigh(leader, [random, few], BINARY, 0.002)

    assert found.caused_by == "unclear"
    assert "too few draws of shuffled weights" in found.because


def test_noisy_shuffled_draws_do_not_pass_for_equality():
    found = _weighed((0.74, 0.70, 0.72), draws=3, rows=150)

    assert found.caused_by not in ("scale", "knowledge", "both")


def test_without_an_arm_that_was_scored_there_is_nothing_to_say():
    leader, (random, _) = _arms((0.90, 0.70, 0.70))

    assert weigh(leader, [], BINARY, 0.002) is None
    assert weigh(replace(leader, outcomes=()), [random], BINARY, 0.002) is None


def test_only_controls_are_arms():
    leader, (random, _) = _arms((0.90, 0.70, 0.70))
    stranger = replace(random, candidate="cnn", start=Scratch())

    assert weigh(leader, [stranger], BINARY, 0.002) is None


def test_the_record_survives_the_journey_through_json():
    found = _weighed((0.90, 0.70, 0.70))

    assert controls_from_plain(plain(found)) == found
