"""`inspect`: what a checkpoint or a model is made of, without running any of it on data.

A checkpoint's tensors are not read: names, shapes and dtypes stand in the headers of its files, and
what its network makes of them is seen on torch's device `meta`. A model folder is read by its own
families, in a child process with limits: their libraries were not made for strangers' files.
"""

from __future__ import annotations

from pathlib import Path

from headstart import weights
from headstart.errors import AskError
from headstart.records.inspection import Inspection
from headstart.storage.folders import write_file
from headstart.verbs.inspected_checkpoints import checkpoint, unknown_network
from headstart.verbs.run import Run


def inspect(name: str | Path | Run, *, draw: str | Path | None = None) -> Inspection:
    """Layers, sizes, bends, learning rule, inputs, labels, licence and origin.

    Args:
        name: a checkpoint of the catalogue, a folder that save_pretrained wrote, a file of
            parameters, a run, a model folder or a member of one.
        draw: a file that gets a picture of the layers, as SVG.

    Raises:
        AskError: nothing is called so, or the picture cannot be written there.
        WeightsError: it is damaged, not allowed, or of two checkpoints; nothing of it was run.
        MissingExtra: a library that builds the network is not installed.
    """
    path = None if draw is None else _drawing(Path(draw))
    found = _inspected(str(name.folder if isinstance(name, Run) else name))
    if path is not None:
        write_file(path, picture_of(found))
    return found


def picture_of(found: Inspection) -> str:
    """The layers as a file of SVG."""
    from headstart.reporting.anatomy import ends_of
    from headstart.reporting.charts.layers import layers

    return str(layers(found, *ends_of(found)))


def _inspected(name: str) -> Inspection:
    if (found := unknown_network(name)) is not None:
        return found
    there = weights.need(name, any_channels=True)
    if not there.is_run:
        return checkpoint(there)
    from headstart.verbs.inspected_models import model

    return model(there)


def _drawing(path: Path) -> Path:
    """
    Raises:
        AskError: the name is not that of a picture, or its folder is not there.
    """
    if path.suffix.lower() != ".svg":
        raise AskError(f"layers cannot be drawn to `{path.name}`.", "Use a name that ends in .svg.")
    if not path.absolute().parent.is_dir():
        raise AskError(f"there is no folder `{path.parent}` to write to.", "Make it first.")
    return path
