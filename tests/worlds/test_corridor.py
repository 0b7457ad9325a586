"""The corridor's numbers can be worked out by hand."""

from headstart.worlds.corridor import LONGEST, Corridor


def walk(cells, seed, action):
    corridor = Corridor(cells)
    corridor.reset(seed=seed)
    total, ended, cut = 0.0, False, False
    while not ended and not cut:
        _, reward, ended, cut, _ = corridor.step(action)
        total += reward
    return total, ended, cut


def test_going_right_arrives_after_as_many_steps_as_cells_are_left():
    corridor = Corridor(5)

    for seed in range(10):
        cell, _ = corridor.reset(seed=seed)
        assert walk(5, seed, 1) == (-(4.0 - cell), True, False)


def test_going_left_never_arrives_and_is_cut():
    assert walk(5, 0, 0) == (-float(LONGEST), False, True)


def test_every_cell_but_the_last_may_be_the_first():
    corridor = Corridor(5)

    assert {corridor.reset(seed=seed)[0] for seed in range(50)} == {0, 1, 2, 3}


def test_a_seed_is_a_promise():
    assert Corridor(9).reset(seed=4) == Corridor(9).reset(seed=4)
