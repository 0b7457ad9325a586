"""A run is looked at again: its page is there, or is made of what the run kept."""

import json
import random

import pytest

from headstart.errors import AskError
from headstart.intake.sources import IN_MEMORY
from headstart.verbs.revisiting import replay, report


@pytest.fixture(scope="module")
def run(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("revisited")
    chance = random.Random(0)
    numbers = [(chance.gauss(0, 1), chance.gauss(0, 1)) for _ in range(520)]
    rows = [f"{a:.3f},{b:.3f},{'yes' if a + b > 0 else 'no'}" for a, b in numbers]
    (folder / "rows.csv").write_text("\n".join(["a,b,y", *rows]))
    families = ("linear", "random_forest")
    return fitted(folder / "rows.csv", folder / "run", target="y", families=families)


def test_the_verdict_keeps_the_curve_of_each_start_and_of_the_best_floor(run):
    kept = json.loads((run.folder / "verdict.json").read_text())["verdict"]

    forest, floor = kept["curves"]
    assert (forest["start"], floor["floor"]) == ("Scratch", kept["floor"]["family"])
    assert len(forest["points"]) >= 2
    assert {point["candidate"] for point in forest["points"]}
    assert all(point["interval"] is not None for point in forest["points"])
    assert [each["between"] for each in kept["floor_crossovers"]] == [["linear", "Scratch"]]


@pytest.fixture
def page(run):
    """The run's page as `fit` wrote it; afterwards it is there again."""
    text = run.report.read_text()
    yield text
    run.report.write_text(text)


def test_a_page_that_is_gone_is_made_again_from_the_verdict(run, page):
    run.report.unlink()

    again = report(run.folder).read_text()

    picture = page[page.index("Which start, for how many") :].partition("</figure>")[0]
    assert picture in again
    assert "Too early for a verdict" not in again
    assert f"{run.findings.rows.test} locked rows" in again


def test_a_torn_run_draws_what_its_trials_tell(run, page, tmp_path):
    run.report.unlink()
    (run.folder / "verdict.json").rename(tmp_path / "verdict.json")

    text = report(run.folder).read_text()

    (tmp_path / "verdict.json").rename(run.folder / "verdict.json")
    assert "Too early for a verdict" in text
    assert "Which start, for how many labels" in text


def test_a_replay_of_rows_that_were_in_memory_is_refused_in_words(run, tmp_path):
    (tmp_path / "run").mkdir()
    question = (run.folder / "run.toml").read_text()
    source = f'source = "{run.folder.with_name("rows.csv")}"'
    assert source in question
    (tmp_path / "run" / "run.toml").write_text(question.replace(source, f'source = "{IN_MEMORY}"'))

    with pytest.raises(AskError, match="learned from a frame in memory"):
        replay(tmp_path / "run")
