"""Under which licence the weights come that a candidate begins from: a part of its reason.

Who must defend a choice of model has to answer this too, and before anything is trained.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from headstart import weights
from headstart.records import Candidate
from headstart.weights import Entry

_NOT_STATED = "not stated"


def licensed(candidate: Candidate, named: Iterable[Entry] = ()) -> Candidate:
    """The candidate with the licence of each checkpoint; earlier runs of one's own have none.

    Args:
        named: what is known of checkpoints that are not in the catalogue.
    """
    known = {entry.name: entry for entry in (*weights.entries(), *named)}
    told = [_told(known[name]) for name in candidate.start.checkpoints if name in known]
    return replace(candidate, because="; ".join(filter(None, (candidate.because, *told))))


def _told(entry: Entry) -> str:
    if entry.licence == _NOT_STATED:
        return f"whoever made `{entry.name}` states no licence: ask before you pass a model on"
    return f"licence of `{entry.name}`: {entry.licence}"
