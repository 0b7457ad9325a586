"""Trials in warm child processes on this machine.

A worker is reused while it is healthy. One that overruns its time or memory is killed with all its
children, and the next job gets a fresh one; the parent survives whatever happens in them.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from headstart.processes.libraries import OURS
from headstart.processes.watch import kill_tree, tree_megabytes

_TICK_SECONDS = 0.05
_SECONDS_BETWEEN_WEIGHINGS = 0.1

Watch = Callable[[int, Mapping[str, Any]], None]


@dataclass(slots=True, eq=False)
class _Worker:
    """A live child; `ticket` is the job that it does now."""

    process: subprocess.Popen[bytes]
    ticket: int | None = None
    ends_at: float = float("inf")
    seconds: float = float("inf")
    most_megabytes: float = float("inf")
    peak_megabytes: float = 0.0
    weighed_at: float = 0.0


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
        worker = self._idle()
        worker.ticket = next(self._tickets)
        worker.seconds = job.get("kill_after", float("inf"))
        worker.ends_at = time.monotonic() + job.get("no_later_than", float("inf"))
        worker.most_megabytes = job.get("most_megabytes", float("inf"))
        worker.peak_megabytes = 0.0
        self._send(worker, {**job, "ticket": worker.ticket})
        return worker.ticket

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

    def _idle(self) -> _Worker:
        for worker in self._workers:
            if worker.ticket is None and worker.process.poll() is None:
                return worker
        self._workers = [worker for worker in self._workers if worker.process.poll() is None]
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
                **os.environ,
                OURS: "1",
                "OMP_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
                "MKL_NUM_THREADS": threads,
                "PYTHONHASHSEED": "0",
                "HF_HUB_OFFLINE": "1",
            },
        )

    def _listen(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        for line in worker.process.stdout:
            try:
                self._messages.put((worker, json.loads(line)))
            except ValueError:
                continue  # a killed worker's last line is torn
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
        if message is None:
            code = _exit_code(worker.process)
            return self._lost(worker, "crashed", f"its process ended by itself ({_how(code)})")
        if message["ticket"] != worker.ticket:
            return None
        if message["type"] == "began":
            worker.ends_at = min(worker.ends_at, time.monotonic() + worker.seconds)
            return None
        if message["type"] == "progress":
            self._watch(message["ticket"], message)
            return None
        self._weigh(worker)
        ticket, worker.ticket = worker.ticket, None
        assert ticket is not None
        return ticket, {**message, "peak_mb": worker.peak_megabytes}

    def _watch_over(self) -> tuple[int, Mapping[str, Any]] | None:
        for worker in self._workers:
            if worker.ticket is None:
                continue
            now = time.monotonic()
            if now > worker.ends_at:
                return self._lost(worker, "timeout", "it did not stop when its time was over")
            if now - worker.weighed_at > _SECONDS_BETWEEN_WEIGHINGS:
                self._weigh(worker)
            if worker.peak_megabytes > worker.most_megabytes:
                weight = f"{worker.peak_megabytes:,.0f} MB of {worker.most_megabytes:,.0f} MB"
                return self._lost(worker, "memory", f"it used {weight} allowed")
        return None

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


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return 0


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
