import pytest

from headstart.errors import AskError
from headstart.metrics import METRICS, default_metric, default_metric_because, fitting, metric
from headstart.metrics.table import METRICS as TABLE


def test_each_line_of_the_table_is_named_by_its_key():
    assert all(name == row.name for name, row in TABLE.items())
    assert len({alias for row in METRICS.values() for alias in (row.name, *row.aliases)}) == sum(
        1 + len(row.aliases) for row in METRICS.values()
    )


def test_names_of_scikit_learn_are_understood():
    assert metric("mean_absolute_error").name == "mae"
    assert metric("matthews_corrcoef").name == "matthews"


def test_an_unknown_metric_is_refused_with_the_nearest_name():
    with pytest.raises(AskError, match=r"there is no metric `auc`. Did you mean `roc_auc`\?"):
        metric("auc")


def test_a_metric_that_does_not_fit_the_task_lists_those_that_do():
    with pytest.raises(AskError, match=r"`rmse` does not fit .* control(.|\n)*one of `return`"):
        metric("rmse", "control")


def test_every_kind_with_a_default_has_that_metric():
    for kind in ("classification", "regression", "forecasting", "control", "game"):
        assert default_metric(kind) in fitting(kind)


def test_default_metric_follows_the_balance_of_the_classes():
    assert default_metric("classification", (0.79, 0.21)) == "accuracy"
    assert default_metric("classification", (0.80, 0.20)) == "roc_auc"
    assert default_metric("classification", (0.9, 0.05, 0.05)) == "balanced_accuracy"


def test_the_reason_names_the_measured_share():
    assert "largest class has 95 % of the rows" in default_metric_because(
        "classification", (0.95, 0.05)
    )


def test_a_kind_without_a_metric_is_refused():
    with pytest.raises(AskError, match="no metric judges tasks of kind captioning yet"):
        default_metric("captioning")
