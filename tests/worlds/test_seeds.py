"""Nobody is judged on an episode that was practised."""

from itertools import combinations

import pytest

from headstart.worlds.seeds import (
    LOCKED_SEEDS,
    MOST_DRAWS,
    PROFILE_SEEDS,
    training_seeds,
    validation_seeds,
)


def test_no_two_blocks_share_a_seed():
    draws = (0, 1, 2, MOST_DRAWS - 1)
    blocks = [LOCKED_SEEDS, PROFILE_SEEDS]
    blocks += [validation_seeds(draw) for draw in draws] + [training_seeds(draw) for draw in draws]

    for one, other in combinations(blocks, 2):
        assert one.stop <= other.start or other.stop <= one.start


def test_the_blocks_have_their_documented_sizes():
    assert len(LOCKED_SEEDS) == 100
    assert len(validation_seeds(3)) == 20
    assert len(training_seeds(3)) == 1_000_000


@pytest.mark.parametrize("block", [training_seeds, validation_seeds])
def test_a_draw_beyond_the_last_block_is_our_mistake(block):
    with pytest.raises(AssertionError):
        block(MOST_DRAWS)
