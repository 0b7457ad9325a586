"""README.md of a model folder: what the model is for, how good it is, and how to use it.

Written for the person who is handed the folder and knows nothing of the run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from headstart.metrics import metric
from headstart.records import Profile, Verdict
from headstart.reporting import answer
from headstart.reporting.findings import Findings
from headstart.reporting.inventory import CheckpointEntry
from headstart.reporting.wording import better, count, number, span, task_phrase, visible

_MOST_COLUMNS = 100
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+|~!&-])")


def model_card(findings: Findings, checkpoints: Sequence[CheckpointEntry] = ()) -> str:
    """The card as Markdown.

    Args:
        checkpoints: catalogue entries of the checkpoints that the model was started from.
    """
    parts = [
        _head(findings),
        _score(findings),
        _promises(findings),
        _inputs(findings.profile),
        _data(findings),
        _limits(findings),
        _use(findings),
        _licences(findings, checkpoints),
        _made(findings),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _plain(text: str, most: int = 200) -> str:
    """Text from the data, so that Markdown does nothing with it."""
    return _SPECIAL.sub(r"\\\1", visible(text, most))


def _origin(findings: Findings) -> str:
    """What it was made from, without the folder: a card travels, and a path tells of a machine."""
    source = findings.source
    return _plain((Path(source).name or source) if findings.task.has_rows else source)


def _head(findings: Findings) -> str:
    decided = findings.verdict
    what = f"It answers {_plain(task_phrase(findings.task))}."
    if decided is None:
        return f"# A first model for {_origin(findings)}\n\n{what} No verdict was reached."
    return f"# {_plain(answer.what_to_use(decided))}\n\n{what} Made from {_origin(findings)}."


def _score(findings: Findings) -> str:
    decided = findings.verdict
    if decided is None:
        return f"## How good it is\n\n{_plain(answer.undecided(findings), 500)}"
    result = answer.scored(findings, decided)
    about = metric(decided.metric)
    lines = [
        f"| {decided.metric} on {result.where} | score | {result.level} % interval |",
        "| --- | ---: | ---: |",
        f"| this model | {number(result.score)} | {span(result.interval)} |",
    ]
    if result.floor is not None:
        floor = result.floor
        lines.append(f"| floor: {floor.family} | {number(floor.score)} | {span(floor.interval)} |")
    meaning = f"{decided.metric}: {about.summary}; {better(about.direction)}."
    return "\n".join(["## How good it is", "", *lines, "", meaning, "", _sure(decided)])


def _sure(decided: Verdict) -> str:
    sure = answer.sureness(decided)
    return f"The choice is {_plain(sure, 500)}."


def _promises(findings: Findings) -> str:
    if not findings.promises:
        return ""
    lines = [f"- {_plain(text, 500)}" for text in findings.promises]
    return "\n".join(["## What its answers come with", "", *lines])


def _inputs(profile: Profile | None) -> str:
    if profile is None or not profile.inputs():
        return ""
    shown = profile.inputs()[:_MOST_COLUMNS]
    lines = ["## What it reads", "", "| column | reading |", "| --- | --- |"]
    lines += [f"| {_plain(column.name, 80)} | {column.modality} |" for column in shown]
    if len(profile.inputs()) > len(shown):
        lines.append(f"\n{len(profile.inputs()) - len(shown)} more are in `headstart.json`.")
    return "\n".join(lines)


def _data(findings: Findings) -> str:
    rows = findings.rows
    if not findings.task.has_rows:
        return f"## Learned from\n\n{count(rows.train, 'step')} in {_origin(findings)}."
    lines = [f"- {count(rows.train, 'row')} to learn from, {rows.test:,} kept for the score"]
    if rows.unlabelled:
        lines.append(f"- {count(rows.unlabelled, 'row')} without a label, left out")
    if rows.rejected:
        lines.append(f"- {count(rows.rejected, 'row')} that could not be read")
    lines.append(f"- split: {_plain(str(findings.task.split))}")
    return "\n".join(["## Learned from", "", *lines])


def _limits(findings: Findings) -> str:
    traps = findings.profile.traps if findings.profile else ()
    known = dict.fromkeys([*findings.doubts, *(trap.because for trap in traps[:20])])
    lines = [f"- {_plain(text, 500)}" for text in known]
    lines.append("- The score holds for data like those it was made from, and for no others.")
    return "\n".join(["## Limits and doubts", "", *lines])


def _use(findings: Findings) -> str:
    new = "new.csv" if findings.task.has_rows else findings.source
    python = 'import headstart as hs\n\nhs.predict("path/to/this/folder", "new.csv")'
    command = f"headstart predict path/to/this/folder {visible(new)}"
    text = [f"```\n{command}\n```"]
    if findings.task.has_rows:
        text.append(f"In Python:\n\n```python\n{python}\n```")
    text.append("The folder holds data only, no code and no pickle; it can be moved anywhere.")
    return "\n\n".join(["## How to use it", *text])


def _licences(findings: Findings, checkpoints: Sequence[CheckpointEntry]) -> str:
    used = findings.verdict.winner.start.checkpoints if findings.verdict else ()
    if not used:
        return ""
    known = {entry.name: entry.licence for entry in checkpoints}
    lines = [f"- {_plain(name)}: {_plain(known.get(name, 'licence not known'))}" for name in used]
    return "\n".join(["## Licences of the checkpoints it started from", "", *lines])


def _made(findings: Findings) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in findings.versions)
    command = visible(findings.command, 2000).replace("```", "")
    return f"## How it was made\n\n```\n{command}\n```\n\nSeed {findings.seed}. {versions}".rstrip()
