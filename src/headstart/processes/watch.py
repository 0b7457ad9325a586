"""Measure and end a process together with everything that it started."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any


def tree_megabytes(pid: int) -> float:
    """Resident memory of a process and its descendants in MB (10^6 bytes); 0 once it is gone.

    Pages that several of them share are counted for each, so the sum is an upper bound.

    Example:
        >>> tree_megabytes(os.getpid()) > 1
        True
    """
    return sum(_resident(process) for process in _tree(pid)) / 1e6


def kill_tree(pid: int) -> None:
    """End a process, its descendants and its process group at once; none of them can refuse.

    The group is ended only where the process leads it, so a caller never ends itself. A process
    that is gone already is no error. Children of ours stay to be waited for by their owner.
    """
    descendants = list(_tree(pid))
    if _leads_group(pid):
        _signal_group(pid)
    for process in descendants:
        _kill(process)


def _tree(pid: int) -> Iterator[Any]:
    import psutil

    try:
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
    except psutil.NoSuchProcess:
        return


def _resident(process: Any) -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _kill(process: Any) -> None:
    import psutil

    try:
        process.kill()  # psutil checks the time of creation: a reused number is left alone
    except psutil.NoSuchProcess:
        return


def _leads_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:  # the leader is gone; whom it left behind still bear its number
        return True


def _signal_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
