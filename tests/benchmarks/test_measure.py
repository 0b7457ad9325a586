"""What a command costs is measured with all that it starts, and a late one is ended."""

import sys

from benchmarks.budget import Run, runs

from benchmarks import measure

BUSY = "import time\nbegin = time.process_time()\nwhile time.process_time() - begin < 0.3: pass"


def test_the_time_of_a_grandchild_is_counted(tmp_path):
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"

    cost = measure.run([sys.executable, "-c", code], log=tmp_path / "log.txt", limit=30)

    assert cost.code == 0
    assert 0.3 <= cost.cpu < 3
    assert cost.peak_mb > 1


def test_a_command_that_is_late_is_ended(tmp_path):
    words = [sys.executable, "-c", "import time; time.sleep(60)"]

    cost = measure.run(words, log=tmp_path / "log.txt", limit=0.5)

    assert cost.code is None
    assert cost.wall < 10


def test_half_of_the_twenty_runs_are_among_hostile_families():
    told = list(runs())

    assert len(told) == 20
    assert sum(run.is_hostile for run in told) == 10


def test_a_long_budget_may_be_exceeded_by_three_percent():
    assert Run(number=0, set="adult", seconds=20, is_hostile=False).latest == 23
    assert Run(number=0, set="adult", seconds=200, is_hostile=False).latest == 206
