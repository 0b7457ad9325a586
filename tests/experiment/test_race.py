from dataclasses import replace

from _course import Course, Priced, scratch, tuned

from headstart.experiment import race
from headstart.experiment.rungs import rungs


def test_rungs_are_thirds_of_thirds_and_end_with_all_rows():
    assert rungs(27_000) == (1000, 3000, 9000, 27_000)


def test_no_rung_has_fewer_than_64_rows_unless_there_are_no_more():
    assert rungs(300) == (64, 100, 300)
    assert rungs(50) == (50,)


def test_of_too_many_rungs_the_largest_stay():
    assert rungs(27_000, most=2) == (9000, 27_000)
    assert rungs(50, most=1) == (50,)


def test_who_was_best_where_the_time_ended_is_a_finalist():
    course = Course({("a", 64): 0.3, ("b", 64): 0.2}, seconds=20)

    finalists = race.run(course, [scratch("a"), scratch("b", "xgboost")], keep=0)

    assert course.tried == [("a", 64), ("b", 64)]
    assert [each.name for each in finalists] == ["b", "a"]


def test_who_is_known_to_do_best_with_few_labels_is_a_finalist():
    families = ("lightgbm", "xgboost", "catboost", "random_forest", "feedforward")
    field = [scratch(f"c{place}", name) for place, name in enumerate(families)]
    known = replace(scratch("known", "xgboost"), prior=3)
    told = {(each.name, 64): 0.1 * place for place, each in enumerate([*field, known])}
    course = Course(told, seconds=600, rows=64)

    finalists = race.run(course, [*field, known], keep=0)

    assert [each.name for each in finalists] == ["c0", "c1", "c2", "known"]


def test_who_fails_takes_no_time_from_the_others():
    hostile = [scratch(f"hostile-{number}") for number in range(24)]
    good = [scratch("a", "xgboost"), scratch("b", "catboost")]
    told = {(each.name, rows): 0.2 for each in good for rows in (64, 100, 300)}
    course = Course(told, seconds=400)

    finalists = race.run(course, [*hostile, *good], keep=0)

    assert [name for name, rows in course.tried if rows == 64][-2:] == ["a", "b"]
    assert {each.name for each in finalists} == {"a", "b"}


def test_a_rung_that_costs_too_much_ends_once_somebody_has_finished():
    field = [scratch(f"c{number}") for number in range(12)]
    course = Course({(each.name, 64): 0.2 for each in field}, seconds=100)

    race.run(course, field, keep=0)

    assert 1 < sum(rows == 64 for _, rows in course.tried) < 12


def test_a_start_that_the_clock_cut_altogether_is_tried_again_with_more_time():
    others = [scratch(f"c{number}", "xgboost") for number in range(8)]
    told = {(each.name, rows): 0.2 for each in others for rows in (64, 100, 300)}
    course = Course(told, seconds=900, counts_work=False, patient={"slow": 200.0})

    race.run(course, [tuned("slow"), *others], keep=0)

    assert course.tried.count(("slow", 64)) == 2
    assert ("slow", 100) in course.tried


def test_a_second_candidate_of_a_start_that_has_finished_is_not_tried_again():
    others = [tuned("quick"), *(scratch(f"c{number}", "xgboost") for number in range(7))]
    told = {(each.name, rows): 0.2 for each in others for rows in (64, 100, 300)}
    course = Course(told, seconds=900, counts_work=False, patient={"slow": 200.0})

    race.run(course, [tuned("slow"), *others], keep=0)

    assert course.tried.count(("slow", 64)) == 1


def test_the_best_of_each_start_comes_to_all_rows_before_siblings_do():
    quick = [scratch(f"c{number}", "xgboost") for number in range(3)]
    told = {(each.name, rows): 0.2 for each in quick for rows in (64, 100, 300)}
    told |= {("slow", rows): 0.9 for rows in (64, 100, 300)}
    course = Course(told, seconds=900)

    race.run(course, [*quick, tuned("slow")], keep=0)

    assert [name for name, rows in course.tried if rows == 300] == ["c0", "slow", "c1", "c2"]


def test_the_best_is_left_behind_when_it_would_take_more_than_half_of_what_is_left():
    told = {
        (name, rows): loss
        for name, loss in (("net", 0.1), ("tree", 0.2))
        for rows in (64, 100, 300)
    }
    course = Priced(told, seconds=100, prices={"net": 60.0})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=40)

    assert [name for name, rows in course.tried if rows == 100] == ["tree"]


def test_who_is_alone_climbs_whatever_it_costs():
    told = {("net", rows): 0.1 for rows in (64, 100, 300)}
    course = Priced(told, seconds=100, prices={"net": 60.0})

    race.run(course, [scratch("net", "feedforward")], keep=10)

    assert ("net", 100) in course.tried


def test_what_is_quick_arrives_on_what_is_kept_back_for_the_favourite():
    told = {("net", 64): 0.1, ("tree", 64): 0.2, ("tree", 100): 0.2}
    course = Priced(told, seconds=30, rows=100, prices={"net": 60.0, "tree": 0.5})

    race.run(course, [scratch("net", "feedforward"), scratch("tree")], keep=7)

    assert ("tree", 100) in course.tried
