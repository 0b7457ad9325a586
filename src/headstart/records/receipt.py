"""What became of every tensor or column when something learned before was taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Action = Literal["copied", "adapted", "new", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One tensor or column. `source` is None for new, `target` for dropped.

    Attributes:
        sources: all tensors that become the target, where they are several; `source` is the first.
        parameters: of the target, of the source where it is dropped; 0 for buffers and for names
            under which a tensor is known a second time.
    """

    source: str | None
    target: str | None
    action: Action
    because: str = ""
    how: str = ""
    from_shape: tuple[int, ...] | None = None
    to_shape: tuple[int, ...] | None = None
    sources: tuple[str, ...] = ()
    parameters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was measured after weights were put in place; None is not measured.

    Attributes:
        function_preserved: whether the target computes what the source does.
        max_difference: the largest difference between the outputs of both, on the same inputs.
        compared: which outputs, and on what; or why none were.
        first_loss: of a new head on random labels, in nats; `expected_loss` is ln(classes).
        is_finite: whether outputs, loss and all gradients of one pass are numbers.
    """

    function_preserved: bool | None = None
    max_difference: float | None = None
    compared: str = ""
    first_loss: float | None = None
    expected_loss: float | None = None
    is_finite: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Every move; nothing is dropped quietly.

    Attributes:
        coverage: share of the target's parameters that were copied or adapted; None where moves
            are of columns.
        preprocessing: files that tell how inputs are made, taken along with the weights.
    """

    moves: tuple[Move, ...] = ()
    coverage: float | None = None
    check: Check = Check()
    preprocessing: tuple[str, ...] = ()


def receipt_from_plain(plain: Mapping[str, Any]) -> Receipt:
    """The receipt whose plain values were written down.

    Example:
        >>> receipt_from_plain({"coverage": 0.5}).coverage
        0.5
    """
    return Receipt(
        moves=tuple(Move(**_tuples(move)) for move in plain.get("moves", ())),
        coverage=plain.get("coverage"),
        check=Check(**plain.get("check", {})),
        preprocessing=tuple(plain.get("preprocessing", ())),
    )


def _tuples(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}
