"""Rows that a model has learned from are known again, whatever file they come in."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from headstart import intake
from headstart.delivery.memory import memory_of, read_memories, write_memories
from headstart.records import Column, Table


def frame(rows: int = 40, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": generator.normal(size=rows).round(4),
            "n": generator.integers(0, 1000, rows),
            "code": [f"{each:03d}" for each in generator.integers(0, 90, rows)],
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(generator.integers(0, 99, rows), "D"),
            "y": generator.choice(["a", "b"], rows),
        }
    )


def table(source, target: str = "y") -> Table:
    data = intake.read(source).data
    return data.with_columns(
        [
            Column(
                name=each.name,
                modality=each.modality,
                role="target" if each.name == target else "input",
                written=each.written,
            )
            for each in data.columns
        ]
    )


@pytest.fixture
def memory():
    return memory_of(table(frame()), "key")


def test_rows_are_known_in_any_order_and_others_are_not(memory):
    mixed = pd.concat([frame().iloc[::-1].head(10), frame(seed=1).head(5)])

    assert memory.knows(table(mixed)).tolist() == [True] * 10 + [False] * 5


def test_rows_are_known_in_every_format(memory, tmp_path):
    frame().to_csv(tmp_path / "t.csv", index=False, date_format="%d.%m.%Y")
    frame().to_parquet(tmp_path / "t.parquet")
    frame().astype({"x": "float32", "n": "float64"}).to_parquet(tmp_path / "other.parquet")
    frame().to_json(tmp_path / "t.jsonl", orient="records", lines=True, date_format="iso")

    for name in ("t.csv", "t.parquet", "other.parquet", "t.jsonl"):
        assert memory.knows(table(tmp_path / name)).all(), name


def test_a_row_is_known_though_its_label_was_corrected_or_its_columns_changed_places(memory):
    corrected = frame().assign(y="c")

    assert memory.knows(table(corrected)).all()
    assert memory.knows(table(frame()[["y", "day", "x", "n", "code"]])).all()


def test_a_row_with_one_other_value_is_another_row(memory):
    assert not memory.knows(table(frame().assign(n=-1))).any()
    assert not memory.knows(table(frame().assign(code="new"))).any()


def test_rows_are_known_in_a_table_that_lacks_a_column(memory):
    for lost in ("x", "n", "code", "day"):
        assert memory.knows(table(frame().drop(columns=lost))).all(), lost


def test_nothing_is_said_of_a_table_that_lacks_columns_of_both_halves(memory):
    assert memory.knows(table(frame()[["x", "y"]])) is None


def test_a_model_without_inputs_remembers_nobody(memory):
    bare = table(frame()[["y"]])

    assert not memory_of(bare, "key").knows(bare).any()


def test_hashes_stand_in_an_order_that_tells_nothing_and_each_once():
    twice = memory_of(table(pd.concat([frame(), frame().iloc[::-1]])), "key")

    assert twice.hashes.shape == (40, 2)
    np.testing.assert_array_equal(twice.hashes, memory_of(table(frame()), "key").hashes)


def test_another_key_gives_other_hashes(memory):
    other = memory_of(table(frame()), "other")

    assert not np.isin(other.hashes, memory.hashes).any()


def test_memories_survive_a_round_trip_and_equal_ones_are_kept_once(memory, tmp_path):
    more = memory_of(table(frame(seed=1)), "other")

    write_memories(tmp_path, [memory, more, memory])

    one, two = read_memories(tmp_path)
    assert (one.key, one.halves) == (memory.key, memory.halves)
    np.testing.assert_array_equal(two.hashes, more.hashes)
    assert one.knows(table(frame())).all()
    size = (tmp_path / "learned" / "0.safetensors").stat().st_size
    assert size < 16 * 40 + 1000


def test_a_folder_that_keeps_nothing_says_so(tmp_path):
    assert read_memories(tmp_path) is None


def test_pictures_are_known_by_their_bytes_under_any_name(tmp_path):
    files = {"old/a.png": b"one", "old/b.png": b"two", "new/x.png": b"two", "new/a.png": b"three"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    columns = (Column(name="image", modality="image"),)
    old, new = (
        Table(
            columns=columns,
            arrow=pa.table({"image": names}),
            row_ids=np.arange(2),
            media_root=tmp_path / place,
        )
        for place, names in (("old", ["a.png", "b.png"]), ("new", ["x.png", "a.png"]))
    )

    assert memory_of(old, "key").knows(new).tolist() == [True, False]
