from _course import Priced, scratch

from headstart.evaluation import Contender
from headstart.experiment import finals
from headstart.records import Direct, FineTune, Scratch

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
