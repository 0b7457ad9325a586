"""From target names to a task, and every refusal on the way."""

import numpy as np
import pandas as pd
import pytest

from headstart import intake
from headstart.errors import AskError, DataError
from headstart.records import Split, Table


def table(**columns) -> Table:
    return intake.read(pd.DataFrame(columns)).data


WORDS = table(x=[1.0, 2, 3, 4], y=["no", "yes", "no", None])


def test_words_make_a_classification_and_unlabelled_rows_are_counted():
    data, task, unlabelled = intake.set_task(WORDS, ["y"])

    assert (task.kind, task.classes, task.positive) == ("classification", (("no", "yes"),), "yes")
    assert unlabelled == 1
    assert data.row_ids.tolist() == [0, 1, 2]
    assert [column.role for column in data.columns] == ["input", "target"]
    assert data.columns[1].modality == "category"


@pytest.mark.parametrize(
    ("values", "kind", "classes"),
    [
        ([0, 1] * 10, "classification", ("0", "1")),
        ([0.0, 1.0, None, 1.0] * 5, "classification", ("0", "1")),
        ([0.5, 1.5] * 10, "classification", ("0.5", "1.5")),
        ([True, False] * 10, "classification", ("False", "True")),
        ([2, 10, 1] * 10, "classification", ("1", "2", "10")),
        (["10", "9", "b"] * 10, "classification", ("10", "9", "b")),
        (["10", "9", "2"] * 10, "classification", ("2", "9", "10")),
        (list(range(30)), "regression", None),
        ([1, 2, 3, 4, 5], "regression", None),
        ([0.5, 1.0, 1.5] * 10, "regression", None),
    ],
)
def test_kind_and_order_of_classes(values, kind, classes):
    _, task, _ = intake.set_task(table(x=range(len(values)), y=values), ["y"])

    assert task.kind == kind
    assert task.classes == (() if classes is None else (classes,))


def test_labels_are_text_in_the_table_too():
    data, _, _ = intake.set_task(table(x=range(4), y=[1.0, 2.0, None, 1.0]), ["y"])

    assert data.values("y").to_pylist() == ["1", "2", "1"]


def test_kind_and_metric_and_positive_label_can_be_chosen():
    data = table(x=range(20), y=[1, 2] * 10)

    _, numbers, _ = intake.set_task(data, ["y"], kind="regression", metric="mean_absolute_error")
    _, classes, _ = intake.set_task(data, ["y"], positive="1", metric="f1")

    assert (numbers.kind, numbers.metric, numbers.classes) == ("regression", "mae", ())
    assert (classes.positive, classes.metric) == ("1", "f1")


def test_default_metric_follows_the_balance():
    even = table(x=range(20), y=["a", "b"] * 10)
    rare = table(x=range(20), y=["a"] * 19 + ["b"])

    assert intake.set_task(even, ["y"])[1].metric == "accuracy"
    assert intake.set_task(rare, ["y"])[1].metric == "roc_auc"
    assert intake.set_task(table(x=range(20), y=range(20)), ["y"])[1].metric == "rmse"


def test_several_targets_of_one_kind_make_one_task():
    data = table(x=range(20), a=["u", "v"] * 10, b=[0, 1] * 10)

    _, task, _ = intake.set_task(data, ["a", "b"])

    assert task.classes == (("u", "v"), ("0", "1"))
    assert task.positive is None
    assert task.metric == "accuracy"


def test_group_role_asks_for_a_grouped_split():
    reading = intake.read(
        pd.DataFrame({"p": ["a", "b"] * 10, "x": range(20), "y": range(20)}),
        columns={"p": "group"},
    )

    _, task, _ = intake.set_task(reading.data, ["y"])

    assert task.split == Split(kind="grouped", column="p")


def test_split_column_gets_its_role():
    data = table(p=["a", "b"] * 10, x=range(20), y=range(20))

    asked, task, _ = intake.set_task(data, ["y"], split=Split(kind="grouped", column="p"))

    assert asked.column("p").role == "group"
    assert task.split.kind == "grouped"


def ask(columns: dict, targets=("y",), words: dict | None = None, **options):
    data = intake.read(pd.DataFrame(columns), columns=words or {}).data
    return intake.set_task(data, list(targets), **options)


TWENTY = {"x": list(range(20)), "y": ["a", "b"] * 10}


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (
            {"product": [1, 2], "review": ["a", "b"], "score": [1, 2]},
            {"targets": ("scroe",), "source": "reviews.csv"},
            r"there is no column `scroe` in reviews\.csv\. Did you mean `score`\? "
            r"Columns: product, review, score\.",
        ),
        (TWENTY, {"targets": ("y", "y")}, "a target is named twice"),
        (TWENTY, {"targets": ()}, "no target was named"),
        (TWENTY, {"kind": "clasification"}, "Did you mean `classification`"),
        (TWENTY, {"kind": "captioning"}, "kind `captioning` cannot be learned from a table"),
        (TWENTY, {"metric": "acuracy"}, "Did you mean `accuracy`"),
        (TWENTY, {"metric": "rmse"}, "the metric `rmse` does not fit"),
        (TWENTY, {"positive": "c"}, "there is no label `c` in the target"),
        (
            {"x": range(20), "y": ["a", "b", "c", "d"] * 5},
            {"positive": "a"},
            "needs one target with two classes",
        ),
        (
            {"a": ["u", "v"] * 10, "b": np.arange(20) / 3},
            {"targets": ("a", "b")},
            "different kinds: `a` hold classes, `b` hold numbers",
        ),
        (TWENTY, {"split": Split(kind="grouped", column="z")}, "there is no column `z`"),
        (TWENTY, {"split": Split(kind="grouped", column="y")}, "`y` is a target; rows cannot be"),
    ],
)
def test_wrong_requests_are_refused_in_words(columns, options, message):
    with pytest.raises(AskError, match=message):
        ask(columns, **options)


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (
            {"x": range(4112), "y": ["no"] * 4112},
            {},
            r"target `y` has one value only \(`no`, 4,112 rows\)\. A classifier needs at least two",
        ),
        (
            {"x": range(20), "y": [0.5] * 20},
            {"kind": "regression"},
            r"target `y` has one value only \(0\.5, 20 rows\)\. There is nothing to predict",
        ),
        (
            {"x": range(500), "y": ["u", "v"] * 250, "home": ["a"] * 300 + ["b"] * 200},
            {"split": Split(kind="grouped", column="home")},
            r"`home` has 2 groups only \(`a`, `b`, 500 rows\).* at least 3 are needed: .* to lock",
        ),
        (
            {**TWENTY, "home": [7] * 20},
            {"split": Split(kind="grouped", column="home")},
            "column `home` has one group only .* at least 2 are needed: to learn from and",
        ),
        (
            {**TWENTY, "day": [7] * 20},
            {"split": Split(kind="temporal", column="day")},
            r"column `day` has 1 of the at least 3 different times .* needs \(`7`\)",
        ),
        ({"x": [1, 2], "y": [None, None]}, {}, "`y` has no values: it is empty in all 2 rows"),
        ({"x": [1, 2], "y": ["a", None]}, {}, "there is one row with a value of `y`"),
        ({"x": [1], "y": ["a"]}, {}, "there is one row with a value of `y`"),
        (
            {"x": range(450), "name": [f"n{number % 411}" for number in range(450)]},
            {"targets": ("name",)},
            "`name` has 411 different labels in 450 rows: it names rows",
        ),
        (
            {"x": range(20), "y": ["a", "7"] * 10},
            {"kind": "regression"},
            "column `y` cannot be read as number: it holds `a`",
        ),
        (
            {"x": range(20), "y": pd.date_range("2024", periods=20)},
            {},
            r"target `y` holds timestamp\[us\] values, which cannot be predicted",
        ),
        (
            {**TWENTY, "t": ["u"] * 20},
            {"split": Split(kind="temporal", column="t")},
            "column `t` is neither a time nor a number",
        ),
        ({**TWENTY, "w": ["u"] * 20}, {"words": {"w": "weight"}}, "`w` does not hold numbers"),
        ({**TWENTY, "w": [-1.0] * 20}, {"words": {"w": "weight"}}, "`w` holds -1"),
        ({**TWENTY, "w": [0.0] * 20}, {"words": {"w": "weight"}}, "`w` holds zeros only"),
        (
            {**TWENTY, "w": [None, 1.0] * 10},
            {"words": {"w": "weight"}},
            "`w` lacks 10 values",
        ),
    ],
)
def test_targets_that_teach_nothing_are_refused_in_words(columns, options, message):
    with pytest.raises(DataError, match=message) as caught:
        ask(columns, **options)

    assert caught.value.hint


def test_class_with_a_single_row_is_kept():
    _, task, _ = ask({"x": range(21), "y": ["a", "b"] * 10 + ["c"]})

    assert task.classes == (("a", "b", "c"),)


def test_another_table_is_read_under_the_same_task():
    _, task, _ = ask({"x": range(20), "y": [1, 2] * 10})
    other = table(x=[5, 6, 7], y=["2.0", None, "1"])

    asked = intake.labelled(other, task)

    assert asked.values("y").to_pylist() == ["2", "1"]
    assert asked.row_ids.tolist() == [0, 2]
    assert asked.column("y").role == "target"


def test_another_table_without_the_target_is_refused():
    _, task, _ = ask(TWENTY)

    with pytest.raises(AskError, match="no column `y` in this table"):
        intake.labelled(table(x=[1, 2]), task)
