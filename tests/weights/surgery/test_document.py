"""Plans as TOML: what is written can be edited and followed."""

import tomllib

import pytest
import tomli_w
import torch
from _tiny import network

from headstart import weights
from headstart.errors import AskError, WeightsError


@pytest.fixture
def plan():
    return weights.plan(network("bert"), network("bert", "wider", seed=2))


def edited(path, change):
    document = tomllib.loads(path.read_text())
    change(document["moves"])
    path.write_text(tomli_w.dumps(document))


def of(moves, target):
    return next(move for move in moves if move.get("target") == target)


def test_a_plan_that_was_written_does_the_same(plan, tmp_path):
    weights.save_plan(plan, tmp_path / "plan.toml")
    first = {k: v.clone() for k, v in plan.apply(check=False).network.state_dict().items()}

    again = weights.edited_plan(plan, tmp_path / "plan.toml")

    second = again.apply(rows=20)
    assert all(torch.equal(first[k], v) for k, v in second.network.state_dict().items())
    assert second.receipt.check.function_preserved
    assert again.coverage == plan.coverage


def test_an_edited_move_is_followed_and_what_it_leaves_is_dropped(plan, tmp_path):
    path = tmp_path / "plan.toml"
    weights.save_plan(plan, path)

    def change(moves):
        move = of(moves, "classifier.weight")
        move |= {"action": "new", "fill": "zeros"}
        del move["sources"], move["steps"]

    edited(path, change)
    made = weights.edited_plan(plan, path)

    assert not made.apply(check=False).network.classifier.weight.any()
    assert made.moves[-1].sources == ("classifier.weight",)
    assert made.moves[-1].action == "dropped"
    assert not made.preserves


def test_a_plan_that_forgets_or_repeats_a_tensor_is_refused(plan, tmp_path):
    path = tmp_path / "plan.toml"
    weights.save_plan(plan, path)
    edited(path, lambda moves: moves.append(dict(of(moves, "classifier.bias"))))
    with pytest.raises(WeightsError, match=r"`classifier.bias` has two moves"):
        weights.edited_plan(plan, path)

    weights.save_plan(plan, path)
    edited(path, lambda moves: moves.remove(of(moves, "classifier.bias")))
    with pytest.raises(WeightsError, match=r"`classifier.bias` has no move"):
        weights.edited_plan(plan, path)


def test_a_copy_of_another_shape_is_refused_with_the_way_out(plan, tmp_path):
    path = tmp_path / "plan.toml"
    weights.save_plan(plan, path)

    def change(moves):
        move = of(moves, "classifier.weight")
        move["action"] = "copied"
        del move["steps"]

    edited(path, change)

    with pytest.raises(
        WeightsError, match=r"to be copied, but it is \(2, 32\) and .* is \(2, 16\)"
    ):
        weights.edited_plan(plan, path)


def test_a_step_that_does_not_fit_is_named_with_its_tensor(plan, tmp_path):
    path = tmp_path / "plan.toml"
    weights.save_plan(plan, path)
    edited(path, lambda moves: of(moves, "classifier.weight")["steps"][0].update(to=[2, 48]))

    made = weights.edited_plan(plan, path)

    with pytest.raises(WeightsError, match=r"`classifier.weight` became \(2, 48\); \(2, 32\) was"):
        made.apply()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action": "copy"}, "there is no action `copy` in move 1"),
        ({"fill": "noise"}, "there is no first value `noise` in move 1"),
        ({"steps": [{"step": "widen"}]}, "there is no step `widen` in move 1"),
        ({"sources": ["nowhere"]}, "there is no tensor `nowhere` in the source"),
        ({"target": "nowhere"}, "there is no tensor `nowhere` in the target"),
        ({"colour": 1}, "move 1 of the plan has `colour`"),
    ],
)
def test_unknown_words_in_a_plan_are_named(plan, tmp_path, change, words):
    path = tmp_path / "plan.toml"
    weights.save_plan(plan, path)
    edited(path, lambda moves: moves[0].update(change))

    with pytest.raises(AskError, match=words):
        weights.edited_plan(plan, path)


def test_a_file_that_is_no_plan_is_refused(plan, tmp_path):
    path = tmp_path / "plan.toml"
    with pytest.raises(AskError, match="there is no plan"):
        weights.edited_plan(plan, path)
    path.write_text("= nothing")
    with pytest.raises(AskError, match="is not TOML"):
        weights.edited_plan(plan, path)
    path.write_text("schema = 9")
    with pytest.raises(AskError, match="is no plan"):
        weights.edited_plan(plan, path)
