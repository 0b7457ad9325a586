from __future__ import annotations

import numpy as np
import pyarrow as pa

from headstart.profiling.facts import column_facts
from headstart.records import Column, Table


def _facts(values, modality):
    arrow = pa.table({"c": values})
    column = Column(name="c", modality=modality)
    return column_facts(
        Table(columns=(column,), arrow=arrow, row_ids=np.arange(len(arrow))), column
    )


def test_numbers_are_counted_without_the_missing_ones():
    facts = _facts(pa.array([1.0, 1.0, 4.0, None, float("nan")]), "number")

    assert (facts.missing, facts.distinct) == (2, 2)
    assert (facts.low, facts.high, facts.mean) == (1.0, 4.0, 2.0)


def test_common_values_come_most_frequent_first_and_equal_ones_by_name():
    facts = _facts(pa.array(["b", "a", "c", "c", None]), "category")

    assert facts.common == (("c", 2), ("a", 1), ("b", 1))
    assert (facts.missing, facts.distinct) == (1, 3)


def test_texts_have_a_median_number_of_words():
    facts = _facts(pa.array(["one", "one two", "one  two three", None]), "text")

    assert facts.median_words == 2


def test_times_and_vectors_are_counted():
    times = _facts(pa.array([0, 0, 5, None], pa.timestamp("s")), "time")
    vectors = _facts(pa.array([[1.0, 2.0], None, [3.0, 4.0]]), "vector")

    assert (times.missing, times.distinct, times.low) == (1, 2, None)
    assert (vectors.missing, vectors.distinct) == (1, 2)


def test_a_column_of_many_values_is_counted_exactly():
    values = np.random.default_rng(0).permutation(30_000).astype(float)

    assert _facts(pa.array(values), "number").distinct == 30_000


def test_an_empty_column_has_no_numbers():
    facts = _facts(pa.array([None, None], pa.float64()), "number")

    assert (facts.missing, facts.distinct, facts.mean) == (2, 0, None)
