"""The verdict in one plain sentence, with the numbers that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from headstart.evaluation.decision import Decision
from headstart.records import Standing

_NEARLY = 0.99


def sentence(
    standings: Sequence[Standing], decision: Decision, floors: Collection[str], metric: str
) -> str:
    """Why the winner won: against whom, by how much, how surely."""
    by_name = {standing.candidate: standing for standing in standings}
    best, winner, rival = decision.best, decision.winner, decision.rival
    if rival is None:
        score = number(by_name[winner].score)
        return f"`{winner}` is the only candidate with a score ({metric} {score})."
    scores = f"{metric} {number(by_name[best].score)} against {number(by_name[rival].score)}"
    chance, size = _chance(decision), len(decision.tied) + 1
    if decision.confidence != "tie":
        doubt = "" if decision.confidence == "clear" else ": likely, not sure"
        text = f"`{best}` is better than all others: {scores} of `{rival}`, {chance}{doubt}"
    elif decision.chosen_by == "prior":
        text = (
            f"the labels are too few to tell {size} candidates apart, and of these `{winner}` does "
            f"best elsewhere with so few: `{best}` scores best here ({scores}), {chance}"
            if winner != best
            else f"`{winner}` scores best of {size} that so few labels cannot tell apart, and does "
            f"best elsewhere with so few: {scores} of `{rival}`, {chance}"
        )
    elif decision.chosen_by == "score":
        text = (
            f"`{best}` scores best of {size} that cannot be told apart, and any gain was asked "
            f"for, whatever it costs: {scores} of `{rival}`, {chance}"
        )
    elif winner == best:
        text = (
            f"`{best}` scores best and is the cheapest of {size} that cannot be told apart: "
            f"{scores} of `{rival}`, {chance} where 75 % is needed"
        )
    else:
        text = (
            f"`{winner}` is the cheapest of {size} that cannot be told apart: "
            f"`{best}` scores best ({scores}), {chance} where 75 % is needed"
        )
    return text + _depth(by_name, decision, floors) + "."


def number(value: float) -> str:
    """A score for people: four digits that count.

    Example:
        >>> number(0.912345), number(48211.7)
        ('0.9123', '48,212')
    """
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _chance(decision: Decision) -> str:
    by = f"by more than {number(decision.region)}" if decision.region else "at all"
    times = "one draw" if decision.draws == 1 else f"{decision.draws} draws"
    sure = decision.against_rival
    told = "above 99 %" if sure > _NEARLY else f"{100 * sure:.0f} %"
    return f"better {by} with a probability of {told} ({times})"


def _depth(by_name: Mapping[str, Standing], decision: Decision, floors: Collection[str]) -> str:
    """What the tie group says about going deep; standings are sorted, the first is the best."""
    tied = [standing for name, standing in by_name.items() if name in decision.tied]
    deep = [standing for standing in tied if standing.candidate not in floors]
    near = [standing for standing in tied if standing.candidate in floors]
    if decision.winner not in floors:
        return f"; the floor {_named(near[0])} is in the same group" if near else ""
    if deep:
        return f"; the best deep candidate, {_named(deep[0])}, is not measurably better than it"
    return "; nothing deep is as good" if len(floors) < len(by_name) else ""


def _named(standing: Standing) -> str:
    return f"`{standing.candidate}` ({number(standing.score)})"
