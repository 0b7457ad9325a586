"""A convolutional network that learns to see from scratch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from headstart.families import family
from headstart.profiling import profile
from headstart.records import Candidate, Column, FineTune, Refusal, Table, Task
from headstart.records.profile import PictureFacts
from headstart.session import Session

pytest.importorskip("torch")

from headstart.families.neural.cnn import Settings, passes_for, width_for

SIDE = 16
WAY = Task(kind="classification", targets=("way",), classes=(("lies", "stands"),), metric="f1")
QUICK = Settings(width=8, passes=12, learning_rate=1e-2, half=False)


def bars(folder: Path, n: int, *, mode: str = "L", seed: int = 0) -> Table:
    """Bars that lie or stand, as files; only the picture tells."""
    random = np.random.default_rng(seed)
    stands = random.random(n) < 0.5
    for row, upright in enumerate(stands.tolist()):
        pixels = random.integers(0, 100, (SIDE, SIDE))
        first = random.integers(SIDE - 3)
        pixels[first : first + 3] += 130
        drawn = (pixels.T if upright else pixels).astype(np.uint8)
        Image.fromarray(drawn).convert(mode).save(folder / f"{row}.png")
    return Table(
        columns=(
            Column(name="photo", modality="image"),
            Column(name="way", modality="category", role="target"),
            Column(name="share", modality="number", role="ignored"),
        ),
        arrow=pa.table(
            {
                "photo": [f"{row}.png" for row in range(n)],
                "way": np.where(stands, "stands", "lies").tolist(),
                "share": stands.astype(float),
            }
        ),
        row_ids=np.arange(n),
        media_root=folder,
    )


def fitted(table: Table, task: Task, folder: Path, settings: Settings = QUICK, **session):
    folder.mkdir(exist_ok=True)
    candidate = Candidate(name="cnn", family="cnn", settings=settings)
    made = Session(seed=0, folder=folder, rows=len(table), **session)
    return family("cnn").fit(candidate, task, table, made)


def accuracy(model, table: Table) -> float:
    answers = model.predict(table).values[0].argmax(axis=1)
    truth = np.array([WAY.classes[0].index(each) for each in table.values("way").to_pylist()])
    return float((answers == truth).mean())


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_it_sees_what_no_column_tells(tmp_path: Path, mode: str):
    table = bars(tmp_path, 300, mode=mode)

    model = fitted(table.take(range(200)), WAY, tmp_path / "trial")

    assert accuracy(model, table.take(range(200, 300))) > 0.9
    assert model.sight.channels == 1  # all of them are grey, however they were written


def test_numbers_are_learned_from_pictures_too(tmp_path: Path):
    table = bars(tmp_path, 300)
    table = table.with_columns(
        [
            replace(column, role=role)
            for column, role in zip(table.columns, ("input", "ignored", "target"), strict=True)
        ]
    )
    task = Task(kind="regression", targets=("share",), metric="rmse")

    model = fitted(table.take(range(200)), task, tmp_path / "trial")
    answers = model.predict(table.take(range(200, 300))).values[:, 0]

    assert np.abs(answers - table.values("share").to_numpy()[200:]).mean() < 0.25
    assert model.settings.shift == 0  # where something is may be the answer


def test_a_missing_picture_is_answered_by_what_is_known_without(tmp_path: Path):
    table = bars(tmp_path, 200)
    model = fitted(table, WAY, tmp_path / "trial")

    blank = pa.array([None] * 3, pa.string())
    unseen = replace(
        table.take(range(3)), arrow=pa.table({"photo": blank}), columns=table.columns[:1]
    )
    answers = model.predict(unseen).values[0]

    assert np.ptp(answers[:, 0]) < 1e-6


def test_pictures_are_decoded_once_for_all_trials(tmp_path: Path):
    table, cache = bars(tmp_path, 100), tmp_path / "cache"
    fitted(table, WAY, tmp_path / "one", replace(QUICK, passes=1), cache=cache)
    kept = {path: path.stat().st_mtime_ns for path in cache.rglob("*.npy")}

    fitted(table, WAY, tmp_path / "two", replace(QUICK, passes=1), cache=cache)

    assert kept
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.npy")} == kept
    assert not list((tmp_path / "two").rglob("*.npy"))


def test_it_goes_on_from_an_earlier_model(tmp_path: Path):
    table = bars(tmp_path, 200)
    earlier = fitted(table, WAY, tmp_path / "one")
    (tmp_path / "model").mkdir()
    earlier.save(tmp_path / "model")
    session = Session(
        seed=0, folder=tmp_path, rows=200, checkpoints={"earlier": tmp_path / "model"}
    )
    start = FineTune(checkpoints=("earlier",))
    candidate = Candidate(
        name="cnn", family="cnn", settings=replace(QUICK, passes=1, width=32), start=start
    )

    later = family("cnn").fit(candidate, WAY, table, session)

    assert session.losses[0] < 0.4  # a coin's is 0.69
    assert later.settings.width == 8  # the tensors of the earlier one have this width
    assert all(move.action == "copied" for move in later.receipt.moves if move.to_shape)


def test_another_question_gets_a_new_head(tmp_path: Path):
    table = bars(tmp_path, 100)
    earlier = fitted(table, WAY, tmp_path / "one", replace(QUICK, passes=2))
    (tmp_path / "model").mkdir()
    earlier.save(tmp_path / "model")
    names = pa.array([f"{each}!" for each in table.values("way").to_pylist()])
    other = replace(table, arrow=table.arrow.set_column(1, "way", names))
    task = replace(WAY, classes=(("lies!", "stands!"),))
    session = Session(
        seed=0, folder=tmp_path, rows=100, checkpoints={"earlier": tmp_path / "model"}
    )
    candidate = Candidate(
        name="cnn",
        family="cnn",
        settings=replace(QUICK, passes=1),
        start=FineTune(checkpoints=("earlier",)),
    )

    later = family("cnn").fit(candidate, task, other, session)

    new = {move.target for move in later.receipt.moves if move.action == "new"}
    assert new == {"head.weight", "head.bias"}


def test_tables_without_pictures_are_refused(tmp_path: Path):
    table = bars(tmp_path, 300)
    facts = profile(
        table.with_columns([replace(table.columns[0], modality="category"), *table.columns[1:]]),
        WAY,
        source="bars",
    )

    answer = family("cnn").propose(WAY, facts)

    assert isinstance(answer, Refusal)
    assert answer.because == "no input column is a picture"


def test_few_pictures_are_refused_and_large_ones_cost_more(tmp_path: Path):
    facts = profile(bars(tmp_path, 300), WAY, source="bars")

    def asked(rows: int, side: float):
        seen = PictureFacts(width=side, height=side, grey=0.0, transparent=0.0)
        columns = [
            replace(each, pictures=seen) if each.modality == "image" else each
            for each in facts.columns
        ]
        return family("cnn").propose(WAY, replace(facts, rows=rows, columns=tuple(columns)))

    assert asked(50, 28).because.startswith("50 rows: learning to see from scratch wants 200")
    small, large = asked(5_000, 28)[0], asked(5_000, 400)[0]
    assert 3 * small.estimate.seconds < large.estimate.seconds
    assert "seen as 64 x 64 pixels" in large.because


def test_more_pictures_get_a_wider_network_and_fewer_passes():
    assert width_for(500, 28) < width_for(5_000, 28) < width_for(50_000, 28)
    assert width_for(5_000, 64) < width_for(5_000, 28)
    assert passes_for(500) > passes_for(5_000) > passes_for(50_000)
