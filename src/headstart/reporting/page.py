"""One page that opens offline: the verdict in words first, then everything it rests on.

No script, no request, no library: text, tables and inline SVG under a Content-Security-Policy that
allows styles alone. Whatever comes from the data is escaped; long lists are cut, with a count, so
that the page stays far below 3 MB.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from headstart.metrics import metric
from headstart.reporting import answer, wording
from headstart.reporting.findings import Findings
from headstart.reporting.sections import account, behaviour, changed, standing, starts, weighed

_HERE = Path(__file__).parent
_NAME = re.compile(r"`([^`]+)`")


def page(findings: Findings) -> str:
    """The page as HTML."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    return _template().render(
        findings=findings,
        style=Markup(style),  # ours, without anything from the data
        title=_title(findings),
        unit=wording.unit_of(findings.task),
        asked=wording.task_phrase(findings.task),
        verdict=standing.verdict(findings),
        undecided=answer.undecided(findings) if findings.verdict is None else "",
        changed=changed.before_and_after(findings),
        changed_said=changed.said(findings),
        changed_tried=changed.tried(findings),
        leaderboard=standing.leaderboard(findings),
        returns=standing.returns(findings),
        metrics=standing.metrics(findings),
        starts=starts.starts(findings),
        better=wording.better(metric(findings.task.metric).direction),
        curves=behaviour.curves(findings),
        calibration=behaviour.calibration(findings),
        answered=behaviour.answered(findings),
        confusions=behaviour.confusions(findings),
        fitted=behaviour.fitted(findings),
        importance=behaviour.importance(findings),
        worst=behaviour.worst(findings),
        data=account.data(findings),
        traps=account.traps(findings),
        tried=account.tried(findings),
        failed=account.failed(findings),
        refused=account.refused(findings),
        ledger=account.ledger(findings),
        suitability=weighed.suitability(findings),
        opinions=weighed.second_opinions(findings.agreements),
    )


def _title(findings: Findings) -> str:
    source = wording.visible(Path(findings.source).name or findings.source, 80)
    if findings.verdict is None:
        return f"{source}: no verdict yet"
    return f"{source}: use {wording.visible(findings.verdict.winner.candidate, 60)}"


def _breakable(name: str) -> Markup:
    """A name that may be divided after its underscores, dots and slashes."""
    text = escape(name)
    for sign in "_./":
        text = text.replace(sign, Markup(f"{sign}<wbr>"))
    return text


def _prose(text: str) -> Markup:
    """A sentence; names in backticks are set as code."""
    return Markup(_NAME.sub(r"<code>\1</code>", str(escape(text))))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = wording.visible
    environment.filters["breakable"] = _breakable
    environment.filters["prose"] = _prose
    return environment.get_template("page.html.j2")
