"""One request to stop is a question, the second one ends the program."""

import os
import signal
import threading

import pytest

from headstart.experiment.interruption import asked_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_only_asks(number):
    with asked_to_stop() as asked:
        before = asked()
        os.kill(os.getpid(), number)
        after = asked()

    assert (before, after) == (False, True)


def signal_ourselves(times: int, *, already: bool) -> None:
    with asked_to_stop(already=already):
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize(("times", "already"), [(2, False), (1, True)])
def test_the_second_request_interrupts(times, already):
    signal_ourselves(times - 1, already=already)

    with pytest.raises(KeyboardInterrupt):
        signal_ourselves(times, already=already)


def test_the_handlers_of_the_program_come_back():
    before = signal.getsignal(signal.SIGINT)

    with asked_to_stop():
        assert signal.getsignal(signal.SIGINT) is not before

    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_leaves_signals_alone():
    before, seen = signal.getsignal(signal.SIGINT), []

    def look() -> None:
        with asked_to_stop() as asked:
            seen.extend([asked(), signal.getsignal(signal.SIGINT) is before])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [False, True]
