"""Checksums that tell data and rows apart, in every process alike."""

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa

from headstart import intake
from headstart.intake.fingerprints import fingerprint, row_hashes, value_hashes

FRAME = pd.DataFrame({"n": [1, 2, 1], "x": [0.5, None, 0.5], "w": ["a", None, "a"]})
TABLE = intake.read(FRAME).data
STORED = [15692421710089256041, 5216020434962309935]


def test_file_has_the_checksum_of_its_bytes(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")

    assert fingerprint(path) == hashlib.sha256(b"a\n1\n").hexdigest()


def test_table_changes_with_values_names_and_order():
    others = [
        FRAME.assign(n=[1, 2, 3]),
        FRAME.rename(columns={"n": "m"}),
        FRAME.iloc[[1, 0, 2]],
        FRAME[["x", "n", "w"]],
    ]

    found = {fingerprint(TABLE), *(fingerprint(intake.read(other).data) for other in others)}

    assert len(found) == 5


def test_equal_rows_have_equal_hashes_and_others_have_not():
    hashes = row_hashes(TABLE, b"key")

    assert hashes.dtype == np.uint64
    assert hashes[0] == hashes[2] != hashes[1]


def test_hashes_are_the_same_in_every_process():
    assert [int(each) for each in row_hashes(TABLE, b"key")[:2]] == STORED


def test_another_key_gives_other_hashes():
    assert not np.any(row_hashes(TABLE, b"key") == row_hashes(TABLE, b"other"))


def test_hash_does_not_depend_on_rows_around_chunks_or_column_order():
    part = TABLE.take([2, 1])
    other_order = intake.read(FRAME[["w", "n", "x"]]).data

    assert row_hashes(part, b"key").tolist() == row_hashes(TABLE, b"key")[[2, 1]].tolist()
    assert np.array_equal(row_hashes(other_order, b"key"), row_hashes(TABLE, b"key"))


def test_swapped_values_of_two_columns_are_another_row():
    pair = intake.read(pd.DataFrame({"a": [1, 2], "b": [2, 1]})).data

    first, second = row_hashes(pair, b"key")

    assert first != second


def test_values_hash_by_what_they_mean():
    whole = value_hashes(pa.chunked_array([[1, None, 0]]))
    real = value_hashes(pa.chunked_array([[1.0], [None, -0.0]]))

    assert np.array_equal(whole, real)


def test_no_collisions_among_many_rows():
    many = intake.read(pd.DataFrame({"a": np.arange(100_000), "b": 1.0})).data

    assert len(np.unique(row_hashes(many, b"key"))) == 100_000


def test_vectors_hash_by_their_entries_in_their_places():
    vectors = pa.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], None], pa.list_(pa.float32(), 2))

    one, swapped, again, missing = value_hashes(pa.chunked_array([vectors]))

    assert one == again
    assert len({one, swapped, missing}) == 3
