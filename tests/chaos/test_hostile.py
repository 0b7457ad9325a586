"""Families that misbehave in every way we know of, beside two good ones, against the clock."""

import json
import os
import re
import time
from pathlib import Path

import ordeal
import pytest
import small_tables
from ordeal import Ordeal

from benchmarks import hostile

SECONDS = 120
STILL = 3.0  # seconds of them that a run can miss, and yet try everyone
GOOD = ("random_forest", "lightgbm")
SENTENCE = re.compile(r"[^\n]{10,500}")
NO_MORE_MEGABYTES = 1500


def asking(folder: Path, names: tuple[str, ...], *words: object) -> Ordeal:
    table = small_tables.heights(folder / "heights.csv")
    path = os.pathsep.join([hostile.on_path(folder / "hostile"), os.environ.get("PYTHONPATH", "")])
    return Ordeal(
        folder=folder,
        words=("fit", table, "--target", "height", "--families", ",".join(names), "--json", *words),
        environment={"PYTHONPATH": path},
        megabytes=NO_MORE_MEGABYTES,
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_one_of_them_is_a_row_and_the_good_ones_are_ranked(tmp_path, seed):
    names = (*hostile.CAUSES, *GOOD)
    asked = asking(tmp_path, names, "--minutes", SECONDS / 60, "--seed", seed)

    slow, begin = ordeal.slowness(), time.monotonic()
    with ordeal.Stillness() as still:
        code = asked.finish()
    over = time.monotonic() - begin - SECONDS
    slow = max(slow, ordeal.slowness())

    assert code == 0, asked.erred
    if still.seconds > STILL:
        pytest.skip(f"the machine stood still for {still.seconds:.0f} of {SECONDS} seconds")
    assert over <= slow * max(3.0, 0.03 * SECONDS)
    print(f"\n{over:+.1f} s over {SECONDS} s, on a machine slowed {slow:.1f} times")
    assert asked.outlived() < 1.0
    check_rows(ordeal.trials(asked.run))
    assert check_verdict(json.loads(asked.said))["winner"]["family"] in (*GOOD, "blend")
    assert ordeal.leftovers(asked.run) == []
    assert "Traceback" not in asked.erred


@pytest.mark.timeout(600)
def test_floors_alone_are_left_when_everything_else_fails(tmp_path):
    names = [name for name, cause in hostile.CAUSES.items() if cause != "timeout"]
    asked = asking(tmp_path, tuple(names), "--steps", 100)

    assert asked.finish() == 0, asked.erred
    verdict = check_verdict(json.loads(asked.said))
    assert verdict["winner"]["family"] == verdict["floor"]["family"] == "linear"
    assert len(failures(ordeal.trials(asked.run))) == len(names)


def failures(trials: list[dict]) -> dict[str, dict]:
    return {trial["family"]: trial for trial in trials if trial["status"] == "failed"}


def check_rows(trials: list[dict]) -> None:
    """One failed row for each family that misbehaves, with its cause and one sentence."""
    failed = {name: trial for name, trial in failures(trials).items() if name in hostile.CAUSES}
    assert {name: trial["cause"] for name, trial in failed.items()} == dict(hostile.CAUSES)
    assert all(SENTENCE.fullmatch(trial["because"]) for trial in failed.values())
    finished = {trial["family"] for trial in trials if trial["status"] == "finished"}
    assert finished >= {"majority", "linear", *GOOD}


def check_verdict(told: dict) -> dict:
    families = {trial["family"] for trial in told["trials"] if trial["score"] is not None}
    assert not families & set(hostile.CAUSES)
    return told["verdict"]
