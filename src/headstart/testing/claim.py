"""How a check says no, and how it says that it is not concerned."""

from __future__ import annotations


class Broken(AssertionError):
    """A claim of the suite does not hold for a family."""


class Unconcerned(Exception):  # it is no error
    """The claim speaks of something that this family does not do."""


def expect(holds: object, otherwise: str) -> None:
    """Go on if the claim holds; else say what was found instead.

    Unlike `assert`, it is also heard under `python -O`, and it needs no rewriting to be readable.

    Example:
        >>> expect(1 + 1 == 3, "two ones are 2, not 3")
        Traceback (most recent call last):
        headstart.testing.claim.Broken: two ones are 2, not 3
    """
    if not holds:
        raise Broken(otherwise)
