"""What runs inside a disposable child: one function of ours, JSON in and JSON out.

The parent writes one line of JSON to standard input and keeps it open; the answer goes to a pipe of
its own, so that whatever a library prints cannot spoil it. When standard input closes, the parent
is gone, and so is the child.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from headstart.errors import HeadstartError

# Virtual memory is a poor measure of use, so the hard limit is only a backstop for allocations
# that outrun the parent's watch.
_BACKSTOP_FACTOR, _BACKSTOP_BYTES = 4, 8 << 30


def main(answer_pipe: int) -> None:
    """Do the one job that standard input names, answer, and end."""
    os.set_inheritable(answer_pipe, False)
    job = json.loads(sys.stdin.buffer.readline())
    _limit(job["megabytes"], job["seconds"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        answer = {"value": _call(job["call"], job["arguments"])}
    except HeadstartError as error:
        answer = {
            "error": {"kind": error.kind, "message": error.message, "hint": error.hint},
        }
    with open(answer_pipe, "w", encoding="utf-8") as pipe:
        json.dump(answer, pipe)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a library's clean-up may hang or crash; the answer is already out


def _call(name: str, arguments: dict[str, Any]) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)(**arguments)


def _limit(megabytes: float, seconds: float) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_AS, int(megabytes * 1e6) * _BACKSTOP_FACTOR + _BACKSTOP_BYTES)
    _lower(resource.RLIMIT_CPU, int(seconds + 10) * (os.cpu_count() or 1))
    score = Path("/proc/self/oom_score_adj")
    if score.exists():  # the kernel, if it must choose, ends the child and not the parent
        score.write_text("1000")


def _lower(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(kind, (limit, hard))


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)
