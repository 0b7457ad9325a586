"""Open a run's folder: new, or the one to resume; `run.toml` holds the question, whole."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart import intake, weights
from headstart.errors import AskError
from headstart.experiment.book import JOURNAL
from headstart.intake.archives import UNPACKED
from headstart.processes.libraries import versions
from headstart.records import Candidate
from headstart.records.plain import plain
from headstart.storage.folders import is_unfinished, sweep, write_file
from headstart.verbs.question import Asked, absolute
from headstart.verbs.request import Request

QUESTION = "run.toml"
CACHE = "cache"
_SAID = {
    "kind": "task",
    "targets": "target",
    "positive": "positive class",
    "labels": "mapping of labels (--label)",
    "judges": "set of rows that may judge (they follow from --weights)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run's folder, ready to be written; `command` asks the same question again."""

    folder: Path
    command: str


@contextmanager
def place_of(request: Request) -> Iterator[Path]:
    """The folder that the run will have; a new one has a number that is free, and exists at once.

    Where the block fails before there is a run, what was made for it goes as well.

    Raises:
        AskError: something is there that is no run.
    """
    folder = _next_folder() if request.out is None else request.out
    is_run, was_there = (folder / QUESTION).is_file(), request.out is not None and folder.exists()
    if not is_run and was_there and not (folder.is_dir() and _is_unused(folder)):
        raise AskError(
            f"`{folder}` is there already and is not a run.", "Choose another folder with --out."
        )
    try:
        yield folder
    except BaseException:
        if folder.is_dir() and not (folder / QUESTION).is_file():
            shutil.rmtree(unpacking_place(folder), ignore_errors=True)
            if not was_there and not any(folder.iterdir()):
                folder.rmdir()
        raise


def unpacking_place(folder: Path) -> Path:
    """Where a run keeps what was in archives: every trial needs it, and a call that resumes it."""
    return folder.absolute() / CACHE


def open_run(request: Request, asked: Asked, folder: Path) -> Opened:
    """Make the run's folder, or check that the same question is resumed; nothing is written yet.

    Raises:
        AskError: the folder holds another question.
    """
    if (folder / QUESTION).is_file():
        earlier = read_question(folder)
        if "adjusts" in earlier:
            raise AskError(
                f"the run `{folder}` adjusted another one; a fit cannot go on there.",
                "Choose another folder with --out.",
            )
        _same_question(folder, earlier, request, asked)
    folder.mkdir(parents=True, exist_ok=True)
    return Opened(folder=folder, command=_command(request))


def write_question(
    opened: Opened, request: Request, asked: Asked, adjusts: Path | None = None
) -> None:
    """Write what is asked, and clear away what killed calls left; the caller holds the journal.

    Args:
        adjusts: the run that this one adjusts.
    """
    sweep(opened.folder)
    folder, source = opened.folder, request.source
    earlier = read_question(folder) if (folder / QUESTION).is_file() else {}
    question = {
        "source": str(absolute(source)) if isinstance(source, str | Path) else asked.source,
        "fingerprint": asked.fingerprint,
        **({"test_fingerprint": asked.test_fingerprint} if asked.test_fingerprint else {}),
        "seed": request.seed,
        "command": opened.command,
        "budget": plain(request.budget),
        "task": plain(asked.task),
        "options": plain(request.replayable()),
        "versions": dict(versions()),
        "judges": which(asked.judges),
        **({} if adjusts is None else {"adjusts": str(adjusts)}),
        **{name: earlier[name] for name in ("world_steps",) if name in earlier},
    }
    _write(folder, question)
    if asked.rejected:
        intake.write_rejected(folder / "rejected.csv", asked.rejected)


def settle_steps(opened: Opened, steps: int) -> int:
    """Environment steps at full size: those of an earlier call, else these, now remembered."""
    question = read_question(opened.folder)
    if "world_steps" not in question:
        _write(opened.folder, {**question, "world_steps": steps})
    return int(question.get("world_steps", steps))


def read_question(folder: Path) -> dict[str, Any]:
    """What `run.toml` says.

    Raises:
        AskError: the folder is no run.
    """
    path = folder / QUESTION
    if not path.is_file():
        raise AskError(
            f"`{folder}` is not a run: it has no {QUESTION}.",
            "Name the folder that `headstart fit` printed.",
        )
    return tomllib.loads(path.read_text(encoding="utf-8"))


def checkpoints(candidates: Sequence[Candidate]) -> dict[str, Path]:
    """Where the checkpoints that candidates start from stand, found and verified."""
    names = {name for candidate in candidates for name in candidate.start.checkpoints}
    return {name: weights.need(name).path for name in sorted(names)}


def _next_folder() -> Path:
    """A new folder; of two calls at once each gets its own."""
    number = 1
    while True:
        folder = Path(f"run-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _is_unused(folder: Path) -> bool:
    """Whether a folder holds nothing, or what a call left that was killed before its question."""
    return all(
        is_unfinished(path)
        or (path.name == JOURNAL and path.stat().st_size == 0)
        or (path.name == CACHE and all(map(_is_unpacked, path.iterdir())))
        for path in folder.iterdir()
    )


def _is_unpacked(path: Path) -> bool:
    return is_unfinished(path) or path.name.startswith(UNPACKED)


def _same_question(
    folder: Path, earlier: Mapping[str, Any], request: Request, asked: Asked
) -> None:
    """Whatever decides which rows are learned from, and what they mean, must be as it was.

    So must the mapping of labels: a candidate that answers by another one has the same name.
    """
    before = {"source": earlier["fingerprint"], "seed": earlier["seed"], **earlier["task"]}
    now = {"source": asked.fingerprint, "seed": request.seed, **_without_none(plain(asked.task))}
    before["judges"], now["judges"] = earlier.get("judges", ""), which(asked.judges)
    for option in ("columns", "labels", "test"):
        before[option] = earlier["options"].get(option)
        now[option] = _without_none(plain(request.replayable())).get(option)
    for what in now | before:
        if before.get(what) != now.get(what):
            name = _SAID.get(what, what)
            raise AskError(
                f"the run `{folder}` asks another question: its {name} is not the same.",
                f"Choose another folder with --out, or ask what the run asked: "
                f"{earlier['command']}",
            )


def which(judges: np.ndarray | None) -> str:
    """A short name of the rows that may judge; empty where all may."""
    return "" if judges is None else hashlib.sha256(judges.tobytes()).hexdigest()[:16]


def _command(request: Request) -> str:
    """The command line that asks the same question."""
    source = request.source
    words = ["headstart", "fit", str(source) if isinstance(source, str | Path) else "DATA"]
    options = request.replayable()
    columns, labels = options.pop("columns", {}), options.pop("labels", {})
    for name, value in options.items():
        if name == "weights":
            words += [word for each in value for word in ("--weights", each)]
        elif value is True:
            words.append(f"--{name}")
        elif value not in (None, False, []):
            text = ",".join(value) if isinstance(value, list) else str(value)
            words += [f"--{name}", text]
    words += [word for name, to in columns.items() for word in ("--column", f"{name}={to}")]
    pairs = [f"{name}={label}" for name, several in labels.items() for label in several]
    words += [word for pair in pairs for word in ("--label", pair)]
    if request.budget.steps is not None:
        words += ["--steps", f"{request.budget.steps:g}"]
    else:
        words += ["--minutes", f"{(request.budget.seconds or 0) / 60:g}"]
    return shlex.join([*words, "--seed", str(request.seed)])


def _write(folder: Path, question: Mapping[str, Any]) -> None:
    import tomli_w

    write_file(folder / QUESTION, tomli_w.dumps(_without_none(question)))


def _without_none(value: Any) -> Any:
    """TOML has no null: what is None is left out."""
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else str(value)
