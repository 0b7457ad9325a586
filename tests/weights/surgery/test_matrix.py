"""Every architecture into itself, changed in every way: nothing unaccounted, functions kept."""

import math
from functools import cache

import pytest
from _tiny import CASES, PRESERVING, network

from headstart import weights

HEADS = [case for case in CASES if case[1] == "other head"]
KEPT = [case for case in CASES if case[1] in PRESERVING]
INPUTS = 20


@cache
def done(architecture, change):
    """The plan, and what came of it on twenty inputs; the source is drawn from another seed."""
    plan = weights.plan(network(architecture), network(architecture, change, seed=2))
    return plan, plan.apply(rows=INPUTS)


def test_the_matrix_is_large_enough():
    assert len({architecture for architecture, _ in CASES}) >= 12
    assert len(CASES) >= 80


@pytest.mark.parametrize(("architecture", "change"), CASES)
def test_every_parameter_is_accounted_for(architecture, change):
    outcome = done(architecture, change)[1]
    source, target = network(architecture), outcome.network
    moves = outcome.receipt.moves
    of = {action: [m for m in moves if m.action == action] for action in ACTIONS}
    placed = [m.target for action in ACTIONS[:3] for m in of[action]]
    named = {m.source for m in moves if m.source is not None}

    assert sorted(placed) == sorted(target.state_dict())
    assert named == set(source.state_dict())
    assert sum(m.parameters for a in ACTIONS[:3] for m in of[a]) == count(target)
    assert all(m.source is None for m in of["new"])
    assert all(m.target is None and m.because for m in of["dropped"])
    assert all(m.how for m in of["adapted"])
    assert all(m.because for m in of["new"])
    covered = sum(m.parameters for a in ACTIONS[:2] for m in of[a])
    assert outcome.receipt.coverage == pytest.approx(covered / count(target))


@pytest.mark.parametrize(("architecture", "change"), KEPT)
def test_steps_that_keep_the_function_keep_it(architecture, change):
    check = done(architecture, change)[1].receipt.check

    assert check.function_preserved
    assert check.max_difference <= 1e-5
    assert "20 inputs" in check.compared


@pytest.mark.parametrize(("architecture", "change"), [case for case in CASES if case not in KEPT])
def test_no_other_step_claims_to_keep_it(architecture, change):
    plan, outcome = done(architecture, change)
    is_longer = change in ("longer", "other vocabulary")  # what fits in before is read as before

    assert plan.preserves == is_longer
    assert not outcome.receipt.check.function_preserved or is_longer


@pytest.mark.parametrize(("architecture", "change"), HEADS)
def test_a_new_head_begins_at_the_loss_of_knowing_nothing(architecture, change):
    check = done(architecture, change)[1].receipt.check

    assert check.expected_loss == pytest.approx(math.log(5))
    assert check.first_loss == pytest.approx(math.log(5), abs=1e-6)
    assert check.max_difference <= 1e-5  # of the layers below the head


@pytest.mark.parametrize(("architecture", "change"), CASES)
def test_one_pass_back_is_finite(architecture, change):
    assert done(architecture, change)[1].receipt.check.is_finite


def test_a_smaller_network_takes_nearly_all_of_its_parameters_from_the_larger():
    for architecture, change in CASES:
        if change == "narrower":
            assert done(architecture, change)[0].coverage > 0.99


ACTIONS = ("copied", "adapted", "new", "dropped")


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())
