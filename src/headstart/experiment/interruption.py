"""Ctrl-C asks a run to stop with the best model so far; a second one ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop(*, already: bool = False) -> Iterator[Callable[[], bool]]:
    """A question that becomes true after Ctrl-C or a polite request to terminate.

    The second request raises KeyboardInterrupt where it finds the program; with `already`, the
    first one was made before. Outside of the main thread signals are somebody else's business: the
    answer stays no.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked = threading.Event()
    if already:
        asked.set()

    def remember(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    earlier = {number: signal.signal(number, remember) for number in numbers}
    try:
        yield asked.is_set
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
