"""Rules for every test: no network, and nobody seeds the generators that everyone shares.

And a finished run for the tests that only look at one.
"""

import os
import random
import socket
import sys
import time
from pathlib import Path

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores: threads that wait for each other take them from the tests beside.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

_OURS = (str(Path(__file__).parents[1] / "src"), str(Path(__file__).parent))
_connect = socket.socket.connect


def _connect_nearby(self, address):
    """Connect within this machine only; a test that needs the world is marked `network`."""
    is_near = self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1", "localhost")
    if not is_near:
        raise PermissionError(f"a test tried to reach {address}; mark it `network` if it must")
    return _connect(self, address)


def _refuse_ours(seed):
    """Pass calls of libraries on; refuse the ones that stand in this repository."""

    def guarded(*arguments, **options):
        caller = sys._getframe(1).f_code.co_filename
        if caller.startswith(_OURS):
            raise AssertionError(f"{caller} seeds a global generator; make one of your own")
        return seed(*arguments, **options)

    return guarded


@pytest.fixture(autouse=True)
def _closed_house(monkeypatch, request):
    if request.node.get_closest_marker("network") is None:
        monkeypatch.setattr(socket.socket, "connect", _connect_nearby)
    monkeypatch.setattr(random, "seed", _refuse_ours(random.seed))
    if "numpy" in sys.modules:
        legacy = sys.modules["numpy"].random
        monkeypatch.setattr(legacy, "seed", _refuse_ours(legacy.seed))


@pytest.fixture(scope="session")
def fitted():
    """Fit a source in steps, in this process and not in one for each trial; the finished run."""
    from headstart.experiment.engines.inprocess import InProcessEngine
    from headstart.records import Budget
    from headstart.verbs import closing
    from headstart.verbs.fitting import answer
    from headstart.verbs.request import Request

    def fit(source, out, *, steps=60, families=("linear",), **rest):
        own = {name: rest.pop(name) for name in ("test", "starts") if name in rest}
        weights = tuple(str(name) for name in rest.pop("weights", ()))
        request = Request(
            source=source,
            question=rest,
            budget=Budget(steps=steps),
            began=time.monotonic(),
            families=tuple(families),
            weights=weights,
            single=True,
            out=out,
            **own,
        )
        return closing.close(answer(request, InProcessEngine(), closing.silent()))

    return fit
