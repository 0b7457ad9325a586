"""Records become strict JSON."""

import json
import math

import numpy as np
import pytest

from headstart.families import candidate_from_plain, candidate_to_plain
from headstart.records import Candidate, FineTune, Split, Task
from headstart.records.plain import plain


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (math.inf, None),
        (np.float64("nan"), None),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (range(3), [0, 1, 2]),
        ({1: (2,)}, {"1": [2]}),
        (True, True),
    ],
)
def test_a_value_becomes_its_json(value, wanted):
    found = plain(value)

    assert found == wanted
    assert type(found) is type(wanted)
    json.dumps(found, allow_nan=False)


def test_a_record_becomes_a_dict_of_its_fields():
    task = Task(kind="regression", targets=("y",), split=Split(kind="grouped", column="patient"))

    assert plain(task)["split"] == {"kind": "grouped", "column": "patient"}


def test_a_candidate_survives_the_journey():
    from headstart.families.floors.augmented_random_search import Settings

    candidate = Candidate(
        name="augmented_random_search",
        family="augmented_random_search",
        settings=Settings(goal=475.0),
        start=FineTune(checkpoints=("earlier",)),
        because="it was asked for",
    )

    text = json.dumps(candidate_to_plain(candidate), allow_nan=False)

    assert candidate_from_plain(json.loads(text)) == candidate
