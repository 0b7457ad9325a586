"""A model that learned from vectors takes its encoders along."""

import shutil

import numpy as np
import pyarrow as pa
import pytest

from headstart import delivery
from headstart.delivery import Contract, Member
from headstart.families import family
from headstart.features.encoding import encoding_of, encoding_to_plain
from headstart.records import Column, Profile, Table, Task, Transfer
from headstart.session import Session
from headstart.testing.checkpoints import make_picture_encoder, make_text_encoder

pytest.importorskip("torch")
Image = pytest.importorskip("PIL.Image")
pytestmark = pytest.mark.xdist_group("torch")

TASK = Task(kind="regression", targets=("y",), metric="rmse")


def rows(root):
    root.mkdir()
    random = np.random.default_rng(0)
    for name in ("a", "b"):
        pixels = random.integers(0, 256, (32, 32, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(root / f"{name}.png")
    columns = (
        Column(name="note", modality="text"),
        Column(name="photo", modality="image"),
        Column(name="y", modality="number", role="target"),
    )
    values = {"note": ["light and dry", "new"], "photo": ["a.png", "b.png"], "y": [1.0, 5.0]}
    return Table(columns=columns, arrow=pa.table(values), row_ids=np.arange(2), media_root=root)


def test_a_model_on_texts_and_pictures_needs_no_checkpoint_but_its_own(tmp_path):
    data, learner = rows(tmp_path / "data"), family("majority")
    places = [tmp_path / "texts", tmp_path / "pictures"]
    for place in places:
        place.mkdir()
    make_text_encoder(places[0])
    make_picture_encoder(places[1])
    start = Transfer(checkpoints=tuple(map(str, places)), part="embedding", layer=(1, 2))
    step = encoding_of(start)
    wanted = step.apply(data, cores=1)
    candidate = learner.propose(TASK, Profile(source="", rows=2, columns=(), task=TASK))[0]
    bare = tmp_path / "bare"
    bare.mkdir()
    learner.fit(candidate, TASK, wanted, Session(seed=0, folder=tmp_path, rows=2)).save(bare)
    member = Member(
        family="majority",
        folder="member-0",
        candidate={},
        embedding=encoding_to_plain(step),
        encoders={name: f"encoder-{number}" for number, name in enumerate(start.checkpoints)},
    )
    contract = Contract(task=TASK, inputs=data.columns[:2], target_types=("double",))
    delivery.write(tmp_path / "model", [(member, bare)], contract)
    for place in places:
        shutil.rmtree(place)

    model = delivery.load(tmp_path / "model")
    (again,) = model.steps
    found = again.apply(data, cores=1)

    assert model.predict(data).values.ravel().tolist() == [3.0, 3.0]
    for name in ("note", "photo"):
        assert found.values(name).to_pylist() == wanted.values(name).to_pylist()
