"""Questions that can hardly be judged: each is answered, or refused in words."""

import math

import numpy as np
import pytest


def written(folder, rows, *, name="rows.csv"):
    """A table of `x`, a column `g` and an answer `y`: one (g, y) for each row, x at random."""
    generator = np.random.default_rng(0)
    lines = [f"{generator.normal():.4f},{g},{y}" for g, y in rows]
    (folder / name).write_text("\n".join(["x,g,y", *lines]) + "\n")
    return name


def halves(rows):
    return [(f"g{i}", "yes" if i % 2 else "no") for i in range(rows)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--metric", "rmse"], "the metric `rmse` does not fit a task of kind classification"),
        (["--metric", "acuracy"], "Did you mean `accuracy`?"),
        (["--task", "regression"], "`y`"),
        (["--split", "grouped:nobody"], "`nobody`"),
        (["--split", "by_moon"], "there is no split `by_moon`"),
        (["--minutes", "0"], "`0` is not a number above 0"),
        (["--worth", "-1"], "`-1` is not a number of 0 or more"),
        (["--metric", "roc_auc", "--positive", "maybe"], "`maybe`"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_cannot_be_judged_is_refused_before_anything_is_trained(
    headstart, tmp_path, words, said
):
    refused = headstart("fit", written(tmp_path, halves(60)), "--target", "y", *words)

    assert refused.code == 2, refused.err
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert len(refused.err.splitlines()) <= 8
    assert not [path for path in tmp_path.iterdir() if path.is_dir() and any(path.iterdir())]


RARE = [(f"g{i}", "yes" if i < 3 else "no") for i in range(60)]
ONE_LARGE = [
    ("a" if i < 90 else "b" if i < 110 else "c", "yes" if i % 3 else "no") for i in range(120)
]
EACH_ITS_CLASS = [("a" if i < 40 else "b", "yes" if i < 40 else "no") for i in range(80)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (RARE, ["--metric", "roc_auc", "--positive", "yes"]),
        (RARE, ["--metric", "f1", "--positive", "yes"]),
        (ONE_LARGE, ["--split", "grouped:g", "--metric", "roc_auc"]),
        (halves(12), []),
        ([("a", f"{i}.5") for i in range(12)], ["--metric", "r2"]),
    ],
    ids=["rare_auc", "rare_f1", "groups_auc", "twelve", "twelve_numbers"],
)
def test_what_can_hardly_be_judged_gets_a_result_with_numbers(headstart, tmp_path, rows, words):
    source = written(tmp_path, rows)

    said = headstart(
        "fit", source, "--target", "y", *words, "--steps", 30, "--families", "linear", "--json"
    )

    assert said.code == 0, said.out + said.err
    winner = said.document["verdict"]["winner"]
    assert math.isfinite(winner["score"])
    assert winner["interval"][0] <= winner["score"] <= winner["interval"][1]


def test_two_groups_of_one_class_each_are_answered_or_refused_in_words(headstart, tmp_path):
    source = written(tmp_path, EACH_ITS_CLASS)

    said = headstart(
        "fit", source, "--target", "y", "--split", "grouped:g", "--metric", "roc_auc",
        "--steps", 30, "--families", "linear", "--json",
    )  # fmt: skip

    assert said.code in (2, 3), said.out + said.err
    assert "Traceback" not in said.err
    assert said.document["error"]["hint"]


def test_one_group_alone_cannot_be_divided(headstart, tmp_path):
    source = written(tmp_path, [("a", "yes" if i % 2 else "no") for i in range(60)])

    said = headstart("fit", source, "--target", "y", "--split", "grouped:g", "--steps", 30)

    assert said.code == 2, said.err
    assert "`g`" in said.err


def test_five_seconds_are_a_budget(headstart, tmp_path):
    source = written(tmp_path, halves(200))

    said = headstart("fit", source, "--target", "y", "--minutes", 5 / 60, "--json")

    assert said.code in (0, 3), said.out + said.err
    assert "Traceback" not in said.err
    if said.code == 3:
        assert "the budget ended before the first trial" in said.document["error"]["message"]
