"""Tied weights: one tensor under several names stays one.

Files keep a tied tensor once, and some say under which names it was known.
"""

from __future__ import annotations

from collections.abc import Mapping

from headstart.errors import WeightsError


def resolved(ties: Mapping[str, str]) -> dict[str, str]:
    """Each name with the name under which its tensor is kept, through chains of ties.

    Raises:
        WeightsError: they lead in a circle, so that none of them is kept.

    Example:
        >>> resolved({"c": "b", "b": "a"})
        {'b': 'a', 'c': 'a'}
    """
    found = {}
    for name in sorted(ties):
        seen = [name]
        while seen[-1] in ties:
            after = ties[seen[-1]]
            if after in seen:
                circle = " -> ".join(f"`{each}`" for each in (*seen[seen.index(after) :], after))
                raise WeightsError(
                    f"tied weights lead in a circle: {circle}. One of them must hold the numbers.",
                    "Save the checkpoint again with safetensors.torch.save_model(network, file).",
                )
            seen.append(after)
        found[name] = seen[-1]
    return found
