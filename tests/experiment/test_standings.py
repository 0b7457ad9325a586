"""What trials say of where a verdict is made."""

import pytest

from headstart.experiment.standings import final_rows
from headstart.records import Scratch, Trial


def trial(family: str, rows: int, loss: float | None, draw: int = 0) -> Trial:
    status = "failed" if loss is None else "finished"
    return Trial(
        id="0001",
        candidate=family,
        family=family,
        start=Scratch(),
        status=status,
        rows=rows,
        draw=draw,
        loss=loss,
    )


def test_the_largest_rung_of_a_candidate_that_is_no_floor_decides():
    trials = [trial("lightgbm", 64, 0.5), trial("lightgbm", 192, 0.4), trial("linear", 576, 0.45)]

    assert final_rows(trials) == 192


def test_a_floor_that_came_further_and_is_better_decides():
    trials = [trial("lightgbm", 64, 0.5), trial("linear", 192, 0.6), trial("linear", 576, 0.45)]

    assert final_rows(trials) == 576


@pytest.mark.parametrize("floor", [0.5, 0.6])
def test_a_floor_that_came_further_and_is_no_better_does_not_decide(floor):
    assert final_rows([trial("lightgbm", 64, 0.5), trial("linear", 576, floor)]) == 64


def test_floors_decide_where_nothing_else_has_finished():
    trials = [trial("lightgbm", 64, None), trial("linear", 64, 0.6), trial("linear", 192, 0.7)]

    assert final_rows(trials) == 192
    assert final_rows([]) == 0
