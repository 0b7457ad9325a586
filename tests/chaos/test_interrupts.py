"""Ctrl-C at random moments: once means the best model so far, twice means at once."""

import json
import os
import signal
import time

import numpy as np
import ordeal
import pytest
import small_tables
from ordeal import Ordeal

from headstart import delivery

SEED = int(os.environ.get("HEADSTART_CHAOS_SEED", "0"))
MOMENTS = int(os.environ.get("HEADSTART_CHAOS_INTERRUPTS", "10"))
SECONDS_TO_END = 5.0
SECONDS_TO_END_AT_ONCE = 1.0


def asking(folder, *words):
    table = small_tables.heights(folder / "heights.csv")
    words = ("fit", table, "--target", "height", "--families", "random_forest,lightgbm", *words)
    return Ordeal(folder=folder, words=(*words, "--seed", 3, "--json"))


def asking_in_steps(folder):
    return asking(folder, "--steps", 1500)


def press(asked, times=1):
    """Ctrl-C at this very moment, as a terminal sends it to the foreground group, and the end."""
    for _ in range(times):
        os.killpg(asked.process.pid, signal.SIGINT)
        time.sleep(0.05)
    asked.process.wait(120)


def seconds_to_end(asked, times=1):
    """Ctrl-C, and the seconds until the end as they would be if nothing else was at work."""
    before, begin = ordeal.slowness(), time.monotonic()
    with ordeal.Stillness() as still:
        press(asked, times)
        seconds = time.monotonic() - begin
    return (seconds - still.seconds) / max(before, ordeal.slowness())


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    asked = asking_in_steps(tmp_path_factory.mktemp("calm"))
    assert asked.finish() == 0, asked.erred
    return asked


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(MOMENTS))
def test_one_gives_the_best_model_so_far_and_the_run_goes_on_later(calm, tmp_path, number):
    generator = np.random.default_rng([SEED, number])
    asked = asking_in_steps(tmp_path)
    asked.start()
    wait_for_a_trial(asked, int(generator.integers(1, len(ordeal.trials(calm.run)))))
    time.sleep(generator.uniform(0, 0.1))

    seconds = seconds_to_end(asked)
    lines = ordeal.lines(asked.run)

    assert asked.process.returncode == 0, asked.erred
    assert asked.erred == ""
    assert json.loads(asked.said)["verdict"]["winner"]
    assert delivery.load(asked.run / "model").models
    assert asked.outlived() < 1.0
    assert seconds < SECONDS_TO_END
    print(f"\none Ctrl-C after {len(ordeal.trials(asked.run))} trials: ended in {seconds:.1f} s")

    assert asked.finish() == 0, asked.erred
    assert ordeal.lines(asked.run).startswith(lines)
    check_the_same(asked, calm)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(max(2, MOMENTS // 3)))
def test_two_end_at_once_and_lose_nothing(calm, tmp_path, number):
    generator = np.random.default_rng([SEED, 1000 + number])
    asked = asking_in_steps(tmp_path)
    asked.start()
    wait_for_a_trial(asked, int(generator.integers(1, len(ordeal.trials(calm.run)) - 3)))

    seconds = seconds_to_end(asked, times=2)
    lines = ordeal.lines(asked.run)

    assert asked.process.returncode == 130
    assert asked.erred == ""
    assert json.loads(asked.said)["error"]["kind"] == "interrupted"
    assert asked.outlived() < 1.0
    assert seconds < SECONDS_TO_END_AT_ONCE
    print(f"\ntwo Ctrl-C: ended in {seconds:.2f} s")

    assert asked.finish() == 0, asked.erred
    assert ordeal.lines(asked.run).startswith(lines)
    check_the_same(asked, calm)


@pytest.mark.parametrize("moment", ["a child lives", "the question is written"])
def test_before_there_is_anything_it_says_so(tmp_path, moment):
    asked = asking(tmp_path, "--minutes", 1)
    asked.start()
    if moment == "a child lives":
        asked.hold_its_children()
    else:
        ordeal.until_written(asked.run, "run.toml", asked.process)

    press(asked)

    assert asked.process.returncode == 130
    assert "Traceback" not in asked.erred
    assert json.loads(asked.said)["error"]["message"] == "interrupted before there was a result."
    assert asked.outlived() < 1.0


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["verdict.json", "model/README.md"])
def test_while_the_page_is_written_it_changes_nothing(calm, tmp_path, name):
    asked = asking_in_steps(tmp_path)
    asked.start()
    ordeal.until_written(asked.run, name, asked.process)

    press(asked)

    assert asked.process.returncode == 0, asked.erred
    assert (asked.run / "report.html").is_file()
    check_the_same(asked, calm)


def test_a_polite_request_to_terminate_is_a_ctrl_c(tmp_path):
    asked = asking(tmp_path, "--minutes", 2)
    asked.start()
    wait_for_a_trial(asked, 3)

    asked.process.terminate()

    assert asked.process.wait(120) == 0, asked.erred
    assert json.loads(asked.said)["verdict"]["winner"]
    assert asked.outlived() < 1.0


def wait_for_a_trial(asked, count):
    """Return when so many trials have ended."""
    while asked.process.poll() is None and len(ordeal.trials(asked.run)) < count:
        time.sleep(0.005)


def check_the_same(asked, calm):
    assert ordeal.leaderboard(asked.run) == ordeal.leaderboard(calm.run)
    assert ordeal.answer(asked.run) == ordeal.answer(calm.run)
    assert ordeal.leftovers(asked.run) == []
