"""Workers that misbehave, as real processes: a module does it when it is imported."""

import time
from contextlib import closing

import psutil
import pytest

from headstart.experiment.engines.local import LocalEngine

MODULES = {
    "fine": "",
    "slow": "import time; time.sleep(1.5)",
    "raises": "raise ArithmeticError('cannot count')",
    "exits": "import sys; sys.exit('enough')",
    "ends": "import os; os._exit(3)",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "hangs": "import itertools; any(itertools.repeat(False))",
    "grows": "taken = []\nwhile True: taken.append(b'x' * (8 << 20))",
    "prints": "while True: print('x' * 1000)",
    "forks": "import os, time\nif os.fork() == 0: time.sleep(600)\nos._exit(4)",
    "dies_later": (
        "import os, threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.4), os._exit(5)), daemon=True).start()"
    ),
}


@pytest.fixture
def do(tmp_path, monkeypatch):
    """Import a module in a worker of one engine, and return the job's result."""
    for name, code in MODULES.items():
        (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    engine = LocalEngine()

    def submit(name, **limits):
        log = str(tmp_path / f"{name}.log")
        ticket = engine.submit({"op": "warm", "modules": [name], "log": log, **limits})
        ended = engine.wait(60)
        assert ended is not None
        assert ended[0] == ticket
        return ended[1]

    with closing(engine):
        yield submit


@pytest.mark.parametrize(
    ("module", "limits", "cause", "sentence"),
    [
        ("raises", {}, "error", "ArithmeticError: cannot count"),
        ("exits", {}, "error", "SystemExit: enough"),
        ("ends", {}, "crashed", "exit code 3"),
        ("crashes", {}, "crashed", "signal 11: Segmentation fault"),
        ("forks", {}, "crashed", "exit code 4"),
        ("hangs", {"kill_after": 0.5}, "timeout", "did not stop when its time was over"),
        ("grows", {"most_megabytes": 300}, "memory", "of 300 MB allowed"),
        ("prints", {}, "error", "it printed more than 16 MB"),
    ],
)
def test_a_job_that_fails_says_why_and_the_next_one_is_done(do, module, limits, cause, sentence):
    failed = do(module, **limits)
    after = do("fine")

    assert (failed["status"], failed["cause"]) == ("failed", cause)
    assert sentence in failed["because"]
    assert after["status"] == "finished"


def test_a_worker_that_an_earlier_job_has_harmed_costs_the_next_one_nothing(do):
    assert do("dies_later")["status"] == "finished"

    assert do("slow")["status"] == "finished"


def test_a_job_that_ends_a_used_worker_is_blamed_in_a_fresh_one(do):
    assert do("fine")["status"] == "finished"

    failed = do("ends")

    assert (failed["status"], failed["cause"]) == ("failed", "crashed")


def test_a_job_that_must_be_over_soon_is_ended_even_while_its_worker_starts(do):
    begin = time.monotonic()

    failed = do("slow", no_later_than=0.3)

    assert failed["cause"] == "timeout"
    assert time.monotonic() - begin < 5


def test_closing_leaves_no_process(tmp_path, monkeypatch):
    (tmp_path / "hangs.py").write_text(MODULES["hangs"])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    engine = LocalEngine()
    engine.submit({"op": "warm", "modules": ["hangs"]})
    workers = psutil.Process().children(recursive=True)

    engine.close()

    assert workers
    assert not [worker for worker in workers if worker.is_running()]
