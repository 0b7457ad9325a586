"""Read texts with a small Transformer, from scratch: every token looks at every other.

It needs more rows than an LSTM before it reads as well; it shows what attention alone is worth
beside the same network pretrained (`text_encoder`).

`Transfer` of the tensors begins from a selection of a larger network's: vectors of the tokens that
both know, and evenly spaced entries of its first blocks.

Defaults: two blocks of 128 entries, normalised before each part, for processor cores.
References: Vaswani et al. 2017, "Attention Is All You Need"; Xiong et al. 2020, "On Layer
Normalization in the Transformer Architecture".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.families.neural._reading import LONGEST, fit_reader, propose_reader
from headstart.processes.libraries import need
from headstart.records import Candidate, Card, Profile, Refusal, Table, Task, setting
from headstart.session import Session

if TYPE_CHECKING:
    from headstart.families.neural._text import Architecture, TextModel

CARD = Card(
    name="transformer",
    summary="a small Transformer that learns to read texts from scratch",
    kinds=("classification", "regression"),
    modalities=("text", "number", "category", "time", "identifier"),
    starts=("FineTune", "Transfer", "Scratch"),
    extras=("deep", "weights"),
    libraries=("torch", "tokenizers"),
    threads="all",
    threads_from=1,
    when_not="with fewer than some ten thousand rows: then take a pretrained one",
    references=(
        "Vaswani et al. 2017, 'Attention Is All You Need', arXiv 1706.03762",
        "Xiong et al. 2020, 'On Layer Normalization in the Transformer Architecture'",
    ),
    controls=True,
    no_start=(
        ("Direct", "no network of this size is published; `text_encoder` has those that are"),
    ),
)

_FEWEST_ROWS = 10_000
_SECONDS_PER_TOKEN = 8e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for some ten thousand rows; None depends on their number."""

    vocabulary: int = setting(8_000, "most tokens of the vocabulary", low=100, high=200_000)
    longest: int | None = setting(
        None, "most tokens of a row; None: what 95 of 100 rows need, 128 at most", low=4, high=8192
    )
    entries: int = setting(128, "entries of a token, a multiple of `heads`", low=4, high=2048)
    heads: int = setting(4, "attention heads", low=1, high=64)
    blocks: int = setting(2, "blocks of attention and a wide layer", low=1, high=24)
    passes: int | None = setting(None, "most passes over the rows", low=1, high=1000)
    batch: int = setting(32, "rows of a step", low=1, high=4096)
    learning_rate: float = setting(7e-4, "at the top of the schedule", low=1e-6, high=1.0)
    dropout: float = setting(0.1, "share of entries left out", low=0.0, high=0.9)
    decay: float = setting(0.05, "weight decay", low=0.0, high=1.0)
    smoothing: float = setting(0.0, "share of a class's weight spread over all", low=0.0, high=0.5)
    patience: float = setting(0.3, "share of the schedule without gain before the end", low=0.01)


def propose(task: Task, profile: Profile) -> list[Candidate | Refusal] | Refusal:
    return propose_reader(
        CARD,
        Settings(),
        task,
        profile,
        fewest_rows=_FEWEST_ROWS,
        seconds_per_token=_SECONDS_PER_TOKEN,
        because="enough to learn attention from scratch (arXiv 1706.03762)",
    )


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TextModel:
    need("torch", wanted_by="the family `transformer`")
    return fit_reader(_architecture(), candidate, task, data, session)


def load(folder: Path) -> TextModel:
    need("torch", wanted_by="the family `transformer`")
    from headstart.families.neural._text import load_text

    return load_text(folder, _architecture())


def _architecture() -> Architecture:
    from headstart.families.neural._text import Architecture

    return Architecture(
        name=CARD.name,
        settings=Settings,
        trunk=_trunk,
        shape=("vocabulary", "longest", "entries", "heads", "blocks"),
    )


def blank(settings: Settings, profile: Profile | None = None) -> Any:
    """The trunk without its numbers, which weights of others may be put into."""
    import torch

    from headstart.networks.readers import Attentive

    d, heads, blocks = settings.entries, settings.heads, settings.blocks
    with torch.device("meta"):
        return Attentive(settings.vocabulary, d, heads, blocks, settings.longest or LONGEST, 0.0)


def _trunk(settings: Settings, tokens: Any, body: Mapping[str, Any], seed: int) -> Any:
    from headstart.networks.readers import Attentive

    return Attentive(
        tokens.vocabulary,
        settings.entries,
        settings.heads,
        settings.blocks,
        tokens.longest,
        settings.dropout,
    )
