"""Trials in warm child processes on this machine.

A worker is reused while it is healthy. One that overruns its time or memory is killed with all its
children, and the next job gets a fresh one; the parent survives whatever happens in them. A worker
in which a job failed, or that an earlier job has left heavy, is not used again. One that dies may
have been harmed by an earlier job, so its job is done once more in a fresh worker.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from headstart.processes.libraries import own_environment
from headstart.processes.watch import kill_tree, tree_megabytes

_TICK_SECONDS = 0.05
_SECONDS_BETWEEN_WEIGHINGS = 0.1
_SECONDS_TO_HEAR_THE_LAST = 1.0
_MOST_IDLE_SHARE = 0.5
_MOST_LOG_MEGABYTES = 16

Watch = Callable[[int, Mapping[str, Any]], None]


@dataclass(slots=True, eq=False)
class _Worker:
    """A live child.

    Attributes:
        job, ticket: what it does now; `ticket` is None while it does nothing.
        ends_at: when that must have ended, at the latest.
        seconds: that the job may take from when it has begun.
        is_used: whether it has done another job before.
        gone_at: when its process was first found to have ended.
    """

    process: subprocess.Popen[bytes]
    job: Mapping[str, Any] = field(default_factory=dict)
    ticket: int | None = None
    ends_at: float = float("inf")
    seconds: float = float("inf")
    most_megabytes: float = float("inf")
    peak_megabytes: float = 0.0
    weighed_at: float = 0.0
    is_used: bool = False
    gone_at: float = float("inf")


class LocalEngine:
    """Implements `protocols.Engine` with `python -m headstart.experiment.worker` children.

    Args:
        slots: how many jobs may run side by side.
        threads: cores that each worker's libraries may use.
        watch: is told (ticket, message) for every progress message.
    """

    def __init__(
        self, *, slots: int = 1, threads: int = 1, watch: Watch = lambda ticket, message: None
    ) -> None:
        self._slots, self._threads, self._watch = slots, threads, watch
        self._tickets = itertools.count(1)
        self._messages: queue.SimpleQueue[tuple[_Worker, Mapping[str, Any] | None]]
        self._messages = queue.SimpleQueue()
        self._workers: list[_Worker] = []

    def warm(self, modules: list[str]) -> None:
        """Let an idle worker import what the next jobs need, while the parent does other things."""
        worker = self._idle()
        self._send(worker, {"op": "warm", "modules": modules, "ticket": 0})

    def submit(self, job: Mapping[str, Any]) -> int:
        """Start a job within its limits.

        `kill_after` seconds count from when the worker has started and imported what the job
        needs, `no_later_than` from now; `most_megabytes` is of the worker and its children.
        """
        most = job.get("most_megabytes", float("inf"))
        worker = self._idle(_MOST_IDLE_SHARE * most)
        ticket = next(self._tickets)
        until = time.monotonic() + job.get("no_later_than", float("inf"))
        self._give(worker, ticket, job, until)
        return ticket

    def wait(self, seconds: float) -> tuple[int, Mapping[str, Any]] | None:
        """The next result, or None when the time has passed or no job is under way."""
        until = time.monotonic() + seconds
        while any(worker.ticket is not None for worker in self._workers):
            left = until - time.monotonic()
            if left <= 0:
                return None
            try:
                worker, message = self._messages.get(timeout=min(_TICK_SECONDS, left))
            except queue.Empty:
                ended = self._watch_over()
            else:
                ended = self._heard(worker, message)
            if ended is not None:
                return ended
        return None

    def cancel(self, ticket: int) -> None:
        """End a job now, by ending its worker."""
        for worker in list(self._workers):
            if worker.ticket == ticket:
                self._end(worker)

    def resources(self) -> int:
        return self._slots

    def close(self) -> None:
        """End every worker and its children."""
        for worker in list(self._workers):
            self._end(worker)

    def _give(self, worker: _Worker, ticket: int, job: Mapping[str, Any], until: float) -> None:
        worker.job, worker.ticket, worker.ends_at = job, ticket, until
        worker.seconds = job.get("kill_after", float("inf"))
        worker.most_megabytes = job.get("most_megabytes", float("inf"))
        worker.peak_megabytes = 0.0
        self._send(worker, {**job, "ticket": ticket})

    def _idle(self, most_megabytes: float = float("inf")) -> _Worker:
        for worker in [each for each in self._workers if each.ticket is None]:
            alive = worker.process.poll() is None
            if alive and tree_megabytes(worker.process.pid) <= most_megabytes:
                return worker
            self._end(worker)
        return self._fresh()

    def _fresh(self) -> _Worker:
        assert len(self._workers) < self._slots, "more jobs than slots"
        worker = _Worker(process=self._spawn())
        self._workers.append(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _spawn(self) -> subprocess.Popen[bytes]:
        threads = str(self._threads)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "headstart.experiment.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={
                **own_environment(),
                "OMP_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
                "MKL_NUM_THREADS": threads,
                "PYTHONHASHSEED": "0",
                "HF_HUB_OFFLINE": "1",
            },
        )

    def _listen(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        with worker.process.stdout as lines:
            for line in lines:
                try:
                    message = json.loads(line)
                except ValueError:
                    continue  # a killed worker's last line is torn
                if isinstance(message, dict) and "ticket" in message:
                    self._messages.put((worker, message))
        self._messages.put((worker, None))

    def _send(self, worker: _Worker, message: Mapping[str, Any]) -> None:
        assert worker.process.stdin is not None
        try:
            worker.process.stdin.write(json.dumps(message).encode() + b"\n")
            worker.process.stdin.flush()
        except BrokenPipeError:
            self._messages.put((worker, None))

    def _heard(
        self, worker: _Worker, message: Mapping[str, Any] | None
    ) -> tuple[int, Mapping[str, Any]] | None:
        """A message, or None when the worker closed its pipe: it is dying."""
        if worker not in self._workers:
            return None  # it was ended by us, and everything is said
        if message is None:
            return self._died(worker)
        if message["ticket"] != worker.ticket:
            return None
        if message["type"] == "began":
            worker.ends_at = min(worker.ends_at, time.monotonic() + worker.seconds)
            return None
        if message["type"] == "progress":
            self._watch(message["ticket"], message)
            return None
        self._weigh(worker)
        ticket, worker.ticket, worker.is_used = worker.ticket, None, True
        assert ticket is not None
        if message["status"] == "failed":
            self._end(worker)  # what it has left behind must not harm the next one
        return ticket, {**message, "peak_mb": worker.peak_megabytes}

    def _died(self, worker: _Worker) -> tuple[int, Mapping[str, Any]] | None:
        """Nobody knows whose fault it is in a worker that did other jobs before."""
        code, ticket = _exit_code(worker.process), worker.ticket
        if ticket is None or not worker.is_used:
            return self._lost(worker, "crashed", f"its process ended by itself ({_how(code)})")
        self._end(worker)
        self._give(self._fresh(), ticket, worker.job, worker.ends_at)
        return None

    def _watch_over(self) -> tuple[int, Mapping[str, Any]] | None:
        now = time.monotonic()
        for worker in [each for each in self._workers if each.ticket is not None]:
            if now - worker.weighed_at > _SECONDS_BETWEEN_WEIGHINGS:
                self._weigh(worker)
            if self._is_gone(worker, now):
                return self._died(worker)
            if excess := _excess(worker, now):
                return self._lost(worker, *excess)
        return None

    def _is_gone(self, worker: _Worker, now: float) -> bool:
        """Whether it has ended and its pipe stays open, because children of its own hold it."""
        if worker.process.poll() is None:
            return False
        worker.gone_at = min(worker.gone_at, now)
        return now - worker.gone_at > _SECONDS_TO_HEAR_THE_LAST

    def _weigh(self, worker: _Worker) -> None:
        worker.weighed_at = time.monotonic()
        weight = tree_megabytes(worker.process.pid)
        worker.peak_megabytes = max(worker.peak_megabytes, weight)

    def _lost(
        self, worker: _Worker, cause: str, because: str
    ) -> tuple[int, Mapping[str, Any]] | None:
        ticket, peak = worker.ticket, worker.peak_megabytes
        self._end(worker)
        if ticket is None:
            return None
        return ticket, {"status": "failed", "cause": cause, "because": because, "peak_mb": peak}

    def _end(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        kill_tree(worker.process.pid)
        worker.process.wait()
        worker.ticket = None
        if worker.process.stdin is not None:
            try:
                worker.process.stdin.close()
            except BrokenPipeError:
                return


def _excess(worker: _Worker, now: float) -> tuple[str, str] | None:
    """The limit that a worker has passed: cause and sentence."""
    if now > worker.ends_at:
        return "timeout", "it did not stop when its time was over"
    if worker.peak_megabytes > worker.most_megabytes:
        weight = f"{worker.peak_megabytes:,.0f} MB of {worker.most_megabytes:,.0f} MB"
        return "memory", f"it used {weight} allowed"
    if _megabytes_of_log(worker.job) > _MOST_LOG_MEGABYTES:
        return "error", f"it printed more than {_MOST_LOG_MEGABYTES} MB"
    return None


def _megabytes_of_log(job: Mapping[str, Any]) -> float:
    log = job.get("log")
    return os.stat(log).st_size / 1e6 if log and os.path.exists(log) else 0.0


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return 0


def _how(code: int) -> str:
    return f"signal {-code}: {signal.strsignal(-code)}" if code < 0 else f"exit code {code}"
