"""Profiles to advise on, and a family of a third party that proposes what a test says."""

from __future__ import annotations

import pytest

from headstart.records import ColumnFacts, Profile, Task

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")


@pytest.fixture
def task():
    return TASK


@pytest.fixture
def profiled():
    """A function from a number of rows to a profile with a number and a category."""

    def make(rows, *, categories=3):
        columns = (
            ColumnFacts(name="x", modality="number", role="input", missing=0, distinct=rows),
            ColumnFacts(
                name="c", modality="category", role="input", missing=0, distinct=categories
            ),
        )
        return Profile(source="table.csv", rows=rows, columns=columns, task=TASK)

    return make
