"""Vectors of texts and pictures are computed before the trials that see them.

The layer of an encoder is chosen once, on training rows of the first rung and, where they are soon
read, some hundred more: {type: probe, checkpoint, rows, layer, layers, similarity} in the journal;
what it tells goes back to `advice`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from headstart import weights
from headstart.advice.suited import suited
from headstart.evaluation.opinions import agreements
from headstart.experiment.arena import Arena
from headstart.experiment.attempt import Attempt
from headstart.experiment.probing import MOST_ROWS, best_layer
from headstart.experiment.vectors import is_embedded
from headstart.records import Candidate, Start, Transfer, control_of
from headstart.records.suitability import Agreement, Suitability, suitability_from_plain

_ROWS_TO_CHOOSE_BY = 300  # 90 reviews choose the worst of the upper layers now and then
_SHARE_OF_TIME = 0.05


def probe_encoders(
    arena: Arena, candidates: Sequence[Candidate], rows: int
) -> tuple[Candidate, ...]:
    """The candidates in the light of what frozen vectors tell of the labels.

    The best layer of each encoder stands in their start; a checkpoint that is behind another one
    beyond doubt is left out. A probe that fails leaves the last layer; the trials will say why.
    """
    chosen = _with_layers(arena, candidates, rows)
    found = suitabilities(arena)
    modality = {each.checkpoint: _modality(each.checkpoint) for each in found}
    kept, refusals = suited(chosen, found, modality)
    for refusal in refusals:
        arena.book.refuse(refusal)
    return tuple(kept)


def suitabilities(arena: Arena) -> tuple[Suitability, ...]:
    """What the probes of this run have measured."""
    return tuple(suitability_from_plain(note) for note in arena.book.entries("probe"))


def agreement_with_trials(arena: Arena) -> tuple[Agreement, ...]:
    """How the scores of the probes rank beside the trials on the largest rung common to all."""
    found = suitabilities(arena)
    tried = {each.checkpoint: _best_losses(arena, each.checkpoint) for each in found}
    reached = [set(by_rows) for by_rows in tried.values() if by_rows]
    top = max(set.intersection(*reached), default=0) if reached else 0
    losses = {name: by_rows[top] for name, by_rows in tried.items() if top in by_rows}
    return agreements(found, losses)


def _best_losses(arena: Arena, checkpoint: str) -> dict[int, float]:
    """Rows -> the lowest loss of a trial that started from a checkpoint."""
    best: dict[int, float] = {}
    for trial in arena.book.trials:
        if trial.start is None or checkpoint not in trial.start.checkpoints:
            continue
        if control_of(trial.start):
            continue
        if trial.rows and trial.loss is not None:
            best[trial.rows] = min(trial.loss, best.get(trial.rows, trial.loss))
    return best


def _modality(checkpoint: str) -> str:
    entry = weights.need(checkpoint).entry
    return entry.modality if entry is not None else ""


def _with_layers(arena: Arena, candidates: Sequence[Candidate], rows: int) -> tuple[Candidate, ...]:
    layers = {each.checkpoint: each.layer for each in suitabilities(arena)}
    chosen = []
    for candidate in candidates:
        if is_embedded(candidate):
            for name in candidate.start.checkpoints:
                if name not in layers:
                    layers[name] = _probe(
                        arena, candidate, name, rows_to_probe(arena, candidate, rows)
                    )
            candidate = replace(candidate, start=_in_layers(candidate.start, layers))
        chosen.append(candidate)
    return tuple(chosen)


def rows_to_probe(arena: Arena, candidate: Candidate, rung: int) -> int:
    """Training rows by which layers are compared.

    Larger rungs want the vectors of more rows than the first one has, so that reading some of them
    now costs little: half of all at most, as the others judge in other draws. By the clock each
    encoder may take a twentieth of what is left; of several in one start each is priced alike.
    """
    rows = arena.material.rows
    wanted = min(_ROWS_TO_CHOOSE_BY, rows // 2)
    if not arena.purse.counts_work:
        encoders = len(candidate.start.checkpoints)
        price = candidate.estimate.seconds / max(rows, 1) / max(encoders, 1)
        wanted = min(wanted, int(_SHARE_OF_TIME * arena.purse.left() / max(price, 1e-9)))
    return min(max(rung, wanted), MOST_ROWS)


def is_prepared(arena: Arena, candidate: Candidate, job: Mapping[str, Any]) -> bool:
    """Whether the vectors that a trial needs are there, or it needs none."""
    return not is_embedded(candidate) or _needs(candidate, job) in arena.prepared


def prepare(arena: Arena, candidate: Candidate, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Compute the vectors that a trial needs, on all cores; the failed result where that failed."""
    result = arena.ask({**job, "op": "embed", "threads": arena.threads})
    if result is None or result["status"] == "failed":
        return result
    arena.prepared.add(_needs(candidate, job))
    for each in result["embedded"]:
        if each["rows"]:
            arena.book.note({"type": "embedding", **each})
    return None


def _needs(candidate: Candidate, job: Mapping[str, Any]) -> str:
    """Which rows by which encoders and layers: the same for all families above them."""
    rows = [(source or {}).get("rows") for source in (job["training"], job["checking"])]
    return repr((candidate.start, rows))


def _in_layers(start: Start, layers: Mapping[str, int]) -> Start:
    assert isinstance(start, Transfer)
    chosen = tuple(layers[name] for name in start.checkpoints)
    return replace(start, layer=chosen[0] if len(chosen) == 1 else chosen)


def _probe(arena: Arena, candidate: Candidate, name: str, rows: int) -> int:
    start = Transfer(checkpoints=(name,), part="embedding")
    candidate = replace(candidate, start=start)
    attempt = Attempt(candidate=candidate, rows=rows, draw=0, amount=arena.purse.left())
    job = arena.job(attempt, "probe")
    result = arena.ask({**job, "op": "probe", "threads": arena.threads})
    if result is None or result["status"] == "failed":
        return -1
    layer = best_layer(result["layers"])
    measured = {key: result[key] for key in ("rows", "layers", "similarity")}
    arena.book.note({"type": "probe", "checkpoint": name, "layer": layer, **measured})
    spent = {key: result[key] for key in ("rows", "seconds", "cpu_seconds")}
    arena.book.note({"type": "embedding", "checkpoint": name, **spent})
    return layer
