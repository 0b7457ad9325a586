import csv

import numpy as np


def test_planted_wrong_labels_are_named_and_nothing_changes(headstart, tmp_path):
    random = np.random.default_rng(0)
    kinds = random.integers(0, 2, 400)
    wrong = {int(row) for row in random.permutation(400)[:24]}
    with open(tmp_path / "cells.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["size", "shade", "kind"])
        for row, kind in enumerate(kinds):
            said = 1 - kind if row in wrong else kind
            size, shade = random.normal(5 * kind, 1.0, 2)
            writer.writerow([f"{size:.4f}", f"{shade:.4f}", ["benign", "malign"][said]])
    headstart(
        "fit", "cells.csv", "--target", "kind", "--steps", 2000, "--out", "run",
        "--families", "linear,random_forest",
    )  # fmt: skip
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "run").rglob("*"))

    said = headstart("adjust", "run", "--json")

    assert said.code == 0, said.err
    named = {each["row"] for each in said.document["suspects"]}
    assert len(named & wrong) >= 18
    assert len(named - wrong) <= 6
    assert "label_noise" in [each["kind"] for each in said.document["findings"]]
    assert sorted((p, p.stat().st_mtime_ns) for p in (tmp_path / "run").rglob("*")) == before

    shown = headstart("adjust", "run")

    assert "Labels to look at" in shown.out
    assert "What to do next" in shown.out


def test_what_is_no_run_is_refused_in_words(headstart, tmp_path):
    (tmp_path / "empty").mkdir()

    said = headstart("adjust", "empty")

    assert said.code == 2
    assert "Traceback" not in said.err
