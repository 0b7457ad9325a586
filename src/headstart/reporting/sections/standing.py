"""Who is better, by how much, and how sure that is: the verdict and the leaderboard."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from headstart.metrics import metric
from headstart.records import Verdict
from headstart.records.verdict import Standing
from headstart.reporting import answer, charts
from headstart.reporting.charts import axes
from headstart.reporting.charts.axes import Axis
from headstart.reporting.findings import Findings
from headstart.reporting.sections.pieces import Answer, Fact, Line, Strips
from headstart.reporting.steps import next_steps
from headstart.reporting.wording import better, number, percent, span, start_phrase, visible

_MOST_LINES = 60
_LEAST_PRICE = 0.01
_FAR = 3.0  # further from the best than this many times the best floor is: off the axis


def verdict(findings: Findings) -> Answer | None:
    """What to use, how good that is, how sure, at what price."""
    decided = findings.verdict
    if decided is None:
        return None
    winner, result = decided.winner, answer.scored(findings, decided)
    return Answer(
        winner=visible(winner.candidate, 60),
        how=answer.how_it_begins(winner),
        confidence=decided.confidence,
        sure=answer.sureness(decided).partition(": ")[2],
        deep=answer.worth_going_deep(decided),
        where=result.where,
        metric=decided.metric,
        direction=better(decided.direction),
        meaning=metric(decided.metric).summary,
        scores=_winner_and_floor(decided, result),
        level=result.level,
        facts=_facts(findings, decided),
    )


def leaderboard(findings: Findings) -> Strips | None:
    """Every finalist and floor on the same validation rows, best first."""
    decided = findings.verdict
    if decided is None or not decided.standings:
        return None
    shown = decided.standings[:_MOST_LINES]
    axis = _near(shown, decided)
    unit = "units" if findings.budget.steps is not None else "CPU s"
    lines = tuple(
        Line(
            name=visible(each.candidate, 60),
            note=_note(each),
            tag=_tag(decided, each),
            strip=charts.interval(axis, each.score, each.interval, _style(decided, each), 95),
            score=number(each.score),
            interval=span(each.interval),
            cost=f"{_price(each.cost)} {unit}",
            first="" if each.first is None else percent(each.first),
        )
        for each in shown
    )
    return Strips(lines=lines, ruler=charts.ruler(axis), hidden=len(decided.standings) - len(shown))


def _price(cost: float) -> str:
    return number(cost, 2) if cost >= _LEAST_PRICE else f"< {_LEAST_PRICE}"


def returns(findings: Findings) -> Markup | None:
    """Returns of single episodes in a world, the winner's first."""
    shown = [each for each in findings.returns if each.values][:8]
    styles = ["s0", *(["muted"] * (len(shown) - 1))]
    return charts.episode_returns(shown, styles) if shown else None


def metrics(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Further metrics on the same rows as the score."""
    found = findings.test.metrics if findings.test is not None else ()
    return tuple((name, number(value)) for name, value in found if name != findings.task.metric)


def _winner_and_floor(decided: Verdict, result: answer.Scored) -> Strips:
    named = [(visible(decided.winner.candidate, 60), result.score, result.interval, "s0")]
    if result.floor is not None:
        floor = result.floor
        named.append((f"floor: {floor.family}", floor.score, floor.interval, "muted"))
    axis = axes.around([end for _, score, ends, _ in named for end in (score, *ends)], room=0.2)
    lines = tuple(
        Line(
            name=name,
            strip=charts.interval(axis, score, ends, style, result.level),
            score=number(score),
            interval=span(ends),
        )
        for name, score, ends, style in named
    )
    return Strips(lines=lines, ruler=charts.ruler(axis))


def _facts(findings: Findings, decided: Verdict) -> tuple[Fact, ...]:
    facts = (
        Fact(label="Why", texts=(visible(answer.why(decided), 600),)),
        Fact(
            label="What the pretrained weights were worth",
            texts=(visible(answer.transferred(decided), 600),),
        ),
        Fact(label="Price", texts=(answer.price(findings),)),
        Fact(
            label="What would change the answer",
            texts=tuple(visible(text, 600) for text in answer.changing(findings, decided)),
        ),
        Fact(label="Doubts", texts=tuple(visible(text, 600) for text in findings.doubts)),
        Fact(
            label="What to do next",
            texts=tuple(
                visible(text, 600) for text in next_steps(findings.next_steps, findings.run)
            ),
        ),
    )
    return tuple(fact for fact in facts if any(fact.texts))


def _near(standings: Sequence[Standing], decided: Verdict) -> Axis:
    """An axis for those that are in question; a hopeless one must not squeeze the others."""
    best = decided.winner.score
    far = _FAR * max(
        abs(best - decided.floor.score), decided.winner.interval[1] - decided.winner.interval[0]
    )
    near = [each for each in standings if abs(each.score - best) <= far]
    return axes.around([end for each in near for end in (each.score, *each.interval)])


def _note(standing: Standing) -> str:
    if standing.members:
        return f"mean of {len(standing.members)} of these"
    floor = ", floor" if answer.is_floor(standing.family) else ""
    return start_phrase(standing.start) + floor


def _tag(decided: Verdict, standing: Standing) -> str:
    if standing.candidate == decided.winner.candidate:
        return "use this"
    return "tie" if standing.candidate in decided.tied else ""


def _style(decided: Verdict, standing: Standing) -> str:
    if standing.candidate == decided.winner.candidate:
        return "s0"
    return "muted" if answer.is_floor(standing.family) else "plain"
