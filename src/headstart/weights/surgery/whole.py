"""A checkpoint put into its own network: every tensor copied, or refused by name."""

from __future__ import annotations

from typing import Any

from headstart.errors import WeightsError
from headstart.records.receipt import Receipt
from headstart.weights.surgery.applying import fill
from headstart.weights.surgery.planning import plan
from headstart.weights.surgery.shuffling import shuffled


def take_whole(source: Any, network: Any, *, shuffle: int | None = None) -> Receipt:
    """Fill the network that a checkpoint was made for, or a part of it such as its encoder.

    What else the checkpoint holds is dropped, and in the receipt.

    Args:
        source: as `plan` takes it: a `Found`, or tensors by name.
        shuffle: a seed: each tensor's entries in a random order, as a control (`shuffling`).

    Raises:
        WeightsError: a tensor of the network is not in the checkpoint, or has another shape there;
            nothing was moved then.
    """
    made = plan(source, network, least=0.0)
    gaps = [move for move in made.moves if move.target and move.action != "copied"]
    if gaps or made.open:
        because = gaps[0].because if gaps[0].action == "new" else _other_shape(gaps[0])
        raise WeightsError(
            f"the checkpoint `{made.source}` lacks `{gaps[0].target}`: {because}.",
            "Configuration and parameters are not of the same checkpoint: copy it again.",
        )
    made = made if shuffle is None else shuffled(made, shuffle)
    fill(made, network)
    return Receipt(moves=made.records(), coverage=made.coverage)


def _other_shape(move: Any) -> str:
    return f"it is {move.from_shape} there, and {move.to_shape} was expected"
