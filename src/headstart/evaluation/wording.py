"""The verdict in one plain sentence, with the numbers that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from headstart.records import Standing
from headstart.records.verdict import Confidence


def sentence(
    standings: Sequence[Standing],
    *,
    best: str,
    winner: str,
    confidence: Confidence,
    tied: Sequence[str],
    floors: Collection[str],
    rival: str | None,
    probability: float,
    region: float,
    metric: str,
) -> str:
    """Why the winner won: against whom, by how much, how surely.

    Args:
        rival: the contender that the probability speaks of; None where the winner is alone.
        probability: that the best is better than the rival by more than the region.
    """
    by_name = {standing.candidate: standing for standing in standings}
    if rival is None:
        only = by_name[winner]
        return f"`{winner}` is the only candidate with a score ({metric} {number(only.score)})."
    top, other = by_name[best], by_name[rival]
    chance = _chance(probability, region, min(top.draws, other.draws))
    scores = f"{metric} {number(top.score)} against {number(other.score)}"
    if confidence != "tie":
        doubt = "" if confidence == "clear" else ", which is likely but not sure"
        text = f"`{best}` is better than everything else: {scores} of `{rival}`, {chance}{doubt}"
    elif winner == best:
        text = (
            f"`{best}` scores best and is the cheapest of {len(tied) + 1} that cannot be told "
            f"apart: {scores} of `{rival}`, {chance} where 75 % would be needed"
        )
    else:
        text = (
            f"`{winner}` is the cheapest of {len(tied) + 1} that cannot be told apart: "
            f"`{best}` scores best ({scores}), {chance} where 75 % would be needed"
        )
    return text + _depth(by_name, winner, tied, floors) + "."


def number(value: float) -> str:
    """A score for people: four digits that count.

    Example:
        >>> number(0.912345), number(48211.7)
        ('0.9123', '48,212')
    """
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _chance(probability: float, region: float, draws: int) -> str:
    by = f"by more than {number(region)}" if region else "at all"
    times = "one draw" if draws == 1 else f"{draws} draws"
    return f"better {by} with a probability of {100 * probability:.0f} % ({times})"


def _depth(
    by_name: dict[str, Standing], winner: str, tied: Sequence[str], floors: Collection[str]
) -> str:
    """What the tie group says about going deep."""
    if winner in floors:
        deep = [name for name in by_name if name in tied and name not in floors]
        if deep:  # standings are sorted, so the first is the best
            return (
                f"; the best deep candidate, `{deep[0]}` ({number(by_name[deep[0]].score)}), "
                "is not measurably better than this floor"
            )
        return "; nothing deep is as good" if len(floors) < len(by_name) else ""
    near = [name for name in by_name if name in tied and name in floors]
    if near:
        return f"; the floor `{near[0]}` ({number(by_name[near[0]].score)}) is in the same group"
    return ""
