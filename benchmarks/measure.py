"""Run a command and measure what it and all that it starts cost: wall, processor, memory.

Processor seconds come from the system's own account of the child and all that it waited for.
Memory is the largest sum of resident sets over the tree of processes, looked at five times a
second: pages that two processes share are counted twice, so it is an upper bound.
"""

import os
import platform
import resource
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command took. `code` is its exit code; None when it was killed at `limit`."""

    code: int | None
    wall: float
    cpu: float
    peak_mb: float

    def plain(self) -> dict[str, float | int | None]:
        """The same as a dictionary, rounded for reading."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    limit: float,
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its end, or kill its whole process group after `limit` seconds.

    What it prints, on both streams, goes to the file `log`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    before = _children_seconds()
    begin = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
        code, peak = _watch(process, begin + limit)
    wall = time.monotonic() - begin
    _end_group(process.pid)
    return Cost(code=code, wall=wall, cpu=_children_seconds() - before, peak_mb=peak)


def machine() -> dict[str, object]:
    """Where a number was measured: cores, memory, Python, and how busy the machine was."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "load": round(os.getloadavg()[0], 2),
    }


def _watch(process: subprocess.Popen[bytes], deadline: float) -> tuple[int | None, float]:
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident_mb(process.pid))
        if time.monotonic() > deadline:
            _end_group(process.pid)
            process.wait()
            return None, peak
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            continue
    return process.returncode, peak


def _resident_mb(pid: int) -> float:
    import psutil

    total = 0
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def _end_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
