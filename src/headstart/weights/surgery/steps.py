"""The table of steps: what a name in a plan does to a tensor.

A new step is one file with one pure function, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from headstart.errors import WeightsError, unknown_name
from headstart.weights.surgery.channels import channels
from headstart.weights.surgery.fusing import split
from headstart.weights.surgery.head import head
from headstart.weights.surgery.inflation import inflation
from headstart.weights.surgery.layout import reshaped, transposed
from headstart.weights.surgery.patches import patches
from headstart.weights.surgery.positions import grid_positions, line_positions
from headstart.weights.surgery.precision import precision
from headstart.weights.surgery.selection import selection
from headstart.weights.surgery.shuffling import shuffling
from headstart.weights.surgery.step import Step
from headstart.weights.surgery.vocabulary import first_rows, vocabulary
from headstart.weights.surgery.widening import widening

if TYPE_CHECKING:
    from torch import Tensor

STEPS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "channels": channels,
        "first_rows": first_rows,
        "grid_positions": grid_positions,
        "head": head,
        "inflation": inflation,
        "line_positions": line_positions,
        "patches": patches,
        "precision": precision,
        "reshaped": reshaped,
        "selection": selection,
        "shuffling": shuffling,
        "split": split,
        "transposed": transposed,
        "vocabulary": vocabulary,
        "widening": widening,
    }
)


def done(step: Step, tensor: Tensor, tables: Mapping[str, Any]) -> Tensor:
    """What a step makes of a tensor.

    Args:
        tables: `tokens`, the rows of a vocabulary, which a plan does not spell out.

    Raises:
        AskError: no step is called so.
        WeightsError: its options do not fit the tensor.
    """
    if step.name not in STEPS:
        raise unknown_name("step", step.name, list(STEPS))
    options = dict(step.options)
    if step.name == "vocabulary":
        options["rows"] = tables["tokens"]
    try:
        made: Tensor = STEPS[step.name](tensor, **options)
    except (RuntimeError, TypeError, IndexError, ValueError) as error:
        raise WeightsError(
            f"the step `{step.name}` with {step.options} does not fit a tensor of "
            f"{tuple(tensor.shape)}: {str(error).splitlines()[0][:160]}.",
            "Write the plan again, or correct the step's options.",
        ) from None
    return made
