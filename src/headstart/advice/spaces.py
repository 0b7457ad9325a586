"""Where a search over settings looks: around the tuned defaults, inside of each setting's range.

The range in a field's metadata says what is valid, which is much wider than what is worth trying:
a search that begins at tuned defaults looks at most a factor of eight away from them, in the
logarithm where the range spans orders of magnitude. Settings that decide how long a fit may take,
and not what it learns, stay as they are: more of them is nearly always better and always dearer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from typing import Any, TypeAlias

Value: TypeAlias = str | int | float | bool

_PACE = frozenset(
    {
        *("rounds", "passes", "updates", "patience", "held_out", "refit_below", "tolerance"),
        *("batch", "half", "longest", "size", "vocabulary", "members", "trees", "goal", "checks"),
    }
)
_FAR, _WIDE = 8.0, 50.0
_FEW = 8
_FROM_ZERO = 10.0  # the strongest penalty worth trying where the default is none
_SHARE, _TINY = 0.05, 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One setting of a search; `choices` in place of a range for one that is no number.

    Attributes:
        default: the tuned default: where the search begins.
        whole: whole numbers only.
        log: equal factors are equally far.
    """

    name: str
    default: Value
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool = False
    choices: tuple[Value, ...] = ()


def space_of(settings: Any, resolved: Mapping[str, Any]) -> tuple[Dimension, ...]:
    """The settings of a family that are worth a search.

    Args:
        settings: of the candidate to begin with.
        resolved: what a fit made of those that are None; what it does not tell is left out.

    Example:
        >>> from headstart.families import family
        >>> found = space_of(family("feedforward").Settings(), {})
        >>> [each.name for each in found][:3]
        ['width', 'layers', 'activation']
    """
    found = []
    for each in fields(settings):
        value = getattr(settings, each.name)
        value = resolved.get(each.name) if value is None else value
        if each.name not in _PACE and value is not None:
            dimension = _dimension(each, value)
            found += [dimension] if dimension is not None else []
    return tuple(found)


def _dimension(each: Field[Any], value: Any) -> Dimension | None:
    choices = tuple(each.metadata.get("choices") or ())
    if isinstance(value, bool) or choices:
        known = choices or (False, True)
        return Dimension(name=each.name, default=value, choices=known) if value in known else None
    low, high = each.metadata.get("low"), each.metadata.get("high")
    if not isinstance(value, int | float) or low is None:
        return None
    whole = "float" not in str(each.type)
    ends = _ends(float(value), float(low), None if high is None else float(high), whole)
    if ends is None:
        return None
    first, last, log = ends
    return Dimension(name=each.name, default=value, low=first, high=last, whole=whole, log=log)


def _ends(
    value: float, low: float, high: float | None, whole: bool
) -> tuple[float, float, bool] | None:
    """Lowest, highest, and whether the way between them is measured in factors.

    Example:
        >>> _ends(0.04, 1e-4, 1.0, False)  # a learning rate
        (0.005, 0.32, True)
        >>> _ends(0.1, 0.0, 0.9, False)  # a share
        (0.0, 0.4, False)
        >>> _ends(3, 1, 16, True)  # layers
        (1, 6, False)
    """
    most = value * _FAR if high is None else high
    if value == 0:
        last = min(most if high is not None else 1.0, _FROM_ZERO)
        return (0.0, last * 0.4 if last <= 1 else last, False) if last > 0 else None
    if value < 0:
        return None
    if whole and value <= _FEW:
        first, last = max(low, value // 2), min(most, 2 * value)
        return (int(first), int(last), False) if first < last else None
    if not whole and value < _TINY and (high is None or high >= _FROM_ZERO):
        return value, _FROM_ZERO, True
    if not whole and value >= _SHARE and most <= 1 and (low == 0 or most / low <= _WIDE):
        return max(low, 0.0 if low == 0 else value / 4), min(most, 4 * value), False
    first, last = max(low, value / _FAR), min(most, value * _FAR)
    if whole:
        first, last = round(first), round(last)
    return (first, last, True) if first < last else None
