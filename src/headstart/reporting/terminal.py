"""What a person sees in the terminal: pure functions from records to text.

The order is that of the run: what the data are and what is dangerous about them, what will be tried
and what will not, how it went on each rung, and what to use.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from headstart.metrics import default_metric, default_metric_because
from headstart.records import Candidate, Profile, Refusal, Trial, Verdict
from headstart.records.profile import ColumnFacts, WorldFacts
from headstart.reporting import answer
from headstart.reporting.findings import CurvePoint, Findings
from headstart.reporting.layout import PLAIN, Paint, aligned, cells, hanging, padded
from headstart.reporting.steps import next_steps
from headstart.reporting.wording import (
    count,
    duration,
    number,
    percent,
    place,
    span,
    start_phrase,
    unit_of,
    visible,
)

_LABELS = 33  # columns of the left side of the verdict block
_FEW_REFUSED = 4
_FEW_STEPS = 2  # the page has three, headstart adjust all
_FEW_PROMISES = 2  # the page and the model card have all
_BESIDE = 48  # where the confidence begins beside a short headline


def header(profile: Profile, width: int, *, paint: Paint = PLAIN, test: str | None = None) -> str:
    """The data in one line, how they were read, every trap, and what is asked of the models."""
    what = _world(profile.world) if profile.world else _table(profile)
    lines = [hanging(f"{paint.bold(place(profile.source))}: ", what, width, indent=2)]
    lines += [hanging("  note: ", visible(note, 500), width) for note in profile.notes]
    lines += [hanging(f"  {paint.warning('!')} ", text, width) for text in traps(profile)]
    lines.append(hanging("  ", _question(profile, test), width))
    return "\n".join(lines)


def traps(profile: Profile) -> list[str]:
    """What is dangerous about the data, a sentence each."""
    return [visible(trap.because, 500) for trap in profile.traps]


def candidates(
    tried: Sequence[Candidate],
    refused: Sequence[Refusal],
    width: int,
    *,
    paint: Paint = PLAIN,
    brief: bool = False,
) -> str:
    """Two tables: what is in the race and what is not, each line with its reason.

    Args:
        brief: only the first part of each reason, and a few refusals, whole families first.
    """
    rows = [
        ["  " + visible(each.name, 40), _start(each), duration(each.estimate.seconds)]
        for each in tried
    ]
    lines = aligned([["Candidates", "start", "estimate"], *rows], [False, False, True])
    begun = max(cells(line) for line in lines) + 3
    text = [paint.bold(padded(lines[0], begun) + "because")]
    reasons = [each.because.split("; ")[0] if brief else each.because for each in tried]
    text += _explained(lines[1:], reasons, begun, width)
    if refused:
        text += [paint.bold("Refused"), *_refused(refused, width, brief=brief)]
    return "\n".join(text)


def rungs(points: Sequence[CurvePoint], metric_name: str, unit: str) -> str:
    """Mean score by candidate and number of training rows; the number of draws where several.

    A mean with a training in it that the budget ended bears a star.
    """
    sizes = sorted({point.rows for point in points})
    names = list(dict.fromkeys(point.candidate for point in points))
    table = [[metric_name, *(f"{rows:,} {unit}" for rows in sizes), ""]]
    for name in names:
        found = [[p for p in points if (p.candidate, p.rows) == (name, rows)] for rows in sizes]
        means = [_mean(cell) if cell else "" for cell in found]
        draws = max(len(cell) for cell in found)
        table.append([visible(name, 40), *means, f"← {draws} draws" if draws > 1 else ""])
    lines = aligned(table, [False, *([True] * len(sizes)), False])
    if any(point.is_cut for point in points):
        lines.append("* the budget ended a training there")
    return "\n".join(f" {line}" for line in lines)


def _mean(cell: Sequence[CurvePoint]) -> str:
    star = "*" if any(point.is_cut for point in cell) else ""
    return number(sum(point.score for point in cell) / len(cell)) + star


def starts(findings: Findings, width: int) -> str:
    """Score of each start and of the best floor by the number of labels; pairs that are settled."""
    curves = [each for each in answer.start_curves(findings) if each.points]
    sizes = sorted({point.rows for curve in curves for point in curve.points})
    if len(sizes) < 2:
        return ""
    noun, decided = findings.task.noun, findings.verdict
    table = [[f"{findings.task.metric} by {noun}", *(f"{size:,}" for size in sizes), "best"]]
    for curve in curves:
        score = {p.rows: number(p.score) + ("*" if p.is_cut else "") for p in curve.points}
        name = curve.start or f"floor {visible(curve.name, 30)}"
        best = visible(curve.points[-1].candidate, 40) if curve.start else ""
        table.append([name, *(score.get(size, "") for size in sizes), best])
    lines = [" " + line for line in aligned(table, [False, *([True] * len(sizes)), False])]
    if decided is not None:  # what would change the answer stands below the verdict
        rest = [each for each in answer.other_pairs(decided) if each.below is not None]
        said = answer.in_words(rest)
        lines += [hanging("   ", visible(each, 400), width, indent=5) for each in said]
    return "\n".join(lines)


def verdict(findings: Findings, width: int, *, paint: Paint = PLAIN) -> str:
    """What to use, how good it is on rows nobody has seen, how sure that is, and the doubts."""
    decided = findings.verdict
    if decided is None:
        return hanging("", answer.undecided(findings), width)
    lines = [_headline(decided, width, paint)]
    lines += [_line(label, text, width) for label, text in _facts(findings, decided)]
    return "\n".join(lines)


def next_commands(findings: Findings) -> str:
    """What to type next."""
    run = shlex.quote(visible(findings.run))
    new = "new.csv" if findings.task.has_rows else shlex.quote(visible(findings.source))
    steps = [f"report {run}", f"adjust {run}", f"predict {run} {new}", f"replay {run}"]
    return "Next: " + " · ".join(f"headstart {step}" for step in steps)


def summary(findings: Findings, width: int, *, paint: Paint = PLAIN) -> str:
    """The end of a run: rungs, starts, verdict, next commands."""
    parts = []
    if findings.curves:
        parts.append(rungs(findings.curves, findings.task.metric, unit_of(findings.task)))
    if by_start := starts(findings, width):
        parts.append(by_start)
    failed = [trial for trial in findings.trials if trial.status == "failed"]
    if failed:
        parts.append("\n".join(_failure(trial, width) for trial in failed[:5]))
    parts.append(verdict(findings, width, paint=paint) + "\n" + next_commands(findings))
    return "\n\n".join(parts)


def _table(profile: Profile) -> str:
    inputs = profile.inputs()
    if 0 < len(inputs) <= 3:
        left = ", ".join(_column(column) for column in inputs)
    else:
        tally = Counter(column.modality for column in inputs)
        kinds = ", ".join(count(n, m, _PLURAL.get(m)) for m, n in tally.most_common())
        left = f"{count(len(inputs), 'input column')} ({kinds})" if kinds else "no input column"
    dropped = f" · {profile.unlabelled:,} without a label" if profile.unlabelled else ""
    unread = f" · {profile.rejected:,} unreadable" if profile.rejected else ""
    return f"{count(profile.rows, 'row')}{dropped}{unread} · {left}{_target(profile)}"


_PLURAL = {"category": "categories", "series": "series", "audio": "recordings"}


def _column(column: ColumnFacts) -> str:
    words = f", median {column.median_words:.0f} words" if column.median_words else ""
    return f"{visible(column.name, 40)} ({column.modality}{words})"


def _target(profile: Profile) -> str:
    task = profile.task
    if not task.targets:
        return ""
    names = ", ".join(visible(name, 40) for name in task.targets[:3])
    if len(task.targets) > 3:
        names += f" (+{len(task.targets) - 3} more)"
    if task.kind == "classification" and len(task.classes) == 1:
        labels = task.classes[0]
        share = ""
        if profile.balance:
            most = max(range(len(labels)), key=lambda place: profile.balance[place])
            share = f", {percent(profile.balance[most])} {visible(labels[most], 30)}"
        return f" → {names} ({count(len(labels), 'class', 'classes')}{share})"
    return f" → {names} ({task.kind.replace('_', ' ')})"


def _world(world: WorldFacts) -> str:
    seen = f"observations {world.observation}" if world.states is None else f"{world.states} states"
    parts = [
        seen,
        f"{world.actions} actions" if world.actions is not None else "continuous actions",
    ]
    if world.episode_steps is not None:
        parts.append(f"at most {world.episode_steps:,} steps an episode")
    if world.threshold is not None:
        parts.append(f"solved at {number(world.threshold)}")
    played = count(world.episodes, "episode")
    parts.append(f"random play earns {number(world.random_return)} ({played})")
    return " · ".join(parts)


def _question(profile: Profile, test: str | None) -> str:
    task = profile.task
    if not task.has_rows:
        locked = "locked for the end: a block of reset seeds"
    elif test is not None:
        locked = f"judged at the end on {visible(test)}"
    elif (able := profile.rows if profile.judges is None else profile.judges) >= 500:
        locked = f"locked for the end: about {able / 5:,.0f} rows"
    else:
        new = " that may judge" if profile.judges is not None else ""
        locked = f"fewer than 500 rows{new}: nothing is locked, repeated 5-fold judges"
    split = f" · split: {visible(str(task.split), 60)}" if task.split.kind != "random" else ""
    return f"{locked}{split}{_asked(profile)}"


def _asked(profile: Profile) -> str:
    task, why = profile.task, ""
    if not task.metric:
        return ""
    usual = task.kind in ("classification", "regression", "forecasting")
    if usual and task.metric == default_metric(task.kind, profile.balance):
        why = f"{default_metric_because(task.kind, profile.balance)}; "
    return f" · metric: {task.metric} ({why}--metric to change)"


def _start(candidate: Candidate) -> str:
    floor = " (floor)" if answer.is_floor(candidate.family) else ""
    return start_phrase(candidate.start) + floor


def _refused(refused: Sequence[Refusal], width: int, *, brief: bool) -> list[str]:
    groups = answer.refused_together(refused)
    shown = groups[:_FEW_REFUSED] if brief else groups
    rows = [[f"  {visible(names, 50)}", start] for names, start, _ in shown]
    lines = aligned(rows, [False, False])
    begun = max(cells(line) for line in lines) + 3
    text = _explained(lines, [because for _, _, because in shown], begun, width)
    if len(groups) > len(shown):
        text.append(f"  (+{len(groups) - len(shown)} more; headstart advise lists them)")
    return text


def _explained(lines: Sequence[str], reasons: Sequence[str], begun: int, width: int) -> list[str]:
    """Each line with its reason beside it, or below it where the terminal is narrow."""
    shown = [visible(reason, 500) for reason in reasons]
    pairs = zip(lines, shown, strict=True)
    if width - begun >= 36:
        return [hanging(padded(line, begun), reason, width).rstrip() for line, reason in pairs]
    return [f"{line}\n{hanging('      ', reason, width)}".rstrip() for line, reason in pairs]


def _headline(decided: Verdict, width: int, paint: Paint) -> str:
    use = f"Use: {answer.what_to_use(decided)}"
    sure = f"({answer.sureness(decided)})"
    begun = max(_BESIDE, cells(use) + 3)
    if begun + cells(sure) <= width:
        return paint.bold(use) + " " * (begun - cells(use)) + sure
    return paint.bold(use) + "\n" + hanging("  ", sure, width)


def _facts(findings: Findings, decided: Verdict) -> list[tuple[str, str]]:
    """Label and text of each line below the headline; empty ones are left out."""
    changes = answer.changing(findings, decided)
    facts = [_score(findings, decided), ("depth", answer.worth_going_deep(decided))]
    facts.append(("price", answer.price(findings)))
    facts.append(("spent", answer.spent(findings)))
    promised = findings.promises[:_FEW_PROMISES]
    facts += [("its answers" if not i else "", text) for i, text in enumerate(promised)]
    facts.append(("pretrained weights", answer.transferred(decided)))
    facts += [("what would change the answer" if not i else "", t) for i, t in enumerate(changes)]
    facts += [("doubts" if not i else "", t) for i, t in enumerate(findings.doubts)]
    steps = next_steps(findings.next_steps, findings.run)[:_FEW_STEPS]
    facts += [("what to do next" if not i else "", t) for i, t in enumerate(steps)]
    if findings.interrupted:
        facts.append(("interrupted", "the budget was not spent; fit into the same --out goes on"))
    return [(label, visible(text, 600)) for label, text in facts if text]


def _score(findings: Findings, decided: Verdict) -> tuple[str, str]:
    result = answer.scored(findings, decided)
    text = f"{number(result.score)}  ({result.level} %: {span(result.interval)})"
    if result.floor is not None:
        floor = f"{result.floor.family} {number(result.floor.score)}"
        text += f"   floor {floor} ({span(result.floor.interval)})"
    return f"{decided.metric} on {result.where}", text


def _line(label: str, text: str, width: int) -> str:
    if width < 90:
        return hanging(f"  {label}: " if label else "    ", text, width, indent=4)
    return hanging(f"  {padded(label, _LABELS - 2)}  ", text, width, indent=_LABELS + 2)


def _failure(trial: Trial, width: int) -> str:
    failed = f"  ! {visible(trial.candidate, 40)} failed: "
    return hanging(failed, visible(trial.because, 300), width, indent=4)
