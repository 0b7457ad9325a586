"""The best finished model of a run, also while it is under way or after a kill."""

from __future__ import annotations

from pathlib import Path

from headstart.delivery.folders import MANIFEST
from headstart.errors import WeightsError
from headstart.experiment.book import JOURNAL, read_trials
from headstart.records import control_of


def model_folder(folder: Path) -> Path:
    """The model folder that a run, or a path that is one already, answers with.

    Raises:
        WeightsError: there is none yet.
    """
    if (folder / MANIFEST).is_file():
        return folder
    if (folder / "model" / MANIFEST).is_file():
        return folder / "model"
    if not (folder / JOURNAL).is_file():
        raise WeightsError(
            f"`{folder}` is neither a run nor a model folder.",
            "Name the folder that `headstart fit` printed, or the folder `model` inside of it.",
        )
    trials = [each for each in read_trials(folder) if each.loss is not None and each.rows]
    trials = [each for each in trials if control_of(each.start) is None]
    trials = [each for each in trials if (folder / "trials" / each.id / "model").is_dir()]
    if not trials:
        raise WeightsError(
            f"the run `{folder}` has no finished model yet.", "Go on with `headstart fit`."
        )
    most = max(each.rows or 0 for each in trials)
    best = min((e for e in trials if e.rows == most), key=lambda e: e.loss or 0.0)
    return folder / "trials" / best.id / "model"
