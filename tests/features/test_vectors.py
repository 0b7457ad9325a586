"""Columns of vectors as matrix columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import DataError
from headstart.features.codes import learn_codes, load_codes
from headstart.records import Column, Table


def table(vectors: pa.Array) -> Table:
    return Table(
        columns=(Column(name="v", modality="vector"),),
        arrow=pa.table({"v": vectors}),
        row_ids=np.arange(len(vectors)),
    )


FIXED = pa.array([[1.0, 2.0], [3.0, 4.0], None], pa.list_(pa.float32(), 2))
FREE = pa.array([[1, 2], [3, 4], None], pa.list_(pa.int64()))


@pytest.mark.parametrize("vectors", [FIXED, FREE], ids=["fixed", "free"])
def test_each_entry_is_a_matrix_column_and_a_missing_vector_is_missing_in_each(vectors):
    rows = table(vectors)

    matrix = learn_codes(rows).matrix(rows)

    assert matrix[:2].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert np.isnan(matrix[2]).all()


def test_codes_of_vectors_survive_the_disk(tmp_path):
    learn_codes(table(FIXED)).save(tmp_path)

    assert load_codes(tmp_path).names == ("v[0]", "v[1]")


def test_a_slice_of_a_longer_column_keeps_its_own_rows():
    rows = table(FIXED)

    assert learn_codes(rows).matrix(rows.take([1])).tolist() == [[3.0, 4.0]]


def test_vectors_of_another_length_are_refused_in_words():
    codes = learn_codes(table(FIXED))

    with pytest.raises(DataError, match="3 entries in some rows; the model learned from 2"):
        codes.matrix(table(pa.array([[1.0, 2.0, 3.0]], pa.list_(pa.float32(), 3))))


def test_no_vector_at_all_makes_no_column():
    rows = table(pa.array([None, None], pa.list_(pa.float32())))

    assert learn_codes(rows).matrix(rows).shape == (2, 0)
