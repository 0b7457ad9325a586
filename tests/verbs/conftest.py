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

    def fit(source, out, *, steps=60, families=("linear",), **rest):
        own = {name: rest.pop(name) for name in ("test", "starts") if name in rest}
        weights = tuple(str(name) for name in rest.pop("weights", ()))
        request = Request(
            source=source,
            question=rest,
            budget=Budget(steps=steps),
            began=time.monotonic(),
            families=tuple(families),
            weights=weights,
            single=True,
            out=out,
            **own,
        )
        return closing.close(answer(request, InProcessEngine(), closing.silent()))

    return fit
