"""Runs in this process: the same verbs, without a process for each trial."""

import time

import pytest

from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.records import Budget
from headstart.verbs import closing
from headstart.verbs.fitting import answer
from headstart.verbs.request import Request


@pytest.fixture(scope="session")
def fitted():
    """Fit a source in steps; the finished run."""

    def fit(source, out, *, steps=60, families=("linear",), test=None, weights=(), **question):
        request = Request(
            source=source,
            question=question,
            budget=Budget(steps=steps),
            began=time.monotonic(),
            test=test,
            families=tuple(families),
            weights=tuple(str(name) for name in weights),
            single=True,
            out=out,
        )
        return closing.close(answer(request, InProcessEngine(), closing.silent()))

    return fit
