"""What is learned of a target, whatever the family."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.features.outcomes import outcomes
from headstart.records import Column, Table, Task

PRICE = Task(kind="regression", targets=("price",), metric="rmse")


def prices(values):
    column = Column(name="price", modality="number", role="target")
    arrow = pa.table({"price": pa.array(np.asarray(values, dtype=np.float64))})
    return Table(columns=(column,), arrow=arrow, row_ids=np.arange(len(values)))


@pytest.mark.parametrize("rows", [1, 2, 7, 13, 80, 150])
@pytest.mark.parametrize("price", [0.1, 113.7, -2e9])
def test_equal_numbers_are_constant_whatever_rounding_makes_of_their_spread(price, rows):
    (found,), _ = outcomes(prices([price] * rows), PRICE)

    assert found.is_constant
    np.testing.assert_allclose(found.values(None, 3), price)


def test_numbers_that_differ_in_their_last_digit_are_not_constant():
    (found,), _ = outcomes(prices([1.0, 1.0 + 1e-12]), PRICE)

    assert not found.is_constant
