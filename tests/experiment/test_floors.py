"""Floors on rungs that the race did not come to."""

from _course import Course, Priced, scratch

from headstart.experiment import race


def test_floors_learn_from_all_rows_where_the_race_did_not_come_so_far():
    told = {("net", 64): 0.1, ("linear", 64): 0.3, ("linear", 100): 0.2, ("linear", 300): 0.15}
    course = Course(told, seconds=60)

    finalists = race.run(course, [scratch("net", "feedforward"), scratch("linear", "linear")], 40)

    assert ("net", 100) not in course.tried
    assert [rows for name, rows in course.tried if name == "linear"] == [64, 100, 300]
    assert [each.name for each in finalists] == ["net"]


def test_a_floor_that_knows_more_rows_and_is_better_has_no_rival():
    told = {("net", 64): 0.1, ("linear", 64): 0.3, ("linear", 100): 0.2, ("linear", 300): 0.05}
    course = Course(told, seconds=60)

    finalists = race.run(course, [scratch("net", "feedforward"), scratch("linear", "linear")], 40)

    assert finalists == []
    assert [(each["candidate"], each["kept_by"]) for each in course.noted] == [("net", "price")]


def test_a_floor_that_would_cost_much_of_what_is_left_does_not_climb_alone():
    told = {("net", 64): 0.1, ("linear", 64): 0.3}
    course = Priced(told, seconds=60, prices={"linear": 11.0})

    race.run(course, [scratch("net", "feedforward"), scratch("linear", "linear")], keep=40)

    assert ("linear", 100) not in course.tried
