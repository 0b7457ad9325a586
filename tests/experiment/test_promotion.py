"""Who climbs, who stays below, and who comes late."""

from _course import Course, Priced, scratch

from headstart.experiment import race


def told(losses: dict[str, float], rows: tuple[int, ...] = (64, 100, 300)) -> dict:
    return {(name, size): loss for name, loss in losses.items() for size in rows}


def on(course: Course, rows: int) -> list[str]:
    return [name for name, size in course.tried if size == rows]


def test_who_cannot_arrive_does_not_climb():
    course = Priced(told({"net": 0.1, "tree": 0.2}), seconds=200, prices={"net": 150.0})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=10)

    assert on(course, 100) == ["tree"]
    assert on(course, 300) == ["tree"]


def test_who_costs_most_of_what_is_left_must_be_clearly_better():
    def climbers(loss):
        losses = told({"net": loss, "tree": 0.2})
        course = Priced(losses, seconds=250, prices={"net": 60.0})
        race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=0)
        return on(course, 100)

    assert climbers(0.199) == ["tree"]
    assert sorted(climbers(0.1)) == ["net", "tree"]


def test_who_was_left_below_close_behind_comes_late():
    names = [f"c{number}" for number in range(6)]
    families = ["lightgbm", "xgboost", "catboost", "random_forest", "feedforward", "linear"]
    losses = {name: 0.2 + 0.001 * place for place, name in enumerate(names)}
    course = Course(told(losses), seconds=2_000)

    field = [scratch(name, each) for name, each in zip(names, families, strict=True)]
    race.run(course, field, keep=0)

    assert "c4" not in on(course, 300)[:4]
    assert set(on(course, 300)) == {"c0", "c1", "c2", "c3", "c4"} | {"c5"}


def test_who_was_left_far_behind_stays_below():
    losses = {"a": 0.2, "b": 0.2, "c": 0.2, "d": 0.2, "far": 0.3}
    families = ["lightgbm", "xgboost", "catboost", "random_forest", "feedforward"]
    field = [scratch(name, each) for name, each in zip(losses, families, strict=True)]
    course = Course(told(losses), seconds=2_000)

    race.run(course, field, keep=0)

    assert "far" not in on(course, 300)


def test_the_best_waits_for_the_refit_where_time_is_too_short_for_both():
    losses = told({"net": 0.1, "tree": 0.2})
    course = Priced(losses, seconds=100, counts_work=False, prices={"net": 39.0})

    finalists = race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=45)

    assert on(course, 300) == []
    assert [each.name for each in finalists] == ["net", "tree"]
