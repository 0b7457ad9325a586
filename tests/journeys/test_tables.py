import csv

import pytest


def test_flowers_get_a_verdict_a_report_and_a_model_that_predicts(headstart, flowers, tmp_path):
    said = headstart(
        "fit", flowers, "--target", "kind", "--steps", 400, "--out", "run", "--json",
        "--families", "linear,random_forest",
    )  # fmt: skip

    assert said.code == 0, said.err
    told = said.document
    assert told["verdict"]["winner"]["score"] > 0.9
    assert told["verdict"]["floor"]["family"] == "linear"
    assert {trial["family"] for trial in told["trials"]} >= {"majority", "linear", "random_forest"}
    assert told["test"]["score"] > 0.85
    assert "Content-Security-Policy" in (tmp_path / "run" / "report.html").read_text()

    answered = headstart("predict", "run", flowers, "--out", "answers.csv", "--json")

    assert answered.document["rows"] == 150
    with open(tmp_path / "answers.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(flowers, newline="") as file:
        truth = [row["kind"] for row in csv.DictReader(file)]
    right = [row["prediction"] == label for row, label in zip(rows, truth, strict=True)]
    assert sum(right) > 140
    chances = {"p_setosa", "p_versicolor", "p_virginica"}
    assert set(rows[0]) - {"set"} == {"prediction", *chances, "novelty", "because"}


def test_a_curve_is_worth_going_deep_and_answers_carry_intervals(headstart, waves, tmp_path):
    said = headstart(
        "fit", waves, "--target", "height", "--steps", 1500, "--out", "run", "--json",
        "--families", "lightgbm", "--single",
    )  # fmt: skip

    told = said.document
    assert told["verdict"]["deep_worth_it"] is True
    assert told["verdict"]["winner"]["family"] == "lightgbm"
    assert told["test"]["score"] < 0.5 * told["test"]["floor"]["score"]
    assert told["rows"]["train"] + told["rows"]["test"] == 600
    assert abs(told["rows"]["test"] - 120) <= 6  # copies of a row stay on one side

    headstart("predict", "run", waves, "--out", "answers.csv")

    with open(tmp_path / "answers.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("lower", "prediction", "upper")
    bands = [[float(row[name]) for name in names] for row in rows]
    assert all(low <= middle <= high for low, middle, high in bands)


def test_the_same_question_goes_on_and_another_one_is_refused(headstart, flowers, tmp_path):
    words = ("fit", flowers, "--target", "kind", "--families", "linear", "--out", "run", "--json")
    first = headstart(*words, "--steps", 200).document

    again = headstart(*words, "--steps", 400).document
    other = headstart(
        "fit", flowers, "--target", "petal_width", "--out", "run", "--json", "--steps", 100
    )

    done = {(trial["candidate"], trial["rows"], trial["draw"]) for trial in first["trials"]}
    listed = [(trial["candidate"], trial["rows"], trial["draw"]) for trial in again["trials"]]
    assert done <= set(listed)
    assert len(listed) == len(set(listed))
    assert other.code == 2
    assert "asks another question" in other.document["error"]["message"]


def test_an_unreadable_row_is_kept_aside_and_keeps_its_line(headstart, flowers, tmp_path):
    lines = flowers.read_text().splitlines()
    lines.insert(3, "1,2,3")
    flowers.write_text("\n".join(lines) + "\n")

    told = headstart(
        "fit", flowers, "--target", "kind", "--steps", 100, "--families", "linear",
        "--out", "run", "--json",
    ).document  # fmt: skip
    headstart("predict", "run", flowers, "--out", "answers.csv")

    assert told["rows"]["rejected"] == 1
    assert "1,2,3" in (tmp_path / "run" / "rejected.csv").read_text()
    answers = (tmp_path / "answers.csv").read_text().splitlines()
    assert len(answers) == 152
    assert answers[3].strip(",") == ""


def test_a_strange_cell_is_answered_and_said_once(headstart, grown, flowers, tmp_path):
    lines = flowers.read_text().splitlines()
    lines[2] = "tall," + lines[2].split(",", 1)[1]
    (tmp_path / "new.csv").write_text("\n".join(lines[:6]) + "\n")

    said = headstart("predict", grown, tmp_path / "new.csv", "--out", "answers.csv")

    assert said.code == 0
    assert said.out == "5 rows predicted: answers.csv\n"
    assert said.err == (
        "headstart: 1 cell of `sepal_length` is no number (`tall`): taken as missing\n"
    )
    assert all(line.strip(",") for line in (tmp_path / "answers.csv").read_text().splitlines())


@pytest.mark.parametrize("verb", ["profile", "advise"])
def test_looking_trains_nothing(headstart, flowers, tmp_path, verb):
    said = headstart(verb, flowers, "--target", "kind", "--json")

    assert said.code == 0
    assert said.document["task"]["kind"] == "classification"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flowers.csv"]


def test_a_model_of_other_columns_is_refused_by_name(headstart, grown, waves):
    said = headstart("predict", grown, waves, "--json")

    assert said.code == 2
    assert "sepal_length" in said.document["error"]["message"]


def leaderboard(told):
    """The rows of every trial without what a clock or a meter says, in an order of their own."""
    kept = ("id", "candidate", "rows", "draw", "status", "cause", "score", "loss", "settings")
    rows = [{name: trial.get(name) for name in kept} for trial in told["trials"]]
    return sorted(rows, key=lambda row: str((row["candidate"], row["rows"], row["draw"])))


def test_a_replay_gives_the_same_leaderboard_and_answers_bit_for_bit(headstart, waves, tmp_path):
    words = ("--steps", 250, "--families", "lightgbm,random_forest,feedforward")

    first = headstart("fit", waves, "--target", "height", *words, "--out", "run", "--json")
    again = headstart("replay", "run", "--json")

    assert first.code == again.code == 0, first.err + again.err
    one, two = first.document, again.document
    finished = {trial["family"] for trial in one["trials"] if trial["score"] is not None}
    assert {"linear", "lightgbm", "random_forest", "feedforward"} <= finished
    assert one["run"] != two["run"]
    assert leaderboard(one) == leaderboard(two)
    assert one["verdict"] == two["verdict"]
    assert one["test"] == two["test"]
    for told, name in ((one, "one.csv"), (two, "two.csv")):
        headstart("predict", told["run"], waves, "--out", name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
