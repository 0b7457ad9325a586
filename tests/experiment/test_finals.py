from types import SimpleNamespace

import numpy as np
import pytest
from _course import Priced, scratch

from headstart.evaluation import Contender, Outcome
from headstart.experiment import finals
from headstart.records import Direct, FineTune, Numbers, Scratch, Task

FLOOR = scratch("linear", "linear")
FIELD = [scratch("best"), scratch("rival", "xgboost"), scratch("dear", "catboost")]


class Drawn(Priced):
    """A course that knows what has been drawn."""

    def __post_init__(self):
        super().__post_init__()
        self.told = {(name, 300): 0.2 for name in ("linear", "best", "rival", "dear")}
        self.book.find = self.find

    def find(self, name, rows, draw):
        found = (each for each in self.trials if (each.candidate, each.draw) == (name, draw))
        return next(found, None)

    def drawn(self, name):
        return [each.draw for each in self.trials if each.candidate == name]


def test_everyone_is_drawn_while_everyone_fits():
    course = Drawn({}, seconds=1000, most_draws=3)

    finals.run(course, FIELD, [FLOOR], rows=300, keep=0)

    assert {name: course.drawn(name) for name in ("linear", "best", "dear")} == {
        "linear": [0, 1, 2],
        "best": [0, 1, 2],
        "dear": [0, 1, 2],
    }


def test_where_a_whole_draw_no_longer_fits_the_dearest_stays_out():
    course = Drawn({}, seconds=200, most_draws=4, prices={"dear": 150.0})

    finals.run(course, FIELD, [FLOOR], rows=300, keep=0)

    assert course.drawn("dear") == [0]
    assert course.drawn("best") == course.drawn("rival") == [0, 1, 2, 3]


def test_the_best_stays_out_too_where_it_is_the_dearest():
    course = Drawn({}, seconds=200, most_draws=3, prices={"best": 150.0})

    finals.run(course, FIELD, [FLOOR], rows=300, keep=0)

    assert course.drawn("best") == [0]
    assert course.drawn("rival") == course.drawn("dear") == [0, 1, 2]


def test_the_first_draw_is_for_everyone_or_nobody():
    course = Drawn({}, seconds=100, most_draws=4, prices={"dear": 120.0})

    finals.run(course, FIELD, [FLOOR], rows=300, keep=0)

    assert not course.trials


def test_floors_alone_are_drawn_too():
    course = Drawn({}, seconds=1000, most_draws=2)

    finals.run(course, [], [FLOOR], rows=300, keep=0)

    assert course.drawn("linear") == [0, 1]


def test_what_the_draws_are_told_to_cost_is_what_they_would_cost():
    course = Drawn({}, seconds=200, most_draws=4, prices={"dear": 150.0})

    assert finals.price(course, FIELD, [FLOOR], rows=300, keep=0) == 153.0 + 3 * 3.0


def contender(name, start):
    return Contender(
        candidate=name, family=name, start=start, is_floor=False, cost=1.0, outcomes=()
    )


def test_a_blend_begins_as_its_heaviest_member_that_learns():
    tuned, asked = FineTune(checkpoints=("a",)), Direct(checkpoints=("a",))
    members = [contender("x", Scratch()), contender("y", tuned), contender("z", asked)]

    assert finals.start_of(members, {"x": 0.2, "y": 0.3, "z": 0.5}) == tuned
    assert finals.start_of(members[2:], {"z": 1.0}) == Scratch()


LENGTH = Task(kind="regression", targets=("y",), metric="rmse")
MATERIAL = SimpleNamespace(task=LENGTH, scale=lambda: None)


def answered(name, value, weights, draws):
    """A contender with one answer on each draw, where the truth is 1 on two rows, -1 on two."""
    truth = np.array([[1.0], [1.0], [-1.0], [-1.0]] * 10)
    answer = Numbers(values=np.full((40, 1), value))
    outcomes = tuple(
        Outcome(draw=draw, score=0.0, truth=truth, prediction=answer, weights=weights)
        for draw in range(draws)
    )
    return Contender(
        candidate=name,
        family=name,
        start=Scratch(),
        is_floor=False,
        cost=1.0,
        outcomes=outcomes,
    )


@pytest.mark.parametrize("draws", [1, 3])
def test_a_blend_leans_to_who_is_right_where_rows_count_most(draws):
    arena = SimpleNamespace(material=MATERIAL)
    heavy = np.tile([9.0, 9.0, 1.0, 1.0], 10)

    def blended(weights):
        members = [answered("one", 1.0, weights, draws), answered("other", -1.0, weights, draws)]
        return finals.blend(arena, members)

    even, leaning = blended(None), blended(heavy)

    assert even[1] == {"one": 0.5, "other": 0.5}
    assert leaning[1]["one"] == pytest.approx(0.9, abs=0.03)
    assert leaning[0].outcomes[0].score < even[0].outcomes[0].score


def test_a_half_of_the_rows_that_counts_for_nothing_is_no_crash():
    arena = SimpleNamespace(material=MATERIAL)
    alternating = np.tile([1.0, 0.0], 20)
    members = [answered("one", 1.0, alternating, 1), answered("other", 0.5, alternating, 1)]

    blended = finals.blend(arena, members)

    assert blended is None or np.isfinite(blended[0].outcomes[0].score)
