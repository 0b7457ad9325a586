"""`predict` reads whatever comes under the model's contract, and says what was unlike it."""

import json

import numpy as np
import pandas as pd
import pytest

from headstart.errors import AskError, DataError
from headstart.verbs.predicting import Predicted, predict, write

pytestmark = pytest.mark.xdist_group("predicting")  # what they share is made once


def visits(rows: int = 120) -> pd.DataFrame:
    generator = np.random.default_rng(5)
    age = generator.integers(20, 80, rows)
    code = generator.choice(["007", "012", "100"], rows)
    return pd.DataFrame(
        {
            "age": age.astype(str),
            "code": code,
            "day": [f"{1 + i % 28:02d}/03/2024" for i in range(rows)],
            "ill": np.where((age > 50) ^ (generator.random(rows) < 0.1), "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def model(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("visits")
    visits().to_csv(folder / "visits.csv", index=False)
    fitted(folder / "visits.csv", folder / "run", target="ill")
    return folder / "run"


@pytest.fixture
def rows(tmp_path, monkeypatch) -> pd.DataFrame:
    monkeypatch.chdir(tmp_path)
    return visits(6)


def answers(model, source) -> pd.DataFrame:
    made = predict(model, source, out="answers.csv")
    assert isinstance(made, Predicted)
    return pd.read_csv("answers.csv", skip_blank_lines=False)


def test_one_strange_cell_costs_a_cell_and_not_the_file(model, rows):
    rows.to_csv("whole.csv", index=False)
    whole = answers(model, "whole.csv")
    rows.loc[2, "age"] = "abc"
    rows.to_csv("new.csv", index=False)

    made = predict(model, "new.csv", out="answers.csv")

    assert made.rows == 6
    assert made.notes == ("1 cell of `age` is no number (`abc`): taken as missing",)
    found = pd.read_csv("answers.csv")
    others = [0, 1, 3, 4, 5]
    pd.testing.assert_frame_equal(found.iloc[others], whole.iloc[others])


def test_every_format_gets_the_same_answers_in_the_same_order(model, rows):
    rows.to_csv("t.csv", index=False)
    rows.to_csv("t.tsv", sep="\t", index=False)
    rows.to_json("t.jsonl", orient="records", lines=True)
    typed = rows.drop(columns="ill").astype({"age": "int32", "code": "int64"})
    typed["day"] = pd.to_datetime(typed["day"], dayfirst=True)
    typed.to_parquet("t.parquet")

    expected = answers(model, "t.csv")

    for name in ("t.tsv", "t.jsonl", "t.parquet"):
        pd.testing.assert_frame_equal(answers(model, name), expected)
    reversed_rows = rows.iloc[::-1]
    reversed_rows.to_csv("r.csv", index=False)
    pd.testing.assert_frame_equal(
        answers(model, "r.csv"), expected.iloc[::-1].reset_index(drop=True)
    )


def test_a_frame_gets_a_frame_and_what_was_unlike_is_a_warning(model, rows):
    frame = rows.assign(age=[1, 2, 3, 4, 5, 6], more=1).drop(columns=["ill", "day"])

    with pytest.warns(UserWarning, match="`day` is absent.*`more` is not used"):
        found = predict(model, frame)

    assert isinstance(found, pd.DataFrame)
    assert len(found) == 6


def test_one_row_is_enough_and_none_is_refused_in_words(model, rows):
    rows.head(1).to_csv("one.csv", index=False)
    rows.head(0).to_csv("header.csv", index=False)
    (empty := rows.head(0)).to_parquet("header.parquet")

    assert len(answers(model, "one.csv")) == 1
    with pytest.raises(DataError, match=r"header\.csv has a header and no rows"):
        predict(model, "header.csv")
    with pytest.raises(DataError, match="has columns and no rows"):
        predict(model, "header.parquet")
    with pytest.raises(DataError, match="the frame has no rows"):
        predict(model, empty)


def test_an_unreadable_row_keeps_its_line_empty(model, rows):
    lines = rows.to_csv(index=False).splitlines()
    with open("t.csv", "w") as file:
        file.write("\n".join([*lines[:3], "1,2", *lines[3:]]) + "\n")

    found = answers(model, "t.csv")

    assert len(found) == 7
    assert found.index[found["prediction"].isna()].tolist() == [2]


def test_an_unknown_category_is_answered_and_named(model, rows):
    rows.assign(code=["new", *rows["code"][1:]]).to_csv("t.csv", index=False)

    found = answers(model, "t.csv")

    assert found["prediction"].isin(["yes", "no"]).all()
    assert found["because"][0] == "`code` is `new`, which training did not have"
    assert found["novelty"][0] > found["novelty"][1:].mean()


def test_a_number_out_of_range_is_named(model, rows):
    rows.assign(age="1000").to_csv("t.csv", index=False)

    found = answers(model, "t.csv")

    assert found["because"].str.startswith("`age` is 1000; in training it was 2").all()
    assert (found["novelty"] == 1).all()


def test_json_lines_of_answers_hold_one_object_a_row(model, rows):
    rows.to_csv("t.csv", index=False)

    predict(model, "t.csv", out="answers.jsonl")

    with open("answers.jsonl") as file:
        found = [json.loads(line) for line in file]
    columns = {"prediction", "p_no", "p_yes", "set", "novelty", "because"}
    assert [set(each) for each in found] == [columns] * 6


def test_answers_go_into_known_formats_and_existing_folders_only(model, rows, tmp_path):
    rows.to_csv("t.csv", index=False)

    with pytest.raises(AskError, match=r"answers cannot be written to `answers\.xlsx`"):
        predict(model, "t.csv", out="answers.xlsx")
    with pytest.raises(AskError, match="there is no folder"):
        predict(model, "t.csv", out="nowhere/answers.csv")


def test_a_label_that_a_spreadsheet_would_run_is_written_as_text(tmp_path):
    import pyarrow as pa

    write(pa.table({"prediction": ["=1+1", "-2", "a"]}), tmp_path / "t.csv")

    assert (tmp_path / "t.csv").read_text().split() == ['"prediction"', '"\'=1+1"', '"-2"', '"a"']


def noisy(rows: int, seed: int = 0) -> pd.DataFrame:
    """Up or down by `x`, less surely near zero; `z` says nothing."""
    generator = np.random.default_rng(seed)
    x, z = generator.normal(size=(2, rows))
    up = generator.random(rows) < 1 / (1 + np.exp(-3 * x))
    return pd.DataFrame({"x": x, "z": z, "y": np.where(up, "up", "down")})


@pytest.fixture(scope="module")
def unsure(fitted, tmp_path_factory):
    """A model of noisy rows."""
    folder = tmp_path_factory.mktemp("noisy")
    noisy(800).to_csv(folder / "t.csv", index=False)
    return fitted(folder / "t.csv", folder / "run", target="y", steps=1000).folder


def test_a_share_of_rows_may_stay_unanswered_with_the_reason_and_what_it_gains(unsure, rows):
    new = noisy(2000, seed=1)
    new.drop(columns="y").to_csv("t.csv", index=False)

    made = predict(unsure, "t.csv", out="answers.csv", abstain=0.3)

    found = pd.read_csv("answers.csv")
    left = found["prediction"].isna()
    assert left.mean() == pytest.approx(0.3, abs=0.06)
    assert found["because"][left].str.startswith("not answered: ").all()
    assert found["p_up"].notna().all()
    said = float(made.notes[-1].split("right with ")[1].split("%")[0]) / 100
    right = found["prediction"] == new["y"]
    assert f"{left.sum():,} of 2,000 rows are left unanswered; of rows like" in made.notes[-1]
    assert right[~left].mean() == pytest.approx(said, abs=0.04)
    assert right[~left].mean() > right[left].mean() + 0.1


def test_a_row_is_left_or_not_whatever_stands_beside_it(unsure):
    def left(some):
        with pytest.warns(UserWarning, match="left unanswered"):
            return predict(unsure, some, abstain=0.3)["prediction"].isna().tolist()

    many = noisy(60, seed=2)[["x", "z"]]

    together = left(many)

    assert [left(many.iloc[[row]]) for row in range(0, 60, 12)] == [[e] for e in together[::12]]


def test_rows_beyond_all_training_rows_are_left_however_sure_the_model_is(unsure):
    with pytest.warns(UserWarning, match="1 of 2 rows is left unanswered"):
        found = predict(unsure, pd.DataFrame({"x": [1.5, 500.0], "z": [0.0, 0.0]}), abstain=0.05)

    assert found["p_up"].iloc[1] > 0.99
    assert found["prediction"].isna().tolist() == [False, True]
    assert found["because"].iloc[1].startswith("not answered: farther from the training rows than")


def test_the_set_of_a_row_holds_its_answer_and_more_labels_where_the_model_is_unsure(unsure):
    found = predict(unsure, pd.DataFrame({"x": [3.0, 0.0], "z": [0.0, 0.0]}))

    assert [sorted(each) for each in found["set"]] == [["up"], ["down", "up"]]


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_a_share_that_is_none_is_refused(model, rows, share):
    with pytest.raises(AskError, match="is not a share of rows that may stay unanswered"):
        predict(model, rows, abstain=share)


def test_a_model_without_surer_rows_says_so(tmp_path, fitted):
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"x": generator.normal(size=300)})
    table["y"] = 3 * table["x"] + generator.normal(size=300)
    table.to_csv(tmp_path / "t.csv", index=False)
    run = fitted(tmp_path / "t.csv", tmp_path / "run", target="y")

    with pytest.raises(AskError, match="no row of this model is surer than another"):
        predict(run, table[["x"]], abstain=0.1)
