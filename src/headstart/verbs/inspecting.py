"""`inspect`: what a checkpoint or a model is made of, without running any of it on data.

A checkpoint's tensors are not read: names, shapes and dtypes stand in the headers of its files, and
what its network makes of them is seen on torch's device `meta`. A model folder is read by its own
families, in a child process with limits: their libraries were not made for strangers' files.
"""

from __future__ import annotations

from pathlib import Path

from headstart import weights
from headstart.records.inspection import Inspection
from headstart.verbs.inspected_checkpoints import checkpoint, unknown_network
from headstart.verbs.inspected_models import model


def inspect(name: str | Path) -> Inspection:
    """Layers, sizes, bends, learning rule, inputs, labels, licence and origin.

    Args:
        name: a checkpoint of the catalogue, a folder that save_pretrained wrote, a file of
            parameters, a run, a model folder or a member of one.

    Raises:
        AskError: nothing is called so.
        WeightsError: it is damaged, not allowed, or of two checkpoints; nothing of it was run.
        MissingExtra: a library that builds the network is not installed.
    """
    name = str(name)
    if (found := unknown_network(name)) is not None:
        return found
    there = weights.need(name)
    return model(there) if there.is_run else checkpoint(there)
