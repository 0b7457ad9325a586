"""What pretrained weights promised on these rows before any trial, and how far that came true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from headstart.records.suitability import LEADING, SECOND_OPINIONS, Agreement, Suitability
from headstart.reporting.findings import Findings
from headstart.reporting.sections.pieces import Grid
from headstart.reporting.wording import number, visible

_NAMES: Mapping[str, str] = {
    "neighbours": "neighbours",
    "linear_probe": "linear probe",
    "logme": "LogME",
    "h_score": "H-score",
    "n_leep": "N-LEEP",
}


def suitability(findings: Findings) -> Grid | None:
    """A line for each checkpoint, with the scores of its best layer; below, who ranked how."""
    found = sorted(findings.suitabilities, key=lambda each: -each.lead)
    if not found:
        return None
    names = [name for name in (*LEADING, *SECOND_OPINIONS) if name in found[0].scores]
    return Grid(
        head=("checkpoint", "likeness", "best layer", *(_NAMES[name] for name in names)),
        rows=tuple(_row(each, names) for each in found),
        numeric=frozenset(range(2, 3 + len(names))),
    )


def second_opinions(agreements: Sequence[Agreement]) -> str:
    """How the scores ranked beside what was measured later, as a sentence; empty without any."""
    told = [each for each in agreements if each.correlation is not None]
    if not told:
        return ""
    marks = ", ".join(f"{_NAMES[each.score]} {each.correlation:.2f}" for each in told)
    over = told[0].over
    if told[0].measured == "trials":
        return f"Rank correlation with the losses of the trials, over {over} checkpoints: {marks}."
    return (
        f"Rank correlation with the linear probe over {over} layers: {marks}. With three "
        "checkpoints or more it would be taken against their trials."
    )


def _row(found: Suitability, names: Sequence[str]) -> tuple[str, ...]:
    like = found.similarity
    likeness = "not measured" if like is None else f"{like.level} ({like.value:.2f} {like.measure})"
    layer = f"{found.layer} of {len(found.layers) - 1}"
    scores = (number(found.scores[name]) for name in names)
    return (visible(found.checkpoint, 60), likeness, layer, *scores)
