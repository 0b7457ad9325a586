"""By what the delivered model tells how new a row is: learned in a worker, from its own rows."""

from __future__ import annotations

from pathlib import Path

from headstart.delivery.contract import contract_to_plain
from headstart.experiment.arena import Arena
from headstart.families import candidate_to_plain
from headstart.features.novelty import FILE
from headstart.records import Candidate, Table, Trial

_MOST_SECONDS, _FEWEST_SECONDS = 10.0, 0.2


def learn(arena: Arena, candidate: Candidate, trial: Trial) -> Path | None:
    """The file for the model folder; None for worlds, for few rows, and where there is no time.

    Args:
        candidate: the first member, whose frozen encoder, if it has one, makes the vectors.
        trial: that trained it: its rows are those that new ones are compared with.
    """
    if not isinstance(arena.material.data, Table) or arena.interrupted():
        return None
    seconds = min(_MOST_SECONDS, 0.6 * arena.purse.left())
    if seconds < _FEWEST_SECONDS and not arena.purse.counts_work:
        return None
    out = arena.material.folder.absolute() / FILE
    out.unlink(missing_ok=True)
    job = {
        "op": "novelty",
        "candidate": candidate_to_plain(candidate),
        "contract": contract_to_plain(arena.contract),
        "training": arena.material.training(trial.draw, trial.rows or arena.material.all_rows),
        "cache": str(arena.vectors),
        "threads": arena.threads,
        "seed": arena.seed,
        "out": str(out),
    }
    result = arena.ask(job if arena.purse.counts_work else {**job, "no_later_than": seconds})
    if result is None or result["status"] != "finished" or not result["told"]:
        return None
    return out
