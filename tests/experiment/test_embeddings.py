"""Layers are compared on as many rows as are soon read."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from _course import scratch

from headstart.experiment.embeddings import rows_to_probe
from headstart.records import Estimate, Transfer


def asked(*, rows, rung, seconds=1.0, left=300.0, counts_work=False, encoders=("reader",)):
    arena = SimpleNamespace(
        material=SimpleNamespace(rows=rows),
        purse=SimpleNamespace(counts_work=counts_work, left=lambda: left),
    )
    start = Transfer(checkpoints=encoders, part="embedding")
    candidate = replace(scratch("on_vectors"), start=start, estimate=Estimate(seconds=seconds))
    return rows_to_probe(arena, candidate, rung)


@pytest.mark.parametrize(
    ("rows", "rung", "read"), [(800, 89, 300), (200, 67, 100), (9_000, 333, 333)]
)
def test_some_hundred_rows_choose_where_the_first_rung_has_fewer(rows, rung, read):
    assert asked(rows=rows, rung=rung) == read


def test_reading_more_takes_a_twentieth_of_the_time_at_most():
    assert asked(rows=800, rung=89, seconds=80.0, left=300.0) == 150
    assert asked(rows=800, rung=89, seconds=8_000.0) == 89


def test_of_two_encoders_in_one_start_each_has_half_the_price():
    two = ("reader", "viewer")

    assert asked(rows=800, rung=89, seconds=160.0, encoders=two) == 150
    assert asked(rows=800, rung=89, seconds=160.0) == 89


def test_a_budget_in_work_is_never_compared_with_seconds():
    assert asked(rows=800, rung=89, seconds=1e9, counts_work=True) == 300


def test_no_more_rows_than_neighbours_can_be_looked_for_among():
    assert asked(rows=90_000, rung=3_333) == 1_000
