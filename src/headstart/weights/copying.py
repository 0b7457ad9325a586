"""Take a checkpoint along: its parameters and what tells how to use them, into a model folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from headstart.errors import WeightsError
from headstart.weights.finding import need

_BESIDE = ("config.json", "preprocessor_config.json", "tokenizer.json", "vocab.txt")


def copy(name: str, folder: Path) -> None:
    """Copy the files that a frozen encoder needs into a new folder.

    Raises:
        WeightsError: the checkpoint is not on this machine, or an earlier run, or a bare file.
    """
    found = need(name)
    if found.is_run or found.entry is None:
        raise WeightsError(f"`{name}` is no checkpoint that can be taken along whole.")
    folder.mkdir(parents=True)
    beside = [path for file in _BESIDE if (path := found.file(file)) is not None]
    for path in (*found.parameter_files, *beside):
        shutil.copyfile(path, folder / path.name)
