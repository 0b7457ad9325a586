"""Splits never overlap, never divide what belongs together, and are nested where they say so."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headstart import intake
from headstart.intake import splits
from headstart.intake.blocks import copies
from headstart.records import Column, Split, Table, Task


def asked(split: Split | None = None, **columns) -> tuple[Table, Task]:
    table, task, _ = intake.set_task(intake.read(pd.DataFrame(columns)).data, ["y"], split=split)
    return table, task


def random_table(rows: int, seed: int = 0, split: Split | None = None) -> tuple[Table, Task]:
    random = np.random.default_rng(seed)
    return asked(
        split,
        x=random.normal(size=rows),
        group=random.integers(0, max(2, rows // 4), rows),
        when=random.integers(0, max(2, rows // 2), rows),
        y=random.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
    )


SPLITS = (Split(), Split(kind="grouped", column="group"), Split(kind="temporal", column="when"))


def every_split(table: Table, task: Task, seed: int):
    yield splits.lock(table, task, 0.2, seed)
    yield splits.holdout(table, task, 0.15, seed)
    for number in range(8):
        yield splits.draw(table, task, number, seed)


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(12, 90), seed=st.integers(0, 99), kind=st.sampled_from(SPLITS))
def test_sides_never_overlap_and_never_divide_a_block(rows, seed, kind):
    table, task = random_table(rows, seed, kind)
    block = splits.blocks(table, task)

    for train, check in every_split(table, task, seed):
        assert len(train)
        assert len(check)
        assert not set(train) & set(check)
        assert not set(block[train]) & set(block[check])
        assert np.all(np.diff(train) > 0)
        if kind.kind != "temporal":
            assert sorted([*train, *check]) == list(range(rows))
        else:
            assert block[train].max() < block[check].min()


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(12, 90), seed=st.integers(0, 99), kind=st.sampled_from(SPLITS))
def test_subsets_are_nested(rows, seed, kind):
    table, task = random_table(rows, seed, kind)
    train, _ = splits.draw(table, task, 0, seed)
    sizes = sorted({1, 2, 5, len(train) // 3 or 1, len(train)})

    subsets = [splits.nested(table, task, train, size, seed) for size in sizes]

    for size, subset in zip(sizes, subsets, strict=True):
        assert len(subset) == min(size, len(train))
    for smaller, larger in pairwise(subsets):
        assert set(smaller) <= set(larger) <= set(train)


def test_same_seed_same_rows_and_another_seed_other_rows():
    table, task = random_table(60)

    first, again = splits.draw(table, task, 3, 7), splits.draw(table, task, 3, 7)
    other = splits.draw(table, task, 3, 8)

    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], other[1])


def test_five_draws_check_every_row_once():
    table, task = random_table(63)

    checked = np.concatenate([splits.draw(table, task, number, 0)[1] for number in range(5)])

    assert sorted(checked) == list(range(63))
    assert not np.array_equal(splits.draw(table, task, 5, 0)[1], splits.draw(table, task, 0, 0)[1])


def test_sizes_are_within_one_row_of_what_was_asked():
    table, task = random_table(103)

    for share in (0.1, 0.2, 0.37):
        _, locked = splits.lock(table, task, share, 0)
        assert abs(len(locked) - 103 * share) <= 1
    assert {len(splits.draw(table, task, number, 0)[1]) for number in range(5)} <= {20, 21}


def test_every_class_has_its_share_on_both_sides():
    table, task = asked(x=np.random.default_rng(0).random(100), y=["a"] * 80 + ["b"] * 20)

    for train, check in every_split(table, task, 0):
        share = np.mean(np.isin(check, np.arange(80, 100)))
        assert abs(share - 0.2) <= 1 / len(check)
        assert len(train) > len(check)


def test_ranges_of_a_number_have_their_share_on_both_sides():
    target = np.random.default_rng(0).permutation(100) + 0.5
    table, task = asked(x=np.random.default_rng(1).random(100), y=target)

    for _, check in every_split(table, task, 0):
        assert abs(np.mean(target[check] > 50) - 0.5) < 0.11


def test_class_with_one_row_stays_in_training():
    table, task = asked(x=np.random.default_rng(0).random(41), y=["a", "b"] * 20 + ["rare"])

    for train, _ in every_split(table, task, 0):
        assert 40 in train


def test_copies_of_a_row_stay_on_one_side():
    values = np.random.default_rng(0).random(30)
    table, task = asked(x=[*values, *values], y=["a", "b"] * 30)

    for train, check in every_split(table, task, 0):
        assert not {row % 30 for row in train} & {row % 30 for row in check}


def test_rows_that_differ_in_the_last_column_only_are_no_copies():
    columns = {f"c{number}": [1, 1, 1, 1] for number in range(9)}
    table, _ = asked(**columns, last=["u", "v", "u", "w"], y=[1.5, 2.5, 3.5, 4.5])

    numbers = copies(table)

    assert numbers[0] == numbers[2]
    assert len(set(numbers.tolist())) == 3


def test_coarse_inputs_are_not_taken_for_copies():
    table, task = asked(sex=["f", "m"] * 200, y=["a", "b", "a", "a"] * 100)

    assert len(set(splits.blocks(table, task).tolist())) == 400


def test_rows_without_a_group_are_groups_of_their_own():
    table, task = asked(
        Split(kind="grouped", column="group"),
        group=["p", "p", None, None, "q"],
        y=[1.5, 2.5, 3.5, 4.5, 5.5],
    )

    numbers = splits.blocks(table, task)

    assert numbers[0] == numbers[1]
    assert len(set(numbers.tolist())) == 4


def test_temporal_draws_go_back_in_time():
    table, task = asked(
        Split(kind="temporal", column="when"), when=pd.date_range("2024", periods=100), y=range(100)
    )

    checks = [splits.draw(table, task, number, 0)[1] for number in range(3)]

    assert [(check[0], check[-1]) for check in checks] == [(90, 99), (80, 89), (70, 79)]
    assert splits.lock(table, task, 0.2, 0)[1].tolist() == list(range(80, 100))
    assert splits.nested(table, task, np.arange(80), 3, 0).tolist() == [77, 78, 79]


def test_smallest_subset_has_every_class():
    table, task = asked(
        x=np.random.default_rng(0).random(100), y=["a"] * 90 + ["b"] * 8 + ["c"] * 2
    )

    rows = splits.nested(table, task, np.arange(100), 3, 0)

    assert {table.values("y")[row].as_py() for row in rows.tolist()} == {"a", "b", "c"}


def test_several_targets_are_stratified_by_their_combinations():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"x": random.random(80), "a": ["u", "v"] * 40, "b": ["s", "s", "t", "t"] * 20}
    )
    table, task, _ = intake.set_task(intake.read(frame).data, ["a", "b"])

    _, check = splits.lock(table, task, 0.2, 0)

    pairs = [row % 4 for row in check]
    assert [pairs.count(pair) for pair in range(4)] == [4, 4, 4, 4]


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_tiny_tables_still_have_two_sides(rows):
    table, task = asked(x=[float(row) for row in range(rows)], y=["a", "b"] + ["a"] * (rows - 2))

    for train, check in every_split(table, task, 0):
        assert len(train)
        assert len(train) + len(check) == rows


def test_order_of_rows_in_the_arrow_chunks_does_not_matter():
    table, task = random_table(50)
    chunked = table.take(np.arange(50))

    assert np.array_equal(
        splits.lock(table, task, 0.2, 0)[1], splits.lock(chunked, task, 0.2, 0)[1]
    )


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split.kind)
def test_rows_that_an_earlier_model_knows_are_trained_on_and_never_judge(split):
    table, task = random_table(400, seed=3, split=split)
    block = splits.blocks(table, task)
    learned = np.zeros(400, dtype=bool)
    learned[np.argsort(block, kind="stable")[:150]] = True

    judges = splits.may_judge(table, task, learned)
    draws = [splits.draw(table, task, number, 0, judges) for number in range(7)]
    kept, locked = splits.lock(table, task, 0.2, 0, judges)

    assert not set(block[judges]) & set(block[learned])
    assert abs(len(locked) - 0.2 * len(judges)) < 12
    assert sorted([*kept, *locked]) == list(range(400))
    for train, check in [*draws, (kept, locked)]:
        assert len(check)
        assert set(check) <= set(judges)
        assert not set(block[train]) & set(block[check])
        assert set(np.flatnonzero(learned)) <= set(train)
        if split.kind == "temporal":
            assert block[train].max() < block[check].min()


def test_the_first_five_draws_check_every_judge_once():
    table, task = random_table(300)
    judges = np.arange(100, 300)

    checked = np.concatenate([splits.draw(table, task, d, 0, judges)[1] for d in range(5)])

    assert sorted(checked) == judges.tolist()


def test_in_the_order_of_time_what_came_before_a_known_row_may_not_judge():
    table, task = asked(
        Split(kind="temporal", column="when"),
        x=range(10),
        when=range(10),
        y=[0.5 * i for i in range(10)],
    )
    learned = np.isin(np.arange(10), [2, 6])

    assert splits.may_judge(table, task, learned).tolist() == [7, 8, 9]


def test_a_group_with_one_known_row_may_not_judge():
    table, task = asked(
        Split(kind="grouped", column="who"),
        x=[1, 2, 3, 4],
        who=["a", "a", "b", "b"],
        y=[1.5, 2, 3, 4],
    )

    assert splits.may_judge(table, task, np.array([True, False, False, False])).tolist() == [2, 3]


def test_without_known_rows_all_may_judge():
    table, task = random_table(20)

    assert splits.may_judge(table, task, np.zeros(20, dtype=bool)).tolist() == list(range(20))


def test_copies_of_a_picture_stay_on_one_side_however_many(tmp_path):
    for number in range(90):
        content = b"nothing to see" if number % 3 == 0 else b"%d" % number
        (tmp_path / f"{number}.png").write_bytes(content)
    table = Table(
        columns=(Column(name="image", modality="image"), Column(name="y", modality="category")),
        arrow=pa.table({"image": [f"{n}.png" for n in range(90)], "y": ["a", "b"] * 45}),
        row_ids=np.arange(90),
        media_root=tmp_path,
    )
    table, task, _ = intake.set_task(table, ["y"])

    codes = copies(table)

    assert len(set(codes.tolist())) == 61
    for train, check in every_split(table, task, seed=0):
        assert not set(codes[train]) & set(codes[check])


@pytest.mark.parametrize("rare", [2, 3, 4])
def test_a_class_with_fewer_rows_than_folds_is_checked_in_the_first_draws(rare):
    labels = np.array(["yes"] * rare + ["no"] * (100 - rare))
    table, task = asked(x=np.arange(100.0), y=labels)

    checked = [
        (labels[splits.draw(table, task, number, seed)[1]] == "yes").sum()
        for seed in range(3)
        for number in range(5)
    ]

    assert checked == ([1] * rare + [0] * (5 - rare)) * 3


def test_rows_of_one_time_are_resampled_together_and_stretches_follow_time():
    days = np.repeat(np.arange(90.0), 3)[::-1]
    table = Table(
        columns=(Column(name="day", modality="number"),),
        arrow=pa.table({"day": days}),
        row_ids=np.arange(270),
    )
    task = Task(kind="regression", split=Split(kind="temporal", column="day"))

    stretch = splits.resampled_together(table, task)

    assert [stretch[days == day].min() for day in range(90)] == [
        stretch[days == day].max() for day in range(90)
    ]
    assert (np.diff(stretch[np.argsort(days, kind="stable")]) >= 0).all()
    assert len(np.unique(stretch)) == 90


def test_rows_of_a_random_split_are_resampled_one_by_one():
    table = Table(
        columns=(Column(name="x", modality="number"),),
        arrow=pa.table({"x": [1.0, 1.0]}),
        row_ids=np.arange(2),
    )
    assert splits.resampled_together(table, Task(kind="regression")) is None
