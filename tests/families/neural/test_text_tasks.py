"""Every family that reads answers every kind of question about texts."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from _texts import READERS, WORDS, reader

from headstart.records import Column, Table, Task

pytest.importorskip("torch")
pytest.importorskip("transformers")

N = 200
every_reader = pytest.mark.parametrize("name", READERS)


@pytest.fixture
def learned(encoder, tmp_path):
    """Fit one reader; returns what answers for later rows."""
    return lambda name, task, data: reader(name, task, data, encoder, tmp_path)


def table(columns, **values):
    made = tuple(
        Column(name=name, modality=modality, role=role) for name, modality, role in columns
    )
    return Table(columns=made, arrow=pa.table(values), row_ids=np.arange(len(values["note"])))


def words(seed, n=N):
    """Eight words a row, shape (n, 8)."""
    return np.random.default_rng(seed).choice(WORDS, size=(n, 8))


def joined(chosen):
    return [" ".join(row) for row in chosen]


def topics(seed):
    """The word that stands three times is the topic: eight classes."""
    random = np.random.default_rng(seed + 50)
    topic = random.choice(WORDS, size=N)
    notes = [
        f"{one} {one} {one} {' '.join(rest[:2])}"
        for one, rest in zip(topic, words(seed), strict=True)
    ]
    columns = [("note", "text", "input"), ("topic", "category", "target")]
    return table(columns, note=notes, topic=topic.tolist())


def counts(seed):
    """How often two words stand in a text, and whether others do."""
    chosen = words(seed)
    often = {name: (chosen == name).sum(axis=1) * 10.0 + 5 for name in ("dry", "wet")}
    has = {name: np.where((chosen == name).any(axis=1), "yes", "no").tolist() for name in WORDS[:3]}
    columns = [("note", "text", "input")]
    columns += [(f"often_{name}", "number", "target") for name in often]
    columns += [(f"has_{name}", "category", "target") for name in has]
    values = {f"often_{name}": each for name, each in often.items()}
    values |= {f"has_{name}": each for name, each in has.items()}
    return table(columns, note=joined(chosen), **values)


def asked(data, *targets):
    """The table with these targets alone, and the question."""
    kinds = {column.name: column.modality for column in data.columns}
    columns = [
        replace(column, role="target" if column.name in targets else "ignored")
        if column.role == "target"
        else column
        for column in data.columns
    ]
    classes = tuple(
        tuple(sorted(set(data.values(name).to_pylist())))
        for name in targets
        if kinds[name] == "category"
    )
    kind, metric = ("classification", "accuracy") if classes else ("regression", "rmse")
    task = Task(kind=kind, targets=targets, classes=classes, metric=metric)
    return data.with_columns(columns), task


def right(data, task, answer):
    """The share of right labels of each target."""
    return [
        np.mean(
            np.array(names)[chances.argmax(axis=1)] == np.array(data.values(target).to_pylist())
        )
        for target, names, chances in zip(task.targets, task.classes, answer.values, strict=True)
    ]


@every_reader
def test_one_of_many_topics(learned, name):
    data, task = asked(topics(0), "topic")

    answer = learned(name, task, data)(topics(1))

    assert right(topics(1), task, answer)[0] > 0.7


@every_reader
def test_several_labels_at_once(learned, name):
    data, task = asked(counts(0), "has_light", "has_dry", "has_heavy")

    answer = learned(name, task, data)(counts(1))

    often = [
        np.mean(np.array(counts(1).values(each).to_pylist()) == "yes") for each in task.targets
    ]
    shares = right(counts(1), task, answer)
    assert len(shares) == 3
    assert np.mean(shares) > np.mean([max(each, 1 - each) for each in often])


@every_reader
@pytest.mark.parametrize("targets", [("often_dry",), ("often_dry", "often_wet")])
def test_numbers(learned, name, targets):
    data, task = asked(counts(0), *targets)

    answer = learned(name, task, data)(counts(1))

    truth = np.stack([counts(1).values(each).to_numpy() for each in targets], axis=1)
    assert answer.values.shape == (N, len(targets))
    assert (((answer.values - truth) ** 2).mean(axis=0) < 0.9 * truth.var(axis=0)).all()


@every_reader
def test_the_second_text_of_a_pair_counts(learned, name):
    def pairs(seed):
        with_reply = topics(seed).arrow.append_column("reply", topics(seed).values("note"))
        columns = [("note", "text", "input"), ("topic", "category", "target")]
        columns += [("reply", "text", "input")]
        notes = joined(words(seed + 9)[:, :3])
        return table(columns, **{**with_reply.to_pydict(), "note": notes})

    data, task = asked(pairs(0), "topic")

    answer = learned(name, task, data)(pairs(1))

    assert right(pairs(1), task, answer)[0] > 0.5


@every_reader
def test_numbers_and_categories_beside_texts_count(learned, name):
    def mixed(seed):
        random = np.random.default_rng(seed)
        size, shape = random.normal(size=N), random.choice(["round", "flat"], size=N)
        big = np.where((size > 0) & (shape == "round"), "yes", "no")
        columns = [("note", "text", "input"), ("size", "number", "input")]
        columns += [("shape", "category", "input"), ("big", "category", "target")]
        notes = joined(words(seed))
        return table(columns, note=notes, size=size, shape=shape.tolist(), big=big.tolist())

    data, task = asked(mixed(0), "big")

    answer = learned(name, task, data)(mixed(1))

    assert right(mixed(1), task, answer)[0] > 0.82


@every_reader
def test_rows_of_no_weight_teach_nothing(learned, name):
    good, task = asked(topics(0), "topic")
    wrong = np.roll(np.array(WORDS), 1)[
        [WORDS.index(each) for each in good.values("topic").to_pylist()]
    ]
    false = good.arrow.set_column(1, "topic", pa.array(wrong.tolist()))
    both = pa.concat_tables([good.arrow, false])
    columns = (*good.columns, Column(name="count", modality="number", role="weight"))
    arrow = both.append_column("count", pa.array(np.repeat([1.0, 0.0], N)))
    data = Table(columns=columns, arrow=arrow, row_ids=np.arange(2 * N))

    answer = learned(name, task, data)(topics(1))

    assert right(topics(1), task, answer)[0] > 0.6


@every_reader
def test_texts_that_are_missing_hinder_no_other(learned, name):
    data, task = asked(topics(0), "topic")
    gone = pa.array(
        [
            None if place % 3 == 0 else each
            for place, each in enumerate(data.values("note").to_pylist())
        ]
    )
    data = replace(data, arrow=data.arrow.set_column(0, "note", gone))

    predict = learned(name, task, data)

    assert right(topics(1), task, predict(topics(1)))[0] > 0.6
    nothing = pa.nulls(N, pa.string())
    empty = replace(topics(1), arrow=topics(1).arrow.set_column(0, "note", nothing))
    assert np.isfinite(predict(empty).values[0]).all()
