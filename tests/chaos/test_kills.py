"""SIGKILL at random moments: nothing that was finished is lost, and the answer stays the same.

A run is killed and started again until it ends by itself; then the next one begins, until
HEADSTART_CHAOS_KILLS kills (60) have been made. Half of the moments are drawn from the clock; a
quarter follow a line of the journal within 5 ms; a quarter follow the writing of a named file.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import ordeal
import pytest
import small_tables
from ordeal import Ordeal

from headstart import delivery

KILLS = int(os.environ.get("HEADSTART_CHAOS_KILLS", "60"))
SEED = int(os.environ.get("HEADSTART_CHAOS_SEED", "0"))
QUICK_SECONDS = 0.005
SECONDS = 15
WRITTEN = (
    ".run.toml.*.part",
    "run.toml",
    "cache/rows/open.arrow",
    "cache/rows/*.npy",
    "trials/.*.part",
    "trials/*",
    ".model.*.part",
    "model",
    "model/README.md",
    "verdict.json",
    "report.html",
)
TREES = ("--families", "random_forest,lightgbm")
QUESTIONS = {
    "choices": ("--target", "answer", *TREES, "--steps", 1000),
    "heights": ("--target", "height", *TREES, "--steps", 1500),
    "corridor:7": ("--steps", 40),
}


@dataclass
class Tally:
    """What happened in all of the runs."""

    kills: int = 0
    runs: int = 0
    during: Counter = field(default_factory=Counter)
    after: Counter = field(default_factory=Counter)
    predicted: int = 0
    longest_survival: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills over {self.runs} runs; killed during {dict(self.during)}, after "
            f"{dict(self.after)}; {self.predicted} predictions by killed runs; "
            f"no process outlived a kill by more than {self.longest_survival:.2f} s"
        )


def asking(folder, name):
    words = ("fit", source(folder, name), *QUESTIONS[name], "--seed", 3, "--json")
    return Ordeal(folder=folder, words=words)


def source(folder, name):
    """The world, or the table's file, which is written if it is not there."""
    if name.startswith("corridor"):
        return name
    path = folder / f"{name}.csv"
    return path if path.exists() else getattr(small_tables, name)(path)


def predict(asked, name):
    """Exit code and answers of `headstart predict` for the rows that were learned from."""
    words = ("predict", asked.run, source(asked.folder, name))
    told = Ordeal(folder=asked.folder / "asked", words=words, out="answers.csv")
    return told.finish(), told.folder / "answers.csv", told.erred


@pytest.fixture(scope="module", params=sorted(QUESTIONS))
def calm(request, tmp_path_factory):
    """The question's name, an uninterrupted run of it, and how many seconds that took."""
    asked = asking(tmp_path_factory.mktemp("calm"), request.param)
    begin = time.monotonic()
    assert asked.finish() == 0, asked.erred
    return request.param, asked, time.monotonic() - begin


@pytest.mark.timeout(7200)
def test_kills_at_any_moment_change_nothing(calm, tmp_path):
    name, reference, length = calm
    tally, generator = Tally(), np.random.default_rng([SEED, len(name)])

    while tally.kills < round(KILLS / len(QUESTIONS)):
        asked = asking(tmp_path / str(tally.runs), name)
        endure(asked, name, length, generator, tally)
        tally.runs += 1

        assert ordeal.leaderboard(asked.run) == ordeal.leaderboard(reference.run)
        assert ordeal.answer(asked.run) == ordeal.answer(reference.run)
        assert ordeal.leftovers(asked.run) == []
        assert predict(asked, name)[1].read_bytes() == predict(reference, name)[1].read_bytes()

    print(f"\n{name}: {tally}")


@pytest.mark.timeout(7200)
def test_kills_against_the_clock_lose_no_trial(tmp_path):
    """Two trials run side by side here; what is still to come depends on the clock."""
    tally, generator = Tally(), np.random.default_rng([SEED, 1])
    words = ("fit", source(tmp_path, "heights"), "--target", "height", *TREES, "--json")
    asked = Ordeal(folder=tmp_path, words=(*words, "--minutes", SECONDS / 60))
    most = max(2, KILLS // 10)

    endure(asked, "heights", SECONDS, generator, tally, most)

    assert ordeal.answer(asked.run)["verdict"]["winner"]
    assert ordeal.leftovers(asked.run) == []
    assert predict(asked, "heights")[0] == 0
    print(f"\nagainst the clock: {tally}")


def endure(asked, name, length, generator, tally, most=KILLS):
    """Kill a run again and again until it ends by itself; look at what is left each time."""
    lines, folders = b"", {}
    while True:
        process = asked.start()
        moment = "never" if tally.kills >= most else wait_for_a_moment(asked, length, generator)
        if moment == "never" or process.poll() is not None:
            assert process.wait(600) == 0, asked.erred
            return
        asked.kill()
        tally.kills += 1
        tally.after[moment] += 1
        tally.during[phase(asked.run)] += 1
        tally.longest_survival = max(tally.longest_survival, asked.outlived())
        lines, folders = check_what_is_left(asked, lines, folders)
        tally.predicted += check_that_it_predicts(asked, name)


def wait_for_a_moment(asked, length, generator):
    """Wait as the generator says; the kind of moment."""
    kind = str(generator.choice(["clock", "line", "file"], p=[0.5, 0.25, 0.25]))
    if kind == "clock":
        time.sleep(generator.uniform(0, length))
    elif kind == "line":
        ordeal.until_new_lines(asked.run, int(generator.integers(1, 60)), asked.process)
    else:
        ordeal.until_written(asked.run, str(generator.choice(WRITTEN)), asked.process)
    if kind != "clock":
        time.sleep(generator.uniform(0, QUICK_SECONDS))
    return kind


def phase(run):
    """How far a run had come, by the last line of its journal."""
    if not ordeal.lines(run):
        return "opening"
    last = ordeal.every_entry(run)[-1]
    if last["type"] in ("looked", "verdict"):
        return {"looked": "locked score", "verdict": "report"}[last["type"]]
    if last.get("draw") is None:
        return "refit" if last.get("rows") else "opening"
    return "race" if last["draw"] == 0 else "draws"


def check_what_is_left(asked, lines, folders):
    """The journal only grew, finished trials are as they were, what opens is whole."""
    now = ordeal.lines(asked.run)
    assert now.startswith(lines), "a complete line was lost or changed"
    keys = [(t["candidate"], t["rows"], t["draw"]) for t in ordeal.trials(asked.run)]
    assert len(keys) == len(set(keys)), "a trial was done twice"
    after = ordeal.folders_of_trials(asked.run)
    assert folders == {each: after[each] for each in folders}, "a finished trial was changed"
    if (asked.run / "model").exists():
        delivery.load(asked.run / "model")
    return now, after


def check_that_it_predicts(asked, name):
    """From the first scored floors on, a killed run answers; before that it says why not."""
    scored = {trial["family"] for trial in ordeal.trials(asked.run) if trial["score"] is not None}
    code, answers, erred = predict(asked, name)
    if not scored & {"linear", "random_policy"}:
        assert (code, "Traceback" in erred) == (2, False) or scored == {"majority"}
        return False
    assert code == 0, erred
    assert len(answers.read_text().splitlines()) > 20
    answers.unlink()
    return True
