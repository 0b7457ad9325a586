"""What LightGBM does of its own: how many of a vector's entries a tree may see."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.families import family
from headstart.records import Candidate, Column, Table, Task
from headstart.session import Session

LENGTH = Task(kind="regression", targets=("y",))


def resolved_share(tmp_path, entries, beside=(), **settings):
    """The share that a fit on vectors of so many entries resolves."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(60, entries))
    arrow = {"v": pa.array(list(vectors)), "y": pa.array(vectors[:, 0])}
    columns = [
        Column(name="v", modality="vector"),
        Column(name="y", modality="number", role="target"),
    ]
    for name in beside:
        arrow[name] = pa.array(random.normal(size=60))
        columns.append(Column(name=name, modality="number"))
    data = Table(columns=tuple(columns), arrow=pa.table(arrow), row_ids=np.arange(60))
    module = family("lightgbm")
    candidate = Candidate(
        name="a", family="lightgbm", settings=module.Settings(rounds=3, **settings)
    )
    session = Session(seed=0, folder=tmp_path, rows=60, threads=1)
    return module.fit(candidate, LENGTH, data, session).settings["column_share"]


@pytest.mark.parametrize(("entries", "share"), [(50, 1.0), (400, 0.25), (1_280, 0.1)])
def test_a_tree_on_vectors_alone_sees_about_a_hundred_entries(tmp_path, entries, share):
    assert resolved_share(tmp_path, entries) == share


def test_beside_other_columns_every_column_counts(tmp_path):
    assert resolved_share(tmp_path, 400, beside=("size",)) == 1.0


def test_a_share_that_was_asked_for_stays(tmp_path):
    assert resolved_share(tmp_path, 400, column_share=0.7) == 0.7
