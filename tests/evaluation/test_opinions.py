from __future__ import annotations

from headstart.evaluation.opinions import agreements
from headstart.records.suitability import Suitability


def _found(name, *logme):
    layers = tuple(
        {"linear_probe": 0.5 + 0.1 * place, "neighbours": 0.5, "logme": value}
        for place, value in enumerate(logme)
    )
    return Suitability(checkpoint=name, rows=64, layer=len(layers) - 1, layers=layers)


def _by_score(found):
    return {each.score: each for each in found}


def test_with_three_checkpoints_scores_are_held_against_the_trials():
    found = [_found("a", 0.1), _found("b", 0.2), _found("c", 0.3)]

    by_score = _by_score(agreements(found, {"a": 0.1, "b": 0.2, "c": 0.3}))

    assert (by_score["logme"].measured, by_score["logme"].over) == ("trials", 3)
    assert by_score["logme"].correlation == -1.0  # a higher score, and a higher loss


def test_with_fewer_they_are_held_against_the_linear_probe_of_the_layers():
    by_score = _by_score(agreements([_found("a", 0.1, 0.3, 0.2, 0.4)], {"a": 0.2}))

    assert (by_score["logme"].measured, by_score["logme"].over) == ("linear_probe", 4)
    assert by_score["logme"].correlation == 0.8
    assert "linear_probe" not in by_score


def test_a_score_that_is_the_same_everywhere_has_no_correlation():
    assert _by_score(agreements([_found("a", 0.1, 0.2, 0.3)], {}))["neighbours"].correlation is None


def test_a_checkpoint_without_a_trial_does_not_count():
    found = [_found("a", 0.1), _found("b", 0.2), _found("c", 0.3)]

    (first, *_) = agreements(found, {"a": 0.1, "b": 0.2})

    assert first.measured == "linear_probe"


def test_two_layers_are_too_few_to_rank():
    assert agreements([_found("a", 0.1, 0.2)], {}) == ()
