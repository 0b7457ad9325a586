"""The design matrix of linear models."""

from __future__ import annotations

import numpy as np

from headstart.features.indicators import learn_indicators

NAN = np.nan


def test_categories_are_one_hot_with_a_place_for_missing_ones():
    codes = np.array([[0], [1], [NAN]], dtype=np.float32)

    design = learn_indicators(codes, (2,)).design(codes)

    np.testing.assert_array_equal(design, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])


def test_numbers_are_scaled_and_a_missing_one_is_the_mean():
    numbers = np.array([[2.0], [6.0], [NAN]], dtype=np.float32)

    indicators = learn_indicators(numbers, (0,))

    np.testing.assert_array_equal(indicators.design(numbers), [[-1, 0], [1, 0], [0, 1]])
    assert indicators.width == 2


def test_a_constant_column_is_zero():
    numbers = np.full((3, 1), 0.1, dtype=np.float32)

    np.testing.assert_allclose(learn_indicators(numbers, (0,)).design(numbers), 0.0, atol=1e-7)


def test_blocks_together_are_the_whole_design():
    numbers = np.arange(40_000, dtype=np.float32)[:, None]
    indicators = learn_indicators(numbers, (0,))

    blocks = np.concatenate(list(indicators.blocks(numbers)))

    np.testing.assert_array_equal(blocks, indicators.design(numbers))
