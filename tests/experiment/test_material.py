"""Rows on disk know where their pictures are, also after the run was moved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from headstart.experiment.material import Material, read_table
from headstart.records import Column, Table, Task

TASK = Task(kind="classification", targets=("y",), classes=(("a", "b"),), metric="accuracy")


def material(folder: Path, data: Table) -> Material:
    return Material(folder=folder, task=TASK, data=data, seed=0, rows=16)


def test_pictures_of_a_moved_run_are_looked_for_where_they_are_now(tmp_path):
    columns = (
        Column(name="image", modality="image"),
        Column(name="y", modality="category", role="target"),
    )
    arrow = pa.table({"image": [f"{n}.png" for n in range(20)], "y": ["a", "b"] * 10})
    old = Table(columns=columns, arrow=arrow, row_ids=np.arange(20), media_root=tmp_path / "old")
    path = Path(material(tmp_path / "rows", old).training(0, 16)["table"])
    assert read_table(path).media_root == tmp_path / "old"

    moved = replace(old, media_root=tmp_path / "new")
    again = Path(material(tmp_path / "rows", moved).training(0, 16)["table"])

    assert again == path
    assert read_table(path).media_root == tmp_path / "new"
    assert read_table(path).arrow.equals(arrow)
