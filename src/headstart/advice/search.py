"""What settings to try next: a tree-structured Parzen estimator told what the journal knows.

The journal is the truth: for each question a study is made in memory, told every trial that has
ended, and asked once. A search that goes on after a kill therefore asks as if nothing had happened,
and no second record can contradict the first. The tuned defaults are the first trial.

Reference: Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization", NeurIPS, section 4;
Akiba et al. 2019, "Optuna: A Next-generation Hyperparameter Optimization Framework", KDD, for
asking and telling.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from headstart.advice.spaces import Dimension, Value
from headstart.processes.libraries import need

_AT_RANDOM = 5  # trials before the estimator has something to tell apart
WANTED_BY = "the search over settings (`headstart adjust --apply`)"


def suggest(
    space: Sequence[Dimension],
    told: Sequence[tuple[Mapping[str, Value], float | None]],
    seed: int,
) -> dict[str, Value]:
    """Settings to try next.

    Args:
        told: what was tried, in order: settings and loss, None where the trial failed.
        seed: the same seed and the same trials give the same answer.

    Raises:
        MissingExtra: Optuna is not installed.
    """
    optuna = need("optuna", wanted_by=WANTED_BY)
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return _asked(optuna, space, told, seed)
    finally:
        optuna.logging.set_verbosity(before)


def defaults(space: Sequence[Dimension]) -> dict[str, Value]:
    """The settings that a search begins with, brought into its ranges."""
    return {each.name: _inside(each) for each in space}


def _asked(
    optuna: Any,
    space: Sequence[Dimension],
    told: Sequence[tuple[Mapping[str, Value], float | None]],
    seed: int,
) -> dict[str, Value]:
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=_AT_RANDOM, multivariate=True)
    study = optuna.create_study(direction="minimize", sampler=sampler)
    distributions = {each.name: _distribution(optuna, each) for each in space}
    states = optuna.trial.TrialState
    for values, loss in told:
        study.add_trial(
            optuna.trial.create_trial(
                params=dict(values),
                distributions=distributions,
                value=loss,
                state=states.FAIL if loss is None else states.COMPLETE,
            )
        )
    if not told:
        study.enqueue_trial(defaults(space))
    return dict(study.ask(distributions).params)


def _distribution(optuna: Any, each: Dimension) -> Any:
    if each.choices:
        return optuna.distributions.CategoricalDistribution(each.choices)
    if each.whole:
        return optuna.distributions.IntDistribution(int(each.low), int(each.high), log=each.log)
    return optuna.distributions.FloatDistribution(each.low, each.high, log=each.log)


def _inside(each: Dimension) -> Value:
    if each.choices or not isinstance(each.default, int | float):
        return each.default
    value = min(max(each.default, each.low), each.high)
    return int(value) if each.whole else float(value)
