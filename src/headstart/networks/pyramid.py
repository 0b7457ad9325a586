"""The shape of a convolutional network, as numbers alone: no library is imported.

Shapes: s x s pixels; every stage halves the side while it is large, and doubles the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

_SMALLEST_HALVED = 6
_LARGEST_DEEP = 16
_MOST_WIDENINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One stage.

    Attributes:
        side: of the map that it is given.
        before, after: channels that come in and go out.
        halves: whether the map is pooled.
        is_deep: whether two more convolutions follow.
    """

    side: int
    before: int
    after: int
    halves: bool
    is_deep: bool

    @property
    def multiplications(self) -> int:
        """For one picture, looking only."""
        left = self.side // 2 if self.halves else self.side
        more = 2 * self.after * left**2 if self.is_deep else 0
        return 9 * self.after * (self.before * self.side**2 + more)


def levels(size: int, channels: int, width: int) -> tuple[Level, ...]:
    """The stages of a network, at least two.

    Args:
        width: channels of the first stage; each later one has twice as many, up to eight times.

    Example:
        >>> [(level.side, level.after) for level in levels(28, 1, 32)]
        [(28, 32), (14, 64), (7, 128)]
        >>> [(level.side, level.after) for level in levels(8, 3, 16)]
        [(8, 16), (4, 32)]
    """
    found: list[Level] = []
    side, before = size, channels
    while len(found) < 2 or side >= _SMALLEST_HALVED:
        halves = side >= _SMALLEST_HALVED
        left = side // 2 if halves else side
        found.append(
            Level(
                side=side,
                before=before,
                after=width * 2 ** min(len(found), _MOST_WIDENINGS),
                halves=halves,
                is_deep=bool(found) and left <= _LARGEST_DEEP,
            )
        )
        side, before = left, found[-1].after
    return tuple(found)


def multiplications(size: int, channels: int, width: int) -> int:
    """Multiplications of the convolutions for one picture, looking only.

    Example:
        >>> multiplications(28, 1, 32)
        13718016
    """
    return sum(level.multiplications for level in levels(size, channels, width))
