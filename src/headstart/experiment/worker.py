"""A warm child process that does one job after the other: `python -m headstart.experiment.worker`.

Jobs come as JSON lines on standard input, results go as JSON lines to the descriptor that was
standard output at the start; whatever a library prints goes to the trial's log. When the pipe
closes, the parent is gone and the worker exits at once, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

_SECONDS_BETWEEN_MESSAGES = 0.2


def main() -> None:
    """Serve until the pipe closes."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    _die_with_parent()
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    from headstart.experiment.work import perform

    while True:
        job = jobs.get()
        with _log_to(job.get("log")):
            began = {"ticket": job["ticket"], "type": "began"}
            tell = _Teller(out, job["ticket"])
            result = perform(job, tell, ready=functools.partial(_send, out, began))
        _send(out, {"ticket": job["ticket"], "type": "done", **result})


class _Teller:
    """Sends progress, a few times a second at most."""

    def __init__(self, out: BinaryIO, ticket: int) -> None:
        self._out, self._ticket, self._last = out, ticket, 0.0

    def __call__(self, rounds: int, loss: float) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_MESSAGES:
            self._last = now
            message = {"ticket": self._ticket, "type": "progress", "rounds": rounds, "loss": loss}
            _send(self._out, message)


def _send(out: BinaryIO, message: dict[str, Any]) -> None:
    from headstart.records.plain import plain

    out.write(json.dumps(plain(message), allow_nan=False).encode() + b"\n")


def _listen(jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        jobs.put(json.loads(line))
    os._exit(0)


@contextlib.contextmanager
def _log_to(path: str | None) -> Any:
    """Send both output descriptors to a file for the length of a job."""
    target = path or os.devnull
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for descriptor in (1, 2):
        os.dup2(handle, descriptor)
    os.close(handle)
    faulthandler.enable(2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _die_with_parent() -> None:
    """Be the first to go: when the parent dies, and when the machine runs out of memory."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


if __name__ == "__main__":
    main()
