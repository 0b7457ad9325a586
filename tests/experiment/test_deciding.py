"""The verdict compares contenders with the labels that their model would be delivered with."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart import metrics
from headstart.evaluation import Contender, Outcome
from headstart.experiment.deciding import decided
from headstart.experiment.material import Material
from headstart.records import Column, Direct, Probabilities, Scratch, Table, Task

TASK = Task(
    kind="classification", targets=("y",), classes=(("no", "yes"),), metric="f1", positive="yes"
)


def material(tmp_path, metric="f1") -> Material:
    values = {"x": np.zeros(10), "y": np.repeat(["no", "yes"], 5)}
    columns = (
        Column(name="x", modality="number"),
        Column(name="y", modality="category", role="target"),
    )
    data = Table(columns=columns, arrow=pa.table(values), row_ids=np.arange(10))
    return Material(folder=tmp_path, task=replace(TASK, metric=metric), data=data, seed=0, rows=8)


def contender(draws, share=0.1, rows=800, start=None) -> Contender:
    outcomes = []
    for draw in range(draws):
        generator = np.random.default_rng(draw)
        chances = generator.beta(0.5, 0.5 * (1 - share) / share, rows)
        truth = (generator.random(rows) < chances).astype(int)[:, None]
        answer = Probabilities(values=(np.column_stack([1 - chances, chances]),))
        score = metrics.score("f1", truth, answer, TASK)
        outcomes.append(Outcome(draw=draw, score=score, truth=truth, prediction=answer))
    return Contender(
        candidate="c",
        family="c",
        start=start or Scratch(),
        is_floor=False,
        cost=1.0,
        outcomes=tuple(outcomes),
    )


@pytest.mark.parametrize("draws", [1, 3])
def test_a_rare_class_is_compared_with_the_threshold_that_is_delivered(tmp_path, draws):
    before = contender(draws)

    after = decided(material(tmp_path), before)

    for old, new in zip(before.outcomes, after.outcomes, strict=True):
        assert new.score > old.score + 0.02
        assert metrics.score("f1", new.truth, new.prediction, TASK) == new.score
        np.testing.assert_array_equal(new.truth, old.truth)


def test_rows_keep_their_places_where_halves_teach_each_other(tmp_path):
    before = contender(1)

    after = decided(material(tmp_path), before)

    old, new = (each.outcomes[0].prediction.values[0][:, 1] for each in (before, after))
    for side in (slice(0, None, 2), slice(1, None, 2)):
        np.testing.assert_array_equal(np.argsort(old[side]), np.argsort(new[side]))


def test_nothing_is_taught_by_the_rows_that_are_scored(tmp_path):
    """Labels that are noise gain nothing, on average, by a threshold."""
    gains = []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        truth = (generator.random(200) < 0.5).astype(int)[:, None]
        chance = generator.random(200)
        answer = Probabilities(values=(np.column_stack([1 - chance, chance]),))
        task = replace(TASK, metric="balanced_accuracy")
        score = metrics.score("balanced_accuracy", truth, answer, task)
        one = replace(
            contender(1), outcomes=(Outcome(draw=0, score=score, truth=truth, prediction=answer),)
        )
        after = decided(material(tmp_path, "balanced_accuracy"), one)
        gains.append(after.outcomes[0].score - score)

    assert abs(np.mean(gains)) < 0.012


def test_direct_and_other_metrics_keep_the_likeliest_label(tmp_path):
    direct = contender(2, start=Direct(checkpoints=("a",)))

    assert decided(material(tmp_path), direct) is direct
    plain = contender(2)
    assert decided(material(tmp_path, "accuracy"), plain) is plain
