"""Who stays below is told, with what kept it there."""

from _course import Course, Priced, scratch

from headstart.experiment import race
from headstart.experiment.left_below import stayed_in


def told(losses):
    return {(name, size): loss for name, loss in losses.items() for size in (64, 100, 300)}


def stayed(course):
    return {each.candidate: each for each in stayed_in(course.noted)}


def test_who_was_better_but_too_dear_is_told_to_have_been_too_dear():
    course = Priced(told({"net": 0.1, "tree": 0.2}), seconds=200, prices={"net": 150.0})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=10)

    found = stayed(course)["net"]
    assert (found.rows, found.kept_by) == (64, "price")
    assert found.because.startswith("about 150 work units to train on all rows, with 180 ")
    assert "tree" not in stayed(course)


def test_who_was_behind_everyone_who_climbed_is_told_its_loss():
    families = ["lightgbm", "xgboost", "catboost", "random_forest", "feedforward"]
    losses = {"a": 0.2, "b": 0.2, "c": 0.2, "d": 0.2, "far": 0.3}
    course = Course(told(losses), seconds=2_000)

    race.run(course, [scratch(n, f) for n, f in zip(losses, families, strict=True)], keep=0)

    found = stayed(course)["far"]
    assert (found.rows, found.kept_by) == (64, "loss")
    assert found.because == "loss 0.3 where `a` had 0.2"


def test_a_call_that_comes_to_the_same_place_again_notes_it_once():
    course = Priced(told({"net": 0.1, "tree": 0.2}), seconds=200, prices={"net": 150.0})
    field = [scratch("net", "feedforward"), scratch("tree")]

    race.run(course, field, keep=10)
    noted = list(course.noted)
    course.tried.clear()
    course.trials.clear()
    race.run(course, field, keep=10)

    assert course.noted == noted


def test_a_quick_one_behind_four_others_is_told_its_loss_not_its_price():
    families = ["lightgbm", "xgboost", "catboost", "random_forest", "feedforward"]
    losses = {name: 0.2 + 0.001 * place for place, name in enumerate("abcde")}
    course = Course(told(losses), seconds=2_000)

    race.run(course, [scratch(n, f) for n, f in zip(losses, families, strict=True)], keep=0)

    assert stayed(course)["e"].kept_by == "loss"
