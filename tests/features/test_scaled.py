import numpy as np
import pyarrow as pa
import pytest

from headstart.features.scaled import learn_scaled, load_scaled
from headstart.records import Column, Table


def table(**columns):
    arrow = pa.table(columns)
    made = tuple(
        Column(name=name, modality="category" if pa.types.is_string(kind) else "number")
        for name, kind in zip(arrow.column_names, arrow.schema.types, strict=True)
    )
    return Table(columns=made, arrow=arrow, row_ids=np.arange(arrow.num_rows))


def test_robust_scale_divides_by_the_distance_of_the_quartiles():
    rows = table(x=[0.0, 1.0, 2.0, 3.0, 4.0])

    numbers = learn_scaled(rows).inputs(rows).numbers[:, 0]

    # (4 - 2) / (3 - 1) = 1, bent in: 1 / sqrt(1 + 1 / 9).
    assert numbers[-1] == pytest.approx(1 / np.sqrt(1 + 1 / 9))
    assert numbers[2] == 0.0


@pytest.mark.parametrize("scaling", ["robust", "normal"])
def test_outliers_stay_within_a_few_units(scaling):
    rows = table(x=[0.0, 1.0, 2.0, 3.0, 4.0])
    far = table(x=[1e30, -1e30, float("inf")])

    numbers = learn_scaled(rows, scaling=scaling).inputs(far).numbers[:, 0]

    assert np.isfinite(numbers).all()
    assert np.abs(numbers).max() < 5


def test_normal_scale_depends_on_ranks_alone():
    plain, bent = np.arange(101.0), np.exp(np.arange(101.0) / 10)

    numbers = [
        learn_scaled(rows, scaling="normal").inputs(rows).numbers[::25, 0]
        for rows in (table(x=plain), table(x=bent))
    ]

    assert numbers[0] == pytest.approx(numbers[1], abs=1e-5)
    assert numbers[0][2] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("scaling", ["robust", "normal"])
def test_constant_and_all_missing_columns_become_zero(scaling):
    rows = table(same=[7.0] * 4, none=pa.array([None] * 4, pa.float64()))

    inputs = learn_scaled(rows, scaling=scaling).inputs(rows)

    assert not inputs.numbers.any()
    assert inputs.flags[:, 0].tolist() == [1.0] * 4


def test_missing_number_is_the_middle_and_has_a_flag():
    rows = table(x=[1.0, 2.0, 3.0, None])

    inputs = learn_scaled(rows).inputs(rows)

    assert inputs.numbers[:, 0].tolist() == pytest.approx([-0.95, 0.0, 0.95, 0.0], abs=0.01)
    assert inputs.flags[:, 0].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_small_category_becomes_flags_and_an_unseen_value_none_of_them():
    rows = table(c=["a", "a", "b", "b"])
    scaled = learn_scaled(rows)

    flags = scaled.inputs(table(c=["a", "b", "new", None])).flags

    assert flags.tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    assert scaled.flags == 2


def test_large_category_keeps_codes_with_places_for_unknown_and_missing():
    rows = table(c=["a", "a", "b", "b", "c", "c"])
    scaled = learn_scaled(rows, most_flags=2)

    codes = scaled.inputs(table(c=["a", "c", "new", None])).codes[:, 0]

    assert codes.tolist() == [1, 3, 0, 4]
    assert scaled.sizes == (5,)


def test_edges_are_scaled_quantiles():
    rows = table(x=[0.0, 1.0, 2.0, 3.0, 4.0])
    scaled = learn_scaled(rows)

    assert scaled.edges(4)[0] == pytest.approx(scaled.inputs(rows).numbers[:, 0])
    assert scaled.edges(2).shape == (1, 3)


def test_rare_values_beside_a_common_one_have_edges_of_their_own():
    gains = [0.0] * 900 + list(np.arange(1.0, 101.0))

    edges = learn_scaled(table(x=gains)).edges(8)[0]

    assert len(np.unique(edges)) >= 4


def test_saved_features_give_the_same_inputs(tmp_path):
    rows = table(x=[0.0, 1.0, None, 3.0], c=["a", "a", "b", "b"])
    scaled = learn_scaled(rows, scaling="normal", most_flags=1)

    scaled.save(tmp_path)
    again = load_scaled(tmp_path)

    before, after = scaled.inputs(rows), again.inputs(rows)
    assert np.array_equal(before.numbers, after.numbers)
    assert np.array_equal(before.flags, after.flags)
    assert np.array_equal(before.codes, after.codes)
    assert again.sizes == scaled.sizes
