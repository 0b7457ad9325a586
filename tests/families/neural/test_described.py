"""A checkpoint that answers as it is says so, with all of its layers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

torch = pytest.importorskip("torch")
Image = pytest.importorskip("PIL.Image")

from headstart.families.neural import image_encoder  # noqa: E402
from headstart.records import Candidate, Column, Direct, Table, Task  # noqa: E402
from headstart.session import Session  # noqa: E402
from headstart.testing.checkpoints import make_picture_encoder  # noqa: E402

pytestmark = pytest.mark.xdist_group("torch")
TASK = Task(kind="classification", targets=("y",), classes=(("blue", "red"),), metric="accuracy")


@pytest.mark.parametrize("architecture", ["resnet", "vit"])
def test_a_direct_model_of_pictures(tmp_path, architecture):
    checkpoint, session = tmp_path / "checkpoint", tmp_path / "session"
    checkpoint.mkdir()
    session.mkdir()
    make_picture_encoder(checkpoint, ["red", "blue", "green"], architecture=architecture)
    Image.fromarray(np.zeros((32, 32, 3), dtype=np.uint8)).save(tmp_path / "a.png")
    columns = (
        Column(name="photo", modality="image"),
        Column(name="y", modality="category", role="target"),
    )
    arrow = pa.table({"photo": ["a.png"] * 4, "y": ["red", "blue"] * 2})
    data = Table(columns=columns, arrow=arrow, row_ids=np.arange(4), media_root=tmp_path)
    candidate = Candidate(
        name="x",
        family="image_encoder",
        settings=image_encoder.Settings(),
        start=Direct(checkpoints=("tiny",)),
    )

    model = image_encoder.fit(
        candidate,
        TASK,
        data,
        Session(seed=0, folder=session, rows=4, checkpoints={"tiny": checkpoint}),
    )
    said = model.describe()

    assert said["learning_rule"] == (
        "nothing was learned from your labels: it answers by its own labels"
    )
    assert said["parameters"] == sum(layer["parameters"] for layer in said["layers"])
    head = next(layer for layer in said["layers"] if layer["name"] == "1")
    assert (head["kind"], head["output"]) == ("linear", [3])
    assert said["depth"] > 3
