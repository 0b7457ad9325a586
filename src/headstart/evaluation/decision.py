"""The rule of ties and price.

Let b be the contender with the best mean score. Ask of every other contender a: how probable is it
that b is better than a by more than the region of practical equivalence? Those for which it is
below 0.75 form the tie group of b: nobody can honestly say that b is better. The cheapest of the
group, b included, wins.

- If the group has other members, the verdict is a `tie`, also when b itself is the cheapest:
  it wins by its price, not because it was shown to be better.
- If b is alone, it has beaten everything with at least 0.75. It is `clear` when the closest rival
  is beaten with 0.90, and `leaning` below. Under three draws nothing is `clear`: a spread that was
  estimated from one or two numbers is no basis for such a word. A contender without a rival is
  `leaning`, because nothing was shown.

- A worth of zero says that any gain counts, whatever it costs. Then b wins whether or not it is
  sure to be better; how sure it is, `tie` included, is said in the same words.

- Where labels are so few that candidates bring a prior (`Candidate.prior`), the group's highest
  prior wins, however cheap the others are: sixteen labels tell next to nothing, and what is known
  from other people's data then tells more.

Floors take part like all others; being cheap, they win whenever nothing is measurably better.
Why 0.75: among equals, a cut at 0.50 names the one that happens to be ahead in about a quarter of
the cases, a cut at 0.90 almost never, but then it misses real gains too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from headstart.evaluation.comparison import Comparison
from headstart.records.verdict import Choice, Confidence

_TIE_BELOW = 0.75
_CLEAR_FROM = 0.90
_FEWEST_DRAWS_FOR_CLEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who wins, and on what grounds.

    Attributes:
        best: the contender with the best mean score.
        winner: of the best's tie group.
        chosen_by: what made it the winner.
        tied: the tie group and the best, the winner left out.
        rival: whom the grounds speak of: the cheaper winner, or the contender that the best is
            least surely better than; None where there is nobody else.
        against_rival: probability that the best is better than the rival by more than the region.
        draws: draws that the best and the rival share.
        probability_best: that the winner is better than everyone else by more than the region.
    """

    best: str
    winner: str
    confidence: Confidence
    tied: tuple[str, ...]
    rival: str | None
    against_rival: float
    draws: int
    probability_best: float
    region: float
    chosen_by: Choice


def decide(
    comparison: Comparison,
    best: str,
    costs: Mapping[str, float],
    region: float,
    *,
    at_any_price: bool = False,
    priors: Mapping[str, int] | None = None,
) -> Decision:
    """Apply the rule; `costs` names every contender.

    Args:
        at_any_price: any gain is worth its cost, so among equals too the best mean wins.
        priors: contender -> its prior; those that are not named have none.
    """
    surely = {name: comparison.probability(best, name, region) for name in costs if name != best}
    group = [name for name, probability in surely.items() if probability < _TIE_BELOW]
    known = {name: (priors or {}).get(name, 0) for name in [best, *group]}
    chosen_by: Choice = "score"
    winner = best
    if any(known.values()) and group:
        chosen_by, winner = "prior", max(known, key=lambda name: known[name])
    elif group and not at_any_price:
        chosen_by = "price"
        winner = min([best, *group], key=lambda name: (costs[name], name != best))
    closest = min(
        surely, key=lambda name: (surely[name], _lead(comparison, best, name)), default=None
    )
    rival = winner if winner != best else closest
    rest = [name for name in costs if name != winner]
    return Decision(
        best=best,
        winner=winner,
        confidence=_confidence(comparison, best, surely),
        tied=tuple(name for name in [best, *group] if name != winner),
        rival=rival,
        against_rival=1.0 if rival is None else surely[rival],
        draws=0 if rival is None else len(comparison.shared(best, rival)),
        probability_best=min(
            (comparison.probability(winner, name, region) for name in rest), default=1.0
        ),
        region=region,
        chosen_by=chosen_by,
    )


def _lead(comparison: Comparison, best: str, name: str) -> float:
    """By how much the best is ahead: of those beaten as surely the nearest is the rival."""
    gains = comparison.gains(best, name)
    return float(gains.mean()) if len(gains) else math.inf


def _confidence(comparison: Comparison, best: str, surely: Mapping[str, float]) -> Confidence:
    """How sure it is that the best is better than everyone else."""
    if not surely:
        return "leaning"
    lowest = min(surely.values())
    if lowest < _TIE_BELOW:
        return "tie"
    draws = min(len(comparison.shared(best, name)) for name in surely)
    return "clear" if lowest >= _CLEAR_FROM and draws >= _FEWEST_DRAWS_FOR_CLEAR else "leaning"
