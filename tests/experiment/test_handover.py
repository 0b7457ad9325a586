from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from headstart.experiment.endings import CUT_OF_WORK, CUT_SHORT
from headstart.experiment.handover import UNSCORED, answered, is_torn
from headstart.records import Scratch, Trial


def _trial(rows, work, because=""):
    return Trial(
        id="0001",
        candidate="cnn",
        family="cnn",
        start=Scratch(),
        status="finished",
        rows=rows,
        work=work,
        because=because,
    )


COMPARED = _trial(1_000, 60.0)  # 60 passes


def test_a_refit_that_the_clock_ended_after_a_few_passes_is_torn():
    assert is_torn(_trial(1_250, 2.5, "tried" + CUT_SHORT), COMPARED)
    assert is_torn(_trial(1_250, 2.5, "tried" + CUT_OF_WORK), COMPARED)


def test_one_that_got_through_most_of_its_passes_is_not():
    assert not is_torn(_trial(1_250, 50.0, "tried" + CUT_SHORT), COMPARED)


def test_one_that_ended_by_itself_is_not():
    assert not is_torn(_trial(1_250, 2.5), COMPARED)


def test_half_the_passes_over_four_times_the_rows_are_not_torn():
    assert not is_torn(_trial(5_000, 150.0, "tried" + CUT_SHORT), COMPARED)


def test_the_locked_rows_get_all_the_time_that_is_left_and_a_failure_is_kept(tmp_path):
    jobs, notes = [], []

    def ask(job):
        jobs.append(job)
        return {"status": "failed", "because": "it took over 300 s"}

    arena = SimpleNamespace(
        material=SimpleNamespace(folder=tmp_path),
        vectors=tmp_path,
        purse=SimpleNamespace(left=lambda: 300.0, counts_work=False),
        book=SimpleNamespace(note=notes.append),
        ask=ask,
    )

    assert answered(arena, Path("run/model"), {"table": "locked.arrow"}) is None
    assert jobs[0]["no_later_than"] >= 300.0
    assert notes == [{"type": UNSCORED, "model": "model", "because": "it took over 300 s"}]
