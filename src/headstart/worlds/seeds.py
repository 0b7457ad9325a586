"""Reset seeds: who may begin an episode with which number.

A learner that sees the episodes it is judged on could learn them by heart. So the seeds are cut
into ranges that never meet:

| range | for |
|---|---|
| 0 ... 99 | the locked score, given out once, at the end |
| 100 ... 199 | facts of the profile (random play) |
| 1,000 + 20 d ... | validation of draw d: 20 episodes |
| 1,000,000 (d + 1) ... | training of draw d: a million episodes |
"""

from __future__ import annotations

LOCKED_SEEDS = range(100)
PROFILE_SEEDS = range(100, 200)
MOST_DRAWS = 1_000
_VALIDATION_FROM, _VALIDATION_EPISODES = 1_000, 20
_TRAINING_EPISODES = 1_000_000


def training_seeds(draw: int) -> range:
    """The million seeds that a fit on this draw may use.

    Example:
        >>> training_seeds(0)
        range(1000000, 2000000)
    """
    _check(draw)
    return range(_TRAINING_EPISODES * (draw + 1), _TRAINING_EPISODES * (draw + 2))


def validation_seeds(draw: int) -> range:
    """The 20 seeds on which every candidate of this draw is compared.

    Example:
        >>> validation_seeds(2)
        range(1040, 1060)
    """
    _check(draw)
    first = _VALIDATION_FROM + _VALIDATION_EPISODES * draw
    return range(first, first + _VALIDATION_EPISODES)


def _check(draw: int) -> None:
    assert 0 <= draw < MOST_DRAWS, f"draw {draw} is outside of 0 ... {MOST_DRAWS - 1}"
