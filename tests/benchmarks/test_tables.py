"""The comparison as a whole, on cells written here: order, failures, hindsight, the page."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.compare import write_comparison
from benchmarks.sets import SETS
from benchmarks.splits import Split
from benchmarks.tables.cell import SYSTEMS, Cell, _ask
from benchmarks.tables.duels import best_member, duels
from benchmarks.tables.kept import read_cells
from benchmarks.tables.run import order


def keep(folder: Path, system: str, right: np.ndarray | None, **members: np.ndarray) -> None:
    """A kept cell of the set `pima`; without `right` it is one that failed."""
    name = folder / f"pima-60s-0-{system}"
    record = {
        "system": system,
        "set": "pima",
        "split": 0,
        "seconds": 60,
        "metric": "accuracy",
        "status": "finished" if right is not None else "failed",
        "cost": {"wall": 60.0, "cpu": 100.0, "peak_mb": 500.0},
        "machine": {"load": 0.1, "cores": 2},
        "members": {member: float(value.mean()) for member, value in members.items()},
    }
    if right is not None:
        answer = {"fit_seconds": 59.0, "versions": {system: "1.0"}, "details": {}}
        record |= {"score": float(right.mean()), "answer": answer}
        columns = {f"{member}.value": value for member, value in members.items()}
        pq.write_table(pa.table({"value": right, **columns}), f"{name}.parquet")
    Path(f"{name}.json").write_text(json.dumps(record))


def shares(right: int, rows: int = 200) -> np.ndarray:
    return (np.arange(rows) < right).astype(float)


def test_the_first_split_of_every_set_comes_before_any_second_split():
    cells = order(["adult", "ames"], 2, ["headstart", "flaml"], 60)

    assert [cell.split for cell in cells] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [cell.set for cell in cells[:4]] == ["adult", "adult", "ames", "ames"]


def test_a_system_that_fails_loses_the_set(tmp_path):
    keep(tmp_path, "headstart", shares(150))
    keep(tmp_path, "flaml", None)

    (duel,) = duels(read_cells(tmp_path), "headstart")

    assert duel.result == "win"
    assert duel.advantage is None


def test_the_best_plain_model_is_chosen_in_hindsight(tmp_path):
    keep(tmp_path, "headstart", shares(150))
    keep(tmp_path, "sklearn", shares(120), linear=shares(120), kernel=shares(180))

    cells = read_cells(tmp_path)
    results = {duel.opponent: duel.result for duel in duels(cells, "headstart")}

    assert best_member(cells, 60, "pima", [0]) == "kernel"
    assert results == {"sklearn": "win", "best plain": "loss"}


def test_the_page_counts_wins_ties_and_losses(tmp_path):
    keep(tmp_path, "headstart", shares(150))
    keep(tmp_path, "autogluon", shares(151))
    keep(tmp_path, "flaml", shares(100))

    page = write_comparison(tmp_path).read_text()

    assert "| autogluon | 0 | 1 | 0 | 1 | 100% |" in page
    assert "| flaml | 1 | 0 | 0 | 1 | 100% |" in page
    assert len(json.loads((tmp_path / "comparison.json").read_text())) == 2


def test_what_is_told_beside_the_comparison_is_not_counted_in_it(tmp_path):
    keep(tmp_path, "headstart", shares(150))
    keep(tmp_path, "autogluon", shares(151))
    keep(tmp_path, "headstart_single", shares(100))

    compared, _, beside = write_comparison(tmp_path).read_text().partition("### Beside it")

    assert "headstart_single" not in compared
    assert "| headstart_single | 1 | 0 | 0 | 1 | 100% |" in beside
    lone = beside.partition("### One model, no blend")[2]
    assert "| autogluon | 0 | 0 | 1 | 1 | 0% |" in lone


def test_only_headstart_gets_the_answers_and_each_system_its_variant(tmp_path):
    files = Split(train=tmp_path / "a", questions=tmp_path / "b", test=tmp_path / "c")

    asks = {
        name: _ask(
            Cell(system=name, set="pima", split=0, seconds=60), SETS["pima"], files, tmp_path, 2
        )
        for name in SYSTEMS
    }

    assert {name for name, ask in asks.items() if ask["test"]} == {"headstart", "headstart_single"}
    assert asks["headstart_single"]["variant"] == "single"
    assert asks["autogluon_best"]["variant"] == "best_quality"
