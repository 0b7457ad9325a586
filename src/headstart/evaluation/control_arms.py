"""What transferred weights were worth: a candidate beside the same network without them.

Three arms meet on the same draws: transferred weights L, random ones R, shuffled ones S (the same
numbers tensor by tensor, in a random order). A statement is made where its probability is 0.90, by
the draws (correlated t-test) and by the rows (paired bootstrap), whichever is less sure:

- L better than R by more than the region: transferring helped.
- L better than S by more than the region: what the weights know helped.
- L not shown to be better than S (below 0.75, as in a tie), and S nearer to L than to R: only the
  scale helped. Without the second condition a few noisy draws would pass for equality.

The arms take no part in the verdict, so nothing in it becomes less sure because of them. Under
three shared draws nothing is said.

Shapes: b resamples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headstart.evaluation.bootstrap import percentiles, share_above
from headstart.evaluation.comparison import Comparison, compare
from headstart.evaluation.evidence import Contender
from headstart.evaluation.posterior import correlated_posterior
from headstart.evaluation.wording import number
from headstart.records import ControlArm, Controls, Task, control_of
from headstart.records.controls import CausedBy

_SURE, _TIE_BELOW = 0.90, 0.75
_FEWEST_DRAWS = 3
_LEVEL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Contrast:
    """A weighted sum of arms: one number per shared draw, and its resampled means (b,)."""

    gains: np.ndarray
    samples: np.ndarray
    check_share: float

    def probability(self, region: float) -> float:
        by_rows = share_above(self.samples, region)
        if len(self.gains) < 2:
            return by_rows
        return min(by_rows, correlated_posterior(self.gains, self.check_share).above(region))

    def interval(self) -> tuple[float, float]:
        """The wider of what draws and rows tell."""
        low, high = percentiles(self.samples, _LEVEL)
        if len(self.gains) < 2:
            return low, high
        few, many = correlated_posterior(self.gains, self.check_share).interval(_LEVEL)
        return min(low, few), max(high, many)


def weigh(
    leader: Contender,
    arms: Sequence[Contender],
    task: Task,
    region: float,
    *,
    scale: np.ndarray | None = None,
    seed: int = 0,
) -> Controls | None:
    """What the weights of `leader` were worth; None where no arm has a draw in common with it.

    Args:
        arms: contenders whose start is a control.
        region: the difference that counts as none, in units of the metric.
    """
    by_kind = {control_of(each.start): each for each in arms}
    runners = [leader, *arms]
    runners = [each for each in runners if any(np.isfinite(o.score) for o in each.outcomes)]
    if leader not in runners:
        return None
    comparison = compare(runners, task, scale=scale, seed=seed)
    names = {each.candidate for each in runners}
    found = []
    for kind in ("random", "shuffled"):
        arm = by_kind.get(kind)
        if arm and arm.candidate in names and comparison.shared(leader.candidate, arm.candidate):
            found.append(_arm(comparison, leader, arm, region))
    if not found:
        return None
    caused_by = _cause(comparison, leader.candidate, {each.control: each for each in found}, region)
    own = comparison.scores[leader.candidate]
    shared = comparison.shared(leader.candidate, found[0].candidate)
    return Controls(
        candidate=leader.candidate,
        score=float(np.mean([own[draw] for draw in shared])),
        arms=tuple(found),
        caused_by=caused_by,
        because=_sentence(leader.candidate, found, caused_by, comparison.metric.name),
    )


def _arm(comparison: Comparison, leader: Contender, arm: Contender, region: float) -> ControlArm:
    difference = _contrast(comparison, {leader.candidate: 1.0, arm.candidate: -1.0})
    shared = comparison.shared(leader.candidate, arm.candidate)
    scores = comparison.scores[arm.candidate]
    control = control_of(arm.start)
    assert control is not None
    return ControlArm(
        control=control,
        candidate=arm.candidate,
        score=float(np.mean([scores[draw] for draw in shared])),
        gain=float(difference.gains.mean()),
        interval=difference.interval(),
        probability=difference.probability(region),
        draws=len(shared),
    )


def _contrast(comparison: Comparison, shares: Mapping[str, float]) -> _Contrast:
    """The sum of scores times their shares, on the draws that all have; positive is better."""
    sign = comparison.metric.gain(1.0, 0.0)
    draws = sorted(set.intersection(*[set(comparison.scores[name]) for name in shares]))
    gains = np.zeros(len(draws))
    samples: list[np.ndarray] = []
    for place, draw in enumerate(draws):
        terms = [(sign * share, name) for name, share in shares.items()]
        gains[place] = sum(share * comparison.scores[name][draw] for share, name in terms)
        parts = [share * comparison.samples[name][draw] for share, name in terms]
        samples.append(np.sum(parts, axis=0))
    return _Contrast(
        gains=gains, samples=np.mean(samples, axis=0), check_share=comparison.check_share
    )


def _cause(
    comparison: Comparison, leader: str, arms: Mapping[str, ControlArm], region: float
) -> CausedBy:
    random, shuffled = arms.get("random"), arms.get("shuffled")
    if random is None or random.draws < _FEWEST_DRAWS:
        return "cannot_tell"
    if random.probability < _SURE:
        against = _contrast(comparison, {random.candidate: 1.0, leader: -1.0})
        return "harm" if against.probability(region) >= _SURE else "cannot_tell"
    if shuffled is None or shuffled.draws < _FEWEST_DRAWS:
        return "unclear"
    scale = _contrast(comparison, {shuffled.candidate: 1.0, random.candidate: -1.0})
    if shuffled.probability >= _SURE:
        return "both" if scale.probability(region) >= _SURE else "knowledge"
    nearer = _contrast(comparison, {shuffled.candidate: 1.0, leader: -0.5, random.candidate: -0.5})
    is_as_good = shuffled.probability < _TIE_BELOW and nearer.probability(0.0) >= _SURE
    return "scale" if is_as_good else "unclear"


def _sentence(leader: str, arms: Sequence[ControlArm], caused_by: CausedBy, metric: str) -> str:
    by_kind = {each.control: each for each in arms}
    random, shuffled = by_kind.get("random"), by_kind.get("shuffled")
    told = []
    if random is not None:
        told.append(
            f"the weights that `{leader}` began from are worth {_gain(random)} of {metric} beside "
            "random ones"
        )
    if shuffled is not None:
        told.append(f"beside shuffled ones {_gain(shuffled)}")
    text = ", ".join(told)
    return f"{text[0].upper()}{text[1:]}: {_meaning(caused_by, random, shuffled)}."


def _meaning(caused_by: CausedBy, random: ControlArm | None, shuffled: ControlArm | None) -> str:
    match caused_by:
        case "knowledge":
            return "what they know helped"
        case "both":
            return "what they know helped, and a part of the gain is their scale alone"
        case "scale":
            return (
                "shuffled weights do as well, so only the scale of the weights helped, not what "
                "they know"
            )
        case "harm":
            return "they did harm, and the same network from random weights is better"
        case "unclear":
            few = shuffled is None or shuffled.draws < _FEWEST_DRAWS
            why = ": too few draws of shuffled weights" if few else ""
            return f"they helped, but it cannot tell whether by what they know or by scale{why}"
        case "cannot_tell":
            draws = 0 if random is None else random.draws
            if draws < _FEWEST_DRAWS:
                return f"it cannot tell from {_draws(draws)}, {_FEWEST_DRAWS} are needed"
            return "it cannot tell whether they helped"


def _gain(arm: ControlArm) -> str:
    low, high = arm.interval
    return f"{_signed(arm.gain)} (90 %: {_signed(low)} to {_signed(high)}, {_draws(arm.draws)})"


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+'}{number(abs(value))}"


def _draws(many: int) -> str:
    return "one draw" if many == 1 else f"{many} draws"
