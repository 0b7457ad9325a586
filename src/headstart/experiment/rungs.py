"""The sizes on which candidates meet: parts of the training rows, one inside the next."""

from itertools import pairwise

MOST_RUNGS = 4
_SMALLEST_RUNG = 64
_APART = 1.5  # rungs that are closer tell the same twice


def rungs(rows: int, most: int = MOST_RUNGS) -> tuple[int, ...]:
    """Training rows of the rungs, smallest first; of more than `most` the largest stay.

    Example:
        >>> rungs(3200)
        (119, 356, 1067, 3200)
        >>> rungs(100)
        (64, 100)
        >>> rungs(640)
        (71, 213, 640)
        >>> rungs(3200, most=1)
        (3200,)
    """
    sizes = [max(_SMALLEST_RUNG, round(rows / part)) for part in (27, 9, 3, 1)]
    apart = [size for size, larger in pairwise(sizes) if larger >= _APART * size]
    return (*apart, rows)[-most:]
