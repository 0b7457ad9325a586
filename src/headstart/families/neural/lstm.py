"""Read texts in both directions with an LSTM, from scratch, word by word.

Good where the order of words decides and thousands of rows show it, in any language; with fewer
rows a pretrained encoder or counted words are better.

`Transfer` of the tensors begins from the vectors that a larger network has for the tokens that both
know, and from the gates of another LSTM.

Defaults: one layer of 128 units each way, as fast as two processor cores can pay for.
Reference: Hochreiter & Schmidhuber 1997, "Long Short-Term Memory"; Zhang, Zhao & LeCun 2015,
"Character-level Convolutional Networks for Text Classification" (where counting words wins).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.families.neural._reading import fit_reader, propose_reader
from headstart.processes.libraries import need
from headstart.records import Candidate, Card, Profile, Refusal, Table, Task, setting
from headstart.session import Session

if TYPE_CHECKING:
    from headstart.families.neural._text import Architecture, TextModel

CARD = Card(
    name="lstm",
    summary="a bidirectional LSTM that learns to read texts from scratch",
    kinds=("classification", "regression"),
    modalities=("text", "number", "category", "time", "identifier"),
    starts=("FineTune", "Transfer", "Scratch"),
    extras=("deep", "weights"),
    libraries=("torch", "tokenizers"),
    threads="all",
    threads_from=1,
    when_not="with fewer than some thousand rows, or where a pretrained encoder knows the language",
    references=(
        "Hochreiter & Schmidhuber 1997, 'Long Short-Term Memory'",
        "Zhang, Zhao & LeCun 2015, 'Character-level Convolutional Networks for Text "
        "Classification', arXiv 1509.01626",
    ),
    spelled="LSTM",
    controls=True,
    no_start=(("Direct", "no such network is published that answers other people's questions"),),
)

_FEWEST_ROWS = 2_000
_SECONDS_PER_TOKEN = 6e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for some thousand rows; None depends on their number."""

    vocabulary: int = setting(8_000, "most tokens of the vocabulary", low=100, high=200_000)
    longest: int | None = setting(
        None, "most tokens of a row; None: what 95 of 100 rows need, 128 at most", low=4, high=8192
    )
    entries: int = setting(64, "entries of a token", low=4, high=1024)
    units: int = setting(128, "units of a direction", low=4, high=2048)
    layers: int = setting(1, "layers", low=1, high=6)
    passes: int | None = setting(None, "most passes over the rows", low=1, high=1000)
    batch: int = setting(32, "rows of a step", low=1, high=4096)
    learning_rate: float = setting(2e-3, "at the top of the schedule", low=1e-6, high=1.0)
    dropout: float = setting(0.3, "share of entries left out", low=0.0, high=0.9)
    decay: float = setting(0.01, "weight decay", low=0.0, high=1.0)
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
        because="an LSTM hears their order, which counting does not (arXiv 1509.01626)",
    )


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TextModel:
    need("torch", wanted_by="the family `lstm`")
    return fit_reader(_architecture(), candidate, task, data, session)


def load(folder: Path) -> TextModel:
    need("torch", wanted_by="the family `lstm`")
    from headstart.families.neural._text import load_text

    return load_text(folder, _architecture())


def _architecture() -> Architecture:
    from headstart.families.neural._text import Architecture

    return Architecture(
        name=CARD.name,
        settings=Settings,
        trunk=_trunk,
        shape=("vocabulary", "longest", "entries", "units", "layers"),
    )


def blank(settings: Settings, profile: Profile | None = None) -> Any:
    """The trunk without its numbers, which weights of others may be put into."""
    import torch

    from headstart.networks.readers import Recurrent

    with torch.device("meta"):
        return Recurrent(
            settings.vocabulary, settings.entries, settings.units, settings.layers, 0.0
        )


def _trunk(settings: Settings, tokens: Any, body: Mapping[str, Any], seed: int) -> Any:
    from headstart.networks.readers import Recurrent

    return Recurrent(
        tokens.vocabulary, settings.entries, settings.units, settings.layers, settings.dropout
    )
