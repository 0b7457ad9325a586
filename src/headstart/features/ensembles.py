"""How large the trees of a model are, and how a family says it.

Shapes: c classes of a target; 1 for a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeShape:
    """How large trees are: splits and leaves of all together, depth of the deepest.

    Attributes:
        values: numbers in all leaves; more than one a leaf where trees answer several classes.
    """

    trees: int = 0
    depth: int = 0
    splits: int = 0
    leaves: int = 0
    values: int = 0


def described_trees(
    kind: str, names: Sequence[str], shapes: Sequence[TreeShape], outputs: Sequence[int]
) -> dict[str, Any]:
    """`layers` and `ensembles` of a description: a line for each target.

    Args:
        kind: `boosted trees` or `averaged trees`.
        names: of the targets.
        outputs: c for each of them.

    Example:
        >>> shape = TreeShape(trees=2, depth=1, splits=2, leaves=4, values=4)
        >>> described_trees("boosted trees", ["y"], [shape], [1])["layers"][0]["parameters"]
        6
    """
    named = list(zip(names, shapes, outputs, strict=True))
    return {
        "layers": [
            {
                "name": name,
                "kind": kind,
                "parameters": shape.splits + shape.values,
                "output": (width,),
            }
            for name, shape, width in named
        ],
        "ensembles": [
            {
                "target": name,
                "trees": shape.trees,
                "depth": shape.depth,
                "leaves": shape.leaves,
            }
            for name, shape, _ in named
        ],
    }


def described_boosting(
    grows: str,
    rate: float,
    labels: Sequence[Sequence[str]],
    targets: Sequence[str],
    shapes: Sequence[TreeShape],
) -> dict[str, Any]:
    """How trees were boosted, and how large they became.

    Args:
        grows: how a tree grows, in the field's words.
        labels: the classes of each target; empty for numbers.
    """
    loss = "log loss" if labels else "squared error"
    outputs = [len(names) for names in labels] or [1] * len(targets)
    return {
        "learning_rule": (
            f"gradient boosting: each round grows {grows} along the first two derivatives of the "
            f"{loss}, learning rate {rate:g}"
        ),
        "nonlinearities": ["threshold", *links(labels)],
        **described_trees("boosted trees", targets, shapes, outputs),
    }


def links(labels: Sequence[Sequence[str]]) -> list[str]:
    """What turns sums of leaves into chances, for targets with these classes.

    Example:
        >>> links([("no", "yes")]), links([("a", "b", "c")]), links([])
        (['logistic'], ['softmax'], [])
    """
    sizes = [len(names) for names in labels]
    few = ["logistic"] if any(size <= 2 for size in sizes) else []
    return [*few, *(["softmax"] if any(size > 2 for size in sizes) else [])]
