"""Whatever fits of a checkpoint, put into a network of another architecture or size.

Where a network is filled by itself nobody can be asked: what fits several places in the same way
begins anew, and so does a table of tokens whose rows nothing explains. The receipt has all of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from headstart.records.receipt import Receipt
from headstart.weights.finding import Found
from headstart.weights.surgery.anatomy import of_module
from headstart.weights.surgery.applying import fill
from headstart.weights.surgery.plan import Plan
from headstart.weights.surgery.planning import (
    UNEXPLAINED,
    plan,
    refuse_strangers,
    renewed,
)
from headstart.weights.surgery.roles import is_words
from headstart.weights.surgery.shuffling import shuffled
from headstart.weights.tokenizing import tokenizer

_TOKENIZERS = ("tokenizer.json", "vocab.txt")
_MODEL = "network.json"
"""Where neural families keep the settings of their networks."""


def tensors_plan(source: Found, network: Any, *, tokens: Any = None, called: str = "") -> Plan:
    """What a network would take from a checkpoint; nothing in it is left open.

    Args:
        called: what the network is called in the plan; its class unless given.
        network: of torch; on the `meta` device it costs no memory.
        tokens: the tokenizer whose numbers the network reads; None where it reads none, or where
            they are not known yet: then the source's own stand for them.

    Raises:
        WeightsError: hardly anything fits, or the checkpoint is damaged.
    """
    has_words = any(source.file(name) is not None for name in _TOKENIZERS)
    pair = _vocabularies(source, network, tokens) if has_words else None
    made = plan(source, network, tokens=pair, heads=_heads(source), least=0.0)
    because = {
        str(move.target): f"{len(move.choices)} tensors fit in the same way" for move in made.open
    }
    if not has_words:
        because |= {
            name: UNEXPLAINED
            for name, part in made.goal.anatomy.parts.items()
            if is_words(part) and made.of(name).action != "new"
        }
    made = renewed(made, because) if because else made
    made = replace(made, target=called or made.target)
    refuse_strangers(made)
    return made


def take_tensors(
    source: Found, network: Any, *, tokens: Any = None, shuffle: int | None = None
) -> Receipt:
    """Fill a network with what fits; the rest keeps the first values that it has.

    Args:
        tokens: as of `tensors_plan`.
        shuffle: a seed: each tensor's entries in a random order, as a control (`shuffling`).

    Raises:
        WeightsError: hardly anything fits, or the checkpoint is damaged; nothing was moved then.
    """
    made = tensors_plan(source, network, tokens=tokens)
    made = made if shuffle is None else shuffled(made, shuffle)
    fill(made, network)
    return Receipt(moves=made.records(), coverage=made.coverage)


def _vocabularies(source: Found, network: Any, tokens: Any) -> tuple[Any, Any] | None:
    """The source's tokenizer, and the network's or as many of the source's tokens as it has."""
    parts = of_module(network).parts.values()
    rows = max((part.shape[0] for part in parts if is_words(part)), default=0)
    if not rows:
        return None
    theirs = tokenizer(source)
    if tokens is not None:
        return theirs, tokens
    known = sorted(theirs.get_vocab().items(), key=lambda each: each[1])[:rows]
    return theirs, {token: place for place, (token, _) in enumerate(known)}


def _heads(source: Found) -> int | None:
    """The heads of an earlier model's attention, which stand in its settings."""
    path = source.file(_MODEL) if source.is_run else None
    settings = json.loads(path.read_text(encoding="utf-8"))["settings"] if path else {}
    heads = settings.get("heads")
    return heads if isinstance(heads, int) else None
