"""Tables of positions: grids are held to timm, lines to their first places."""

import pytest
import torch
from timm.layers import resample_abs_pos_embed

from headstart.weights.surgery.positions import grid_positions, line_positions, square


@pytest.mark.parametrize(
    ("before", "after", "prefix"), [(4, 6, 1), (6, 4, 1), (4, 7, 0), (5, 3, 2)]
)
def test_grids_are_those_of_timm(before, after, prefix):
    table = drawn(1, prefix + before * before, 8)

    ours = grid_positions(table, before=[before] * 2, after=[after] * 2, prefix=prefix)

    theirs = resample_abs_pos_embed(
        table, [after, after], [before, before], num_prefix_tokens=prefix, interpolation="bicubic"
    )
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_what_stands_for_no_place_is_kept():
    table = drawn(1, 1 + 16, 8)

    assert torch.equal(grid_positions(table, before=[4, 4], after=[8, 8])[:, 0], table[:, 0])


def test_a_table_without_a_batch_stays_without():
    assert grid_positions(drawn(17, 8), before=[4, 4], after=[6, 6]).shape == (37, 8)


def test_first_places_of_a_line_are_kept_and_the_last_one_stays_the_last():
    table = drawn(10, 4)

    longer = line_positions(table, to=25)

    assert torch.equal(longer[:10], table)
    assert torch.allclose(longer[-1], table[-1])
    assert torch.equal(line_positions(table, to=6), table[:6])


def test_places_that_are_no_square_are_known_as_such():
    assert square(3 * 5 + 4) is None


def drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))
