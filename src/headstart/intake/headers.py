"""Names of columns: the first record of a file, made unique, or invented where there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from headstart.errors import listed


def has_names(record: Sequence[str]) -> bool:
    """Whether a first record holds names and not already values.

    A record of numbers only is a row of values, unless it counts 0, 1, 2 ... or 1, 2, 3 ...: that
    is how frames without names are written.

    Example:
        >>> has_names(["5.1", "3.5"]), has_names(["0", "1"]), has_names(["a", "2020"])
        (False, True, True)
    """
    if not all(_is_number(cell) for cell in record):
        return True
    count = [str(number) for number in range(len(record) + 1)]
    return list(record) in (count[:-1], count[1:])


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trimmed names, each once, and notes about what was changed.

    An empty name becomes `column_3` for the third column; of equal names the first stays and the
    next ones become `name_2`, `name_3`.

    Example:
        >>> unique_names(["a", "b", "a", ""])[0]
        ('a', 'b', 'a_2', 'column_4')
    """
    trimmed = [name.strip() for name in names]
    taken, used = set(trimmed), set()
    unique: list[str] = []
    for number, name in enumerate(trimmed, start=1):
        fresh = name if name and name not in used else _free(name or f"column_{number}", taken)
        unique.append(fresh)
        used.add(fresh)
        taken.add(fresh)
    changed = [new for new, old in zip(unique, trimmed, strict=True) if old and new != old]
    if not changed:
        return tuple(unique), ()
    repeated = [name for name, count in Counter(trimmed).items() if name and count > 1]
    note = (
        f"more than one column is called {listed(repeated)}; "
        f"the later ones are read as {listed(changed)}"
    )
    return tuple(unique), (note,)


def invented_names(width: int) -> tuple[str, ...]:
    """Names for a table that has none: `column_1`, `column_2` ..."""
    return tuple(f"column_{number}" for number in range(1, width + 1))


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
