"""A run that is killed, or asked to stop, goes on and comes to the very same answer."""

import json
import os
import signal

import ordeal
import pytest
import small_tables
from ordeal import Ordeal

pytestmark = pytest.mark.xdist_group("killed")  # what they share is made once


def asking(folder):
    table = small_tables.heights(folder / "heights.csv", rows=150)
    words = ("fit", table, "--target", "height", "--families", "lightgbm", "--steps", 400)
    return Ordeal(folder=folder, words=(*words, "--seed", 3, "--json"))


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    asked = asking(tmp_path_factory.mktemp("calm"))
    assert asked.finish(120) == 0, asked.erred
    return asked


def test_a_kill_loses_no_trial_and_changes_no_answer(calm, tmp_path, headstart):
    asked = asking(tmp_path)
    ordeal.until_new_lines(asked.run, 30, asked.start())
    asked.kill()
    lines = ordeal.lines(asked.run)

    assert asked.outlived() < 5
    assert headstart("predict", "run", "heights.csv", "--out", "answers.csv").code == 0
    assert len((tmp_path / "answers.csv").read_text().splitlines()) == 151

    assert asked.finish(120) == 0, asked.erred
    assert ordeal.lines(asked.run).startswith(lines)
    check_the_same(asked, calm)


def test_after_ctrl_c_there_is_a_model_and_the_run_goes_on_later(calm, tmp_path):
    asked = asking(tmp_path)
    ordeal.until_new_lines(asked.run, 30, asked.start())
    os.killpg(asked.process.pid, signal.SIGINT)

    assert asked.process.wait(60) == 0, asked.erred
    assert asked.erred == ""
    assert json.loads(asked.said)["verdict"]["winner"]
    assert (asked.run / "model" / "headstart.json").is_file()

    assert asked.finish(120) == 0, asked.erred
    check_the_same(asked, calm)


def check_the_same(asked, calm):
    assert ordeal.leaderboard(asked.run) == ordeal.leaderboard(calm.run)
    assert ordeal.answer(asked.run) == ordeal.answer(calm.run)
    assert ordeal.leftovers(asked.run) == []
