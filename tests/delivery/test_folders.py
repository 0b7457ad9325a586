import json

import numpy as np
import pyarrow as pa
import pytest

from headstart import delivery
from headstart.delivery import Adjustment, Contract, Member
from headstart.errors import DataError, WeightsError
from headstart.families import family
from headstart.records import Column, Numbers, Profile, Table, Task
from headstart.session import Session

TASK = Task(kind="regression", targets=("y",), metric="rmse")


def rows() -> Table:
    return Table(
        columns=(
            Column(name="x", modality="number"),
            Column(name="y", modality="number", role="target"),
        ),
        arrow=pa.table({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 6.0]}),
        row_ids=np.arange(3),
    )


def written(folder, adjustment=None):
    """A model folder with one `majority` model that answers 3."""
    learner = family("majority")
    candidate = learner.propose(TASK, Profile(source="", rows=3, columns=(), task=TASK))[0]
    session = Session(seed=0, folder=folder, rows=3)
    bare = folder / "bare"
    bare.mkdir(parents=True)
    learner.fit(candidate, TASK, rows(), session).save(bare)
    contract = Contract(task=TASK, inputs=rows().columns[:1], target_types=("double",))
    member = Member(family="majority", folder="member-0", candidate={})
    delivery.write(folder / "model", [(member, bare)], contract, adjustment=adjustment)
    return folder / "model"


def test_a_model_folder_predicts_after_a_round_trip(tmp_path):
    model = delivery.load(written(tmp_path))

    answer = model.predict(rows())

    assert isinstance(answer, Numbers)
    assert answer.values.ravel().tolist() == [3.0, 3.0, 3.0]


def test_the_residual_band_travels_with_the_model(tmp_path):
    model = delivery.load(written(tmp_path, Adjustment(band=((-1.0, 2.0),))))

    answer = model.predict(rows())

    assert (answer.lower[0].item(), answer.upper[0].item()) == (2.0, 5.0)


def test_a_changed_file_is_refused_before_it_is_read(tmp_path):
    folder = written(tmp_path)
    (folder / "member-0" / "constant.json").write_text('{"kind": "regression", "answers": [[9]]}')

    with pytest.raises(WeightsError, match="checksum"):
        delivery.load(folder)


def test_a_member_outside_of_the_folder_is_refused(tmp_path):
    folder = written(tmp_path)
    manifest = json.loads((folder / "headstart.json").read_text())
    manifest["members"][0]["folder"] = "../../elsewhere"
    (folder / "headstart.json").write_text(json.dumps(manifest))

    with pytest.raises(DataError, match="leads out"):
        delivery.load(folder)


def test_an_unknown_family_is_refused_and_nothing_is_imported(tmp_path):
    folder = written(tmp_path)
    manifest = json.loads((folder / "headstart.json").read_text())
    manifest["members"][0]["family"] = "os.system"
    (folder / "headstart.json").write_text(json.dumps(manifest))

    with pytest.raises(ValueError, match=r"no family `os\.system`"):
        delivery.load(folder)


def test_a_folder_without_a_manifest_is_no_model(tmp_path):
    with pytest.raises(WeightsError, match="not a model folder"):
        delivery.load(tmp_path)


def test_a_missing_input_column_is_named(tmp_path):
    model = delivery.load(written(tmp_path))
    others = Table(
        columns=(Column(name="z", modality="number"),),
        arrow=pa.table({"z": [1.0]}),
        row_ids=np.arange(1),
    )

    with pytest.raises(DataError, match="lack 1 of the 1 columns that the model reads: `x`"):
        model.predict(others)
