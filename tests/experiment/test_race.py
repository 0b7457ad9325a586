from headstart.experiment.race import rungs


def test_rungs_are_thirds_of_thirds_and_end_with_all_rows():
    assert rungs(27_000) == (1000, 3000, 9000, 27_000)


def test_no_rung_has_fewer_than_64_rows_unless_there_are_no_more():
    assert rungs(300) == (64, 100, 300)
    assert rungs(50) == (50,)


def test_of_too_many_rungs_the_largest_stay():
    assert rungs(27_000, most=2) == (9000, 27_000)
    assert rungs(50, most=1) == (50,)
