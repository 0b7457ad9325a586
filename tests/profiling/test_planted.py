from __future__ import annotations

import planted
import pytest

from headstart.profiling import profile


@pytest.mark.parametrize("kind", planted.LEAKS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_planted_leak_is_found(kind, seed):
    case = planted.planted(kind, seed)

    found = profile(case.table, case.task)

    assert case.is_found(found), [trap.because for trap in found.traps]


@pytest.mark.parametrize("seed", range(12))
def test_a_clean_table_raises_no_alarm(seed):
    case = planted.clean(seed)

    found = profile(case.table, case.task)

    assert [trap.because for trap in found.traps if trap.kind in planted.ALARMS] == []
    assert all(column.role != "ignored" for column in found.columns)
    assert str(found.task.split) == "random"


@pytest.mark.slow
def test_nineteen_of_twenty_leaks_are_found_and_alarms_are_rare():
    found = planted.detections()
    alarms = planted.false_alarms()

    assert sum(found.values()) >= 0.95 * len(planted.SEEDS) * len(found), found
    assert len({seed for seed, _ in alarms}) <= 2, alarms
