"""What limits a result and what to do next, for the terminal."""

from __future__ import annotations

from headstart.records.diagnosis import Action, Diagnosis, Suspect
from headstart.reporting.layout import PLAIN, Paint, aligned, hanging
from headstart.reporting.steps import gain
from headstart.reporting.wording import number, visible

_NAMES = {
    "too_few_labels": "too few labels",
    "short_of_time": "short of time",
    "over_fit": "over-fit",
    "under_fit": "under-fit",
    "label_noise": "noise in labels",
    "imbalance": "imbalance",
    "wrong_metric": "wrong metric",
    "unstable": "unstable",
    "uncalibrated": "not calibrated",
    "shift": "shift",
    "leak": "leak",
    "undecided": "undecided",
}
_MOST_SUSPECTS = 10


def remedies(found: Diagnosis, width: int, *, paint: Paint = PLAIN) -> str:
    """Findings, next steps in order, and the labels to look at first; at most `width` columns."""
    parts = [_findings(found, width, paint), _actions(found, width, paint), _suspects(found, paint)]
    return "\n\n".join(part for part in parts if part)


def _findings(found: Diagnosis, width: int, paint: Paint) -> str:
    if not found.findings:
        return "Nothing that was measured limits the result more than the rows themselves do."
    lines = [
        hanging(f"  {_NAMES[each.kind]:16s}", visible(each.evidence, 400), width)
        for each in found.findings
    ]
    return "\n".join([paint.bold("What limits the result"), *lines])


def _actions(found: Diagnosis, width: int, paint: Paint) -> str:
    if not found.actions:
        return ""
    lines = []
    for place, each in enumerate(found.actions, start=1):
        lines.append(hanging(f"  {place}. ", visible(each.do, 200), width))
        lines.append(
            hanging("     ", f"{gain(each) or 'gain not known'}; cost: {each.cost}", width)
        )
        lines.append(hanging("     ", each.because, width))
        if each.apply is not None:
            lines.append(hanging("     ", _applying(each), width))
    return "\n".join([paint.bold("What to do next"), *lines])


def _applying(action: Action) -> str:
    """Under which name it is tried, and how sure that is to pay."""
    asked = "only if asked: --only " if action.only else "--only "
    named = f"adjust --apply tries it ({asked}{action.apply})"
    if action.paid is None:
        return f"{named}; not tried here yet"
    runs = "1 run" if action.paid.tried == 1 else f"{action.paid.tried} runs"
    return f"{named}; this advice paid in {action.paid.paid} of {runs} here"


def _suspects(found: Diagnosis, paint: Paint) -> str:
    if not found.suspects:
        return ""
    head = ["row", "label", "likelier", "chance of the label"]
    rows = [_row(each) for each in found.suspects[:_MOST_SUSPECTS]]
    more = len(found.suspects) - len(rows)
    lines = aligned([head, *rows], [True, False, False, True])
    tail = [f"  ... and {more:,} more: --json lists them"] if more else []
    title = "Labels to look at (row 1 is the first below the header)"
    return "\n".join([paint.bold(title), *(f"  {line}" for line in lines), *tail])


def _row(suspect: Suspect) -> list[str]:
    return [
        f"{suspect.row + 1:,}",
        visible(suspect.given, 24),
        visible(suspect.likelier, 24),
        number(suspect.chance),
    ]
