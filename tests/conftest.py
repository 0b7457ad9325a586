"""Rules for every test: no network, and nobody seeds the generators that everyone shares."""

import random
import socket
import sys
from pathlib import Path

import pytest

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
