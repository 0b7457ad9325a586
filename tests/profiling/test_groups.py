from __future__ import annotations

import numpy as np
import pandas as pd
from planted import make_table, make_task

from headstart import intake
from headstart.profiling import profile
from headstart.records import Split


def _split(cells, **roles):
    table = make_table(cells, "y", **roles)
    return str(profile(table, make_task(table, "y")).task.split)


def _cells(name, *, alike, seed=0):
    random = np.random.default_rng(seed)
    owner = np.repeat(np.arange(50), 6)
    own = random.normal(size=50)[owner] if alike else random.normal(size=300)
    return {
        name: owner * 3 + 10,
        "x": own + random.normal(size=300) * 0.5,
        "y": random.normal(size=300),
    }


def test_rows_of_one_patient_stay_together():
    assert _split(_cells("PatientId", alike=True)) == "grouped:PatientId"


def test_a_name_without_likeness_is_no_group():
    assert _split(_cells("patient", alike=False)) == "random"


def test_likeness_without_a_name_is_no_group():
    assert _split(_cells("altitude", alike=True)) == "random"


def test_a_declared_group_always_splits():
    assert _split(_cells("lot", alike=False), lot="group") == "grouped:lot"


def test_groups_of_a_large_table_are_found_in_a_sample_of_groups():
    random = np.random.default_rng(0)
    user = random.permutation(np.repeat(np.arange(20_000), 3))
    own = random.normal(size=20_000)[user]
    cells = {"user": user, "x": random.normal(size=60_000), "y": own + random.normal(size=60_000)}

    assert _split(cells) == "grouped:user"


def test_a_group_that_the_chosen_split_heeds_is_not_asked_to_be_heeded():
    table, task, _ = intake.set_task(
        intake.read(pd.DataFrame({"p": list("abcd") * 10, "x": range(40), "y": range(40)})).data,
        ["y"],
        split=Split(kind="grouped", column="p"),
    )

    (told,) = [
        trap.because
        for trap in profile(table, task, split_given=True, source="t.csv").traps
        if trap.kind == "groups"
    ]

    assert told.endswith("Rows with the same `p` stay on one side of every split.")
