from __future__ import annotations

from dataclasses import replace

import numpy as np
from planted import make_table, make_task

from headstart.profiling import profile
from headstart.profiling.repeats import contradicting, repeats, row_hashes
from headstart.profiling.sample import Target
from headstart.records import Table


def _kinds(cells):
    table = make_table(cells, "y")
    return {trap.kind: trap.because for trap in profile(table, make_task(table, "y")).traps}


def test_equal_rows_have_equal_hashes():
    table = make_table({"n": [0.0, -0.0, np.nan, np.nan, 1.0], "c": ["a", "a", None, None, "a"]})

    hashes = row_hashes(table, frozenset({"n", "c"}))

    assert hashes[0] == hashes[1]
    assert hashes[2] == hashes[3]
    assert len(set(hashes.tolist())) == 3
    assert repeats(hashes) == 2


def test_nearly_equal_rows_have_equal_coarse_hashes():
    table = make_table({"n": [1.0, 1.0001, 5.0], "c": ["Oslo ", "oslo", "oslo"]})

    hashes = row_hashes(table, frozenset({"n", "c"}), coarse=True)

    assert hashes[0] == hashes[1] != hashes[2]


def test_contradicting_rows_are_counted_within_their_hash():
    hashes = np.array([7, 7, 8, 8, 9], dtype=np.uint64)
    target = Target(
        name="y", numbers=np.array([0.0, 1.0, 1.0, 1.0, 0.0]), classes=np.array([0, 1, 1, 1, 0])
    )

    assert contradicting(hashes, target) == 2


def test_copied_rows_are_told_with_their_number():
    random = np.random.default_rng(0)
    rows = np.concatenate([np.arange(200), np.arange(38)])
    x, y = random.normal(size=(2, 200))[:, rows]

    found = _kinds({"x": x, "z": np.round(x**2, 1), "y": y})

    assert found["duplicates"].startswith("38 of 238 rows repeat an earlier row")


def test_equal_rows_of_a_table_with_few_values_are_no_copies():
    random = np.random.default_rng(0)
    cells = {f"c{i}": random.integers(0, 3, 500).astype(str).tolist() for i in range(3)}

    assert _kinds({**cells, "y": random.choice(["a", "b"], 500).tolist()}) == {}


def _pictures(folder, contents: list[bytes], **cells) -> Table:
    """A table of files, which need not be pictures to be compared."""
    names = [f"{number}.png" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    table = make_table({"image": names, **cells}, "y")
    columns = [replace(c, modality="image") if c.name == "image" else c for c in table.columns]
    return replace(table.with_columns(columns), media_root=folder)


def _traps(table: Table) -> dict[str, str]:
    return {trap.kind: trap.because for trap in profile(table, make_task(table, "y")).traps}


def test_copies_of_a_picture_are_told_whatever_they_are_called(tmp_path):
    contents = [b"%d" % number for number in range(38)] + [b"7", b"9"]
    labels = ["cat" if len(content) % 2 else "dog" for content in contents]

    traps = _traps(_pictures(tmp_path, contents, y=labels))

    assert traps["duplicates"].startswith(
        "2 of 40 rows repeat an earlier row in every input column, byte for byte."
    )
    assert "label_noise" not in traps
    assert "identifier" not in traps


def test_one_picture_under_two_labels_is_label_noise(tmp_path):
    contents = [b"%d" % number for number in range(39)] + [b"7"]
    labels = ["cat"] * 20 + ["dog"] * 20

    traps = _traps(_pictures(tmp_path, contents, y=labels))

    assert traps["label_noise"].startswith(
        "2 of 40 rows show the same file as another row in every input and differ in `y`"
    )


def test_one_picture_beside_other_numbers_is_no_copy(tmp_path):
    contents = [b"%d" % number for number in range(39)] + [b"7"]

    traps = _traps(
        _pictures(tmp_path, contents, x=[float(n % 11) for n in range(40)], y=["a", "b"] * 20)
    )

    assert "duplicates" not in traps


def test_names_that_give_the_class_away_are_no_leak(tmp_path):
    contents = [b"%d" % number for number in range(60)]
    table = _pictures(tmp_path, contents, y=["cat", "dog"] * 30)

    assert set(_traps(table)) <= {"few_rows"}
