"""Run a function in a disposable child process, with limits, and survive whatever it does.

The child is a fresh interpreter: no fork, no pickle, no `__main__` guard in the caller's script.
Arguments and answer are plain JSON values. Time and the resident memory of the child's whole tree
are watched from outside, so code that never returns to Python is ended all the same.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from headstart.errors import AskError, DataError, HeadstartError, MissingExtra, WeightsError
from headstart.processes.libraries import own_environment
from headstart.processes.watch import kill_tree, tree_megabytes

Status = Literal["ok", "timeout", "memory", "crashed"]

_POLL_SECONDS = 0.09
_MOST_LOG = 8_000
_MOST_ANSWER = 256 << 20
_ROOT = str(Path(__file__).resolve().parents[2])
# -P: a file `json.py` in the working directory must not be imported in place of the real one.
_START = "import sys; sys.path.append(sys.argv[1]); import headstart.processes.child as child; "
_START += "child.main(int(sys.argv[2]))"
_REFUSALS: tuple[type[HeadstartError], ...] = (AskError, DataError, WeightsError, MissingExtra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a child ended.

    Attributes:
        status: `ok`, or what ended it: `timeout`, `memory`, `crashed`.
        value: the function's answer when `ok`, else None.
        because: when not `ok`, one sentence that says what happened.
        seconds: from start to end.
        peak_mb: highest resident memory that was seen, of the whole tree.
        log: the end of what it printed.
    """

    status: Status
    value: Any = None
    because: str = ""
    seconds: float = 0.0
    peak_mb: float = 0.0
    log: str = ""


def run(
    call: str, arguments: Mapping[str, Any], *, seconds: float = 600.0, megabytes: float = 2000.0
) -> Outcome:
    """Call `module:function` with keyword arguments in a child of its own.

    Args:
        seconds: time on the clock after which the child is ended.
        megabytes: resident memory of the child's tree above which it is ended.

    Raises:
        HeadstartError: the very refusal (`DataError`, `AskError` ...) that the function raised.

    Example:
        >>> run("headstart.errors:listed", {"names": ["a", "b"], "most": 1}).value
        '`a` (+1 more)'
    """
    job = {"call": call, "arguments": dict(arguments), "seconds": seconds, "megabytes": megabytes}
    began = time.monotonic()
    answer_pipe, childs_end = os.pipe()
    process = _start(childs_end)
    os.close(childs_end)
    watch = _Watch(process, answer_pipe, deadline=began + seconds, megabytes=megabytes)
    try:
        _send(process, job)
        status = watch.until_it_ends()
        if status in ("ok", "crashed"):
            _let_it_end(process)
    finally:
        kill_tree(process.pid)
        process.wait()
        watch.close()
    return _outcome(status, watch, process.returncode, job, time.monotonic() - began)


def _start(answer_pipe: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _START, _ROOT, str(answer_pipe)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(answer_pipe,),
        env=own_environment(),
        start_new_session=True,
    )


def _send(process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
    assert process.stdin
    try:
        process.stdin.write(json.dumps(job, allow_nan=False).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:  # it died at once; the return code says how
        return


class _Watch:
    """Follows one child: drains its pipes, looks at clock and memory between."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        answer_pipe: int,
        *,
        deadline: float,
        megabytes: float,
    ) -> None:
        assert process.stdout
        self.answer = bytearray()
        self.log = bytearray()
        self.peak_mb = 0.0
        self._process, self._answer_pipe = process, answer_pipe
        self._deadline, self._megabytes = deadline, megabytes
        self._selector = selectors.DefaultSelector()
        self._selector.register(answer_pipe, selectors.EVENT_READ, self.answer)
        self._selector.register(process.stdout, selectors.EVENT_READ, self.log)

    def until_it_ends(self) -> Status:
        """Return when the answer is complete, the child is gone, or a limit is passed."""
        look = 0.0
        while True:
            gone = self._process.poll() is not None  # before draining, so that nothing is missed
            self._drain()
            if gone or self._answer_pipe not in self._selector.get_map():
                return "ok" if self.answer else "crashed"
            now = time.monotonic()
            if now > self._deadline:
                return "timeout"
            if now >= look:
                look = now + _POLL_SECONDS
                self.peak_mb = max(self.peak_mb, tree_megabytes(self._process.pid))
            if self.peak_mb > self._megabytes or len(self.answer) > _MOST_ANSWER:
                return "memory"

    def close(self) -> None:
        self._selector.close()
        os.close(self._answer_pipe)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                _close(pipe)

    def _drain(self) -> None:
        """Take what the pipes hold now; wait a moment where they are empty."""
        wait = _POLL_SECONDS
        while ready := self._selector.select(wait):
            wait = 0.0
            for key, _ in ready:
                block = os.read(key.fd, 1 << 16)
                key.data.extend(block)
                if not block:
                    self._selector.unregister(key.fileobj)
            del self.log[:-_MOST_LOG]
            if time.monotonic() > self._deadline:
                return


def _let_it_end(process: subprocess.Popen[bytes]) -> None:
    """Its pipe closes a moment before it is gone; the true exit code is worth that moment."""
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        return


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # unsent input of a child that is gone
        return


def _outcome(
    status: Status, watch: _Watch, returncode: int, job: Mapping[str, Any], seconds: float
) -> Outcome:
    log = watch.log.decode(errors="replace")
    answer: dict[str, Any] = {}
    if status == "ok":
        try:
            answer = json.loads(watch.answer)
        except ValueError:  # it was killed in the middle of its answer
            status = "crashed"
    if "error" in answer:
        raise _refusal(answer["error"])
    if status == "crashed" and "MemoryError" in log[-500:]:
        status = "memory"
    return Outcome(
        status=status,
        value=answer.get("value"),
        because=_because(status, job, returncode, log),
        seconds=seconds,
        peak_mb=watch.peak_mb,
        log=log,
    )


def _because(status: Status, job: Mapping[str, Any], returncode: int, log: str) -> str:
    if status == "ok":
        return ""
    if status == "timeout":
        return f"it did not end within {job['seconds']:g} s and was stopped"
    if status == "memory":
        return f"it needed more than {job['megabytes']:,.0f} MB of memory and was stopped"
    if returncode < 0:
        return f"the process was ended by {_signal_name(-returncode)}"
    last = log.strip().splitlines()[-1:] or ["it said nothing"]
    return f"the process ended with exit code {returncode}: {last[0][:300]}"


def _signal_name(number: int) -> str:
    names = {signal.SIGSEGV: "a segmentation fault", signal.SIGKILL: "the operating system"}
    try:
        return names.get(signal.Signals(number), signal.Signals(number).name)
    except ValueError:
        return f"signal {number}"


def _refusal(error: Mapping[str, str]) -> HeadstartError:
    by_kind = {kind.kind: kind for kind in _REFUSALS}
    return by_kind.get(error["kind"], HeadstartError)(error["message"], error["hint"])
