"""A run of `headstart fit` as a process of its own: started, killed, and asked what is left of it.

Every process that a run starts carries a mark in its environment, so that those that outlive it are
found wherever they hang in the tree of processes.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from headstart.storage import checksums, journal

MARK = "HEADSTART_ORDEAL"
_TICK = 0.001
_BEAT = 0.1
_LATE = 0.5  # seconds by which a crowded machine may miss a beat


@dataclass(eq=False)
class Ordeal:
    """One folder in which the same question is asked until it is answered.

    Attributes:
        folder: working directory of the command; the run stands in `folder/run`.
        words: of the command line, without `--out`.
        out: the value of `--out`.
        environment: added to the one of this process.
        megabytes: what the run may take for free memory (`ulimit -m`), or None.
    """

    folder: Path
    words: Sequence[object]
    out: str = "run"
    environment: dict[str, str] = field(default_factory=dict)
    megabytes: int | None = None
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    process: subprocess.Popen[bytes] | None = None

    @property
    def run(self) -> Path:
        return self.folder / "run"

    def start(self) -> "subprocess.Popen[bytes]":
        """Ask, in a process group of its own; what it says goes to `said.txt` and `erred.txt`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        said, erred = self.folder / "said.txt", self.folder / "erred.txt"
        with open(said, "wb") as out, open(erred, "wb") as err:
            self.process = subprocess.Popen(
                command(*self.words, "--out", self.out),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                preexec_fn=self._limit,
                env={**os.environ, "COLUMNS": "100", **self.environment, MARK: self.mark},
            )
        return self.process

    def finish(self, seconds: float = 600) -> int:
        """The exit code of a run that is let alone."""
        return self.start().wait(seconds)

    def kill(self) -> None:
        """SIGKILL to the whole group of the process that was started."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def survivors(self) -> list[psutil.Process]:
        """Every process of this ordeal that is alive."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def hold_its_children(self) -> None:
        """Wait for its first child, and stop it where it stands: nothing can end any more.

        A child that has not begun its own program yet is let go on, because its parent waits for
        that and hears nothing.
        """
        assert self.process is not None
        parent, held = psutil.Process(self.process.pid), 0
        while not held:
            time.sleep(_TICK)
            for child in parent.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    if child.cmdline() != parent.cmdline():
                        child.suspend()
                        held += 1

    def outlived(self, most: float = 10.0) -> float:
        """Seconds until nothing is left of it.

        Raises:
            AssertionError: something is alive after `most` seconds.
        """
        begin = time.monotonic()
        while left := self.survivors():
            assert time.monotonic() - begin < most, f"{left} live on"
            time.sleep(0.02)
        return time.monotonic() - begin

    @property
    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    @property
    def erred(self) -> str:
        return (self.folder / "erred.txt").read_text()

    def _limit(self) -> None:
        if self.megabytes is not None:
            most = self.megabytes * 1_000_000
            resource.setrlimit(resource.RLIMIT_RSS, (most, most))

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return (
                process.environ().get(MARK) == self.mark
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False


class Stillness:
    """Seconds in which this process was not let run at all, counted beside what it waits for.

    A machine that sleeps, or stops its processes, is noticed by beats that come far too late. What
    was promised in minutes says nothing about such a time.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)

    def __enter__(self) -> "Stillness":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _count(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(_BEAT):
            now = time.monotonic()
            late = now - last - _BEAT
            self.seconds += late if late > _LATE else 0.0
            last = now


def slowness(cpu_seconds: float = 0.3) -> float:
    """How much longer than its own work a process takes now, because others work beside it."""
    begin, burned = time.monotonic(), time.process_time()
    while time.process_time() - burned < cpu_seconds:
        continue
    return max(1.0, (time.monotonic() - begin) / cpu_seconds)


def command(*words: object) -> list[str]:
    """The command line of this very installation."""
    return [sys.executable, "-P", "-m", "headstart", *map(str, words)]


def lines(run: Path) -> bytes:
    """The complete lines of a run's journal, as they are."""
    path = run / "journal.jsonl"
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


def every_entry(run: Path) -> list[dict[str, Any]]:
    """The journal's records, every checksum tested."""
    return journal.read(run / "journal.jsonl")


def entries(run: Path, kind: str) -> list[dict[str, Any]]:
    """The journal's records of a type."""
    return [entry for entry in every_entry(run) if entry["type"] == kind]


def trials(run: Path) -> list[dict[str, Any]]:
    """The trials that ended, refusals left out."""
    return [entry for entry in entries(run, "trial") if entry["status"] != "refused"]


def leaderboard(run: Path) -> list[tuple[Any, ...]]:
    """What the trials came to, without what depends on the machine."""
    names = ("candidate", "rows", "draw", "status", "cause", "score", "loss", "work")
    return sorted((tuple(trial[name] for name in names) for trial in trials(run)), key=str)


def answer(run: Path) -> dict[str, Any]:
    """The verdict and the locked score."""
    return dict(json.loads((run / "verdict.json").read_text()))


def folders_of_trials(run: Path) -> dict[str, dict[str, str]]:
    """The checksums of each finished trial's folder, by id."""
    return {
        trial["id"]: checksums.of_folder(run / "trials" / trial["id"])
        for trial in trials(run)
        if trial["status"] == "finished" and trial["family"] != "blend"
    }


def leftovers(run: Path) -> list[str]:
    """Names under which something was being written, and never was committed."""
    found = [path for path in run.rglob("*") if ".part" in path.name or path.suffix == ".old"]
    return [path.relative_to(run).as_posix() for path in found]


def until_new_lines(run: Path, count: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the journal has grown by some lines, or the process has ended."""
    target = lines(run).count(b"\n") + count
    while process.poll() is None and lines(run).count(b"\n") < target:
        time.sleep(_TICK)


def until_written(run: Path, pattern: str, process: "subprocess.Popen[bytes]") -> None:
    """Return when a file or folder of this name is made or written anew, or the process ends."""
    before = set(_versions(run, pattern))
    while process.poll() is None and not set(_versions(run, pattern)) - before:
        time.sleep(_TICK)


def _versions(run: Path, pattern: str) -> Iterator[tuple[str, int, int]]:
    for path in run.glob(pattern):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield path.name, found.st_ino, found.st_mtime_ns
