"""Whether intervals hold: a run whose truth is known, and how the page counts."""

import pytest
from benchmarks.coverage import TABLES, Ran, run, told


def ran(*, locked: float, truth: float) -> Ran:
    return Ran(
        table="t",
        winner="linear",
        draws=5,
        predicted=(0.6, 0.8),
        locked=locked,
        reported=(locked - 0.05, locked + 0.05),
        truth=truth,
    )


def test_a_run_on_drawn_rows_comes_near_the_truth_that_it_does_not_know():
    found = run(TABLES[0], seed=0)

    assert found.truth == pytest.approx(found.locked, abs=0.12)
    assert 0.6 < found.truth < 0.9
    assert found.predicted[0] < found.truth < found.predicted[1]
    assert found.draws >= 3


def test_the_page_counts_looks_and_truths_apart():
    page = told([ran(locked=0.7, truth=0.71), ran(locked=0.85, truth=0.79)])

    assert "| all | 2 | 0.500 | 0.500 | 1.000 | 2.00 |" in page
