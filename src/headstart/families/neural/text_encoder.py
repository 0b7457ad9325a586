"""Read texts with an encoder that others have trained: BERT and its kin.

With some hundred labels nothing else of this size does as well; with few words a row, or in a
language that the encoder has not read, counting words may. Other columns stand beside the text.

Starts: `Direct` answers by the checkpoint's own labels, named like the classes or mapped to them,
or by the nearest class name. `Transfer` of the embedding fits a linear head on the standing
encoder. `FineTune` begins from that head and lets the last blocks, all of them, or small changes
beside them learn (LP-FT); with few labels all blocks learn from pairs of texts instead, and the
head afterwards (SetFit). `Transfer` of the encoder begins from a head under a hidden layer in which
texts and columns meet. `Scratch` has random weights, and so have control arms: the network of a
`FineTune` or `Transfer` from random or shuffled weights, all of it learning.

Defaults: learning rate 1e-4 for 384 entries of a vector and in proportion, each block 0.9 times as
fast as the one above; 4 passes over 512 rows, fewer over more, 3 to 10.
References: Devlin et al. 2019, "BERT"; Kumar et al. 2022, "Fine-Tuning can Distort Pretrained
Features"; Hu et al. 2022, "LoRA"; Tunstall et al. 2022, "SetFit"; Howard & Ruder 2018, "ULMFiT"
(rates by layer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headstart.families.neural._encoder_proposals import (
    candidates,
    passes_for,
    rank,
    why_not_direct,
)
from headstart.families.neural._proposing import at_hand, of_the_best, why_none
from headstart.features.class_names import as_words
from headstart.features.own_labels import own_labels
from headstart.processes.libraries import need
from headstart.records import (
    Candidate,
    Card,
    Direct,
    LabelMapping,
    Profile,
    Refusal,
    Start,
    Table,
    Task,
    Transfer,
    control_of,
    knows_nothing,
    setting,
)
from headstart.session import Session
from headstart.weights.entry import Entry, TextInputs

if TYPE_CHECKING:
    from headstart.families.neural._own_answers import OwnAnswers
    from headstart.families.neural._standing import Standing
    from headstart.families.neural._text import Architecture, TextModel

CARD = Card(
    name="text_encoder",
    summary="a pretrained encoder of texts (BERT and its kin), as it is or fine-tuned",
    kinds=("classification", "regression"),
    modalities=("text", "number", "category", "time", "identifier"),
    starts=("Direct", "FineTune", "Transfer", "Scratch"),
    extras=("deep", "weights"),
    libraries=("torch", "tokenizers", "transformers.modeling_utils"),
    threads="all",
    threads_from=1,
    controls=True,
    when_not="with many thousand labels of a simple kind, where counting words is as good",
    references=(
        "Devlin et al. 2019, 'BERT: Pre-training of Deep Bidirectional Transformers'",
        "Kumar et al. 2022, 'Fine-Tuning can Distort Pretrained Features', arXiv 2202.10054",
        "Hu et al. 2022, 'LoRA: Low-Rank Adaptation of Large Language Models', arXiv 2106.09685",
        "Tunstall et al. 2022, 'Efficient Few-Shot Learning Without Prompts', arXiv 2209.11055",
    ),
    excused=(
        (
            "check_first_candidate_is_the_safe_one",
            "random weights are the last thing to try here; the first stands on this machine",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Defaults for one checkpoint of some million parameters; None depends on rows and network."""

    longest: int | None = setting(
        None, "most tokens of a row; None: 128, or what the network can take", low=4, high=8192
    )
    passes: int | None = setting(None, "most passes over the rows", low=1, high=1000)
    batch: int = setting(16, "rows of a step", low=1, high=4096)
    learning_rate: float | None = setting(None, "of the top block", low=1e-7, high=0.1)
    layer_decay: float = setting(0.9, "pace of a block beside the one above", low=0.1, high=1.0)
    head_pace: float = setting(10.0, "pace of the head beside the top block", low=0.1, high=1000)
    last: int = setting(2, "blocks that learn where only the last ones do", low=1, high=64)
    rank: int = setting(8, "rank of the changes of LoRA", low=1, high=256)
    rank_pace: float = setting(5.0, "pace of these changes beside the top block", low=0.1, high=100)
    hidden: int = setting(64, "units in which texts and columns meet", low=1, high=4096)
    dropout: float = setting(0.1, "share of a head's inputs left out", low=0.0, high=0.9)
    decay: float = setting(0.01, "weight decay", low=0.0, high=1.0)
    smoothing: float = setting(0.0, "share of a class's weight spread over all", low=0.0, high=0.5)
    patience: float = setting(0.6, "share of the schedule without gain before the end", low=0.01)
    penalty: float | None = setting(
        None, "L2 penalty of the linear head, in rows; None: chosen", low=1e-6, high=1e9
    )
    half: bool | None = setting(
        None, "bfloat16 while training; None: where it is fast", choices=(True, False)
    )


def propose(task: Task, profile: Profile) -> list[Candidate | Refusal] | Refusal:
    return propose_from(task, profile, at_hand(CARD))


def propose_from(
    task: Task, profile: Profile, checkpoints: Sequence[Entry], labels: LabelMapping = ()
) -> list[Candidate | Refusal] | Refusal:
    """As `propose`, from these checkpoints, their labels mapped as a person said."""
    if because := why_none(CARD, task, profile.inputs("text"), checkpoints, "text"):
        return Refusal(family=CARD.name, because=because)

    def each(entry: Entry, is_first: bool) -> list[Candidate | Refusal]:
        return candidates(task, profile, entry, Settings(), is_first=is_first, labels=labels)

    return of_the_best(checkpoints, rank, each, labels)


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TextModel | OwnAnswers:
    need("transformers", wanted_by="the family `text_encoder`")
    from headstart.families.neural import _text
    from headstart.families.neural._lesson import read_lesson
    from headstart.families.neural._plan import plan_of
    from headstart.families.neural._text_fit import learn

    start = candidate.start
    place = session.checkpoints[start.checkpoints[0]]
    if isinstance(start, Direct):
        return _direct(start, task, data, session)
    lesson = read_lesson(task, data)
    if (place / "network.json").is_file():
        earlier = _earlier(place)
        width = earlier.network.trunk.width
        settings = replace(candidate.settings, longest=earlier.tokens.longest)
        candidate = replace(candidate, settings=_resolved(settings, len(data), width, start))
        model = _text.continued(earlier, candidate, lesson, session.seed)
        plan = replace(plan_of(start, candidate.settings), probes=False)
        return learn(model, plan, lesson, session)
    model = _first(candidate, lesson, session)
    standing = None
    if not knows_nothing(start):
        standing = _standing(start.checkpoints[0], model, session)
    return learn(model, plan_of(start, model.settings), lesson, session, standing)


def load(folder: Path) -> TextModel | OwnAnswers:
    need("transformers", wanted_by="the family `text_encoder`")
    from headstart.families.neural._document import read_document
    from headstart.families.neural._own_answers import load_own_answers
    from headstart.families.neural._text import load_text

    stored = read_document(folder, CARD.name)
    if stored.get("direct"):
        return load_own_answers(folder, stored, _allowed(folder, stored["body"]))
    return load_text(folder, _architecture())


def _resolved(settings: Settings, rows: int, width: int, start: Start) -> Settings:
    """Settings that depend on the number of rows, on the network and on the processor."""
    from headstart.networks.precision import pays_in_halves

    is_scratch = knows_nothing(start)
    rate = 5e-4 if is_scratch else 1e-4
    return replace(
        settings,
        passes=settings.passes or passes_for(rows, is_scratch=is_scratch),
        learning_rate=settings.learning_rate or rate * min(1.0, 384 / width),
        half=pays_in_halves(width) if settings.half is None else settings.half,
    )


def _standing(name: str, model: TextModel, session: Session) -> Standing | None:
    from headstart import weights
    from headstart.families.neural._standing import standing

    entry = weights.at(name, session.checkpoints[name]).entry
    assert entry is not None
    assert isinstance(entry.inputs, TextInputs)
    return standing(name, entry.inputs, model, session)


def _architecture() -> Architecture:
    from headstart.families.neural._text import Architecture
    from headstart.networks.pretrained import write_body

    return Architecture(
        name=CARD.name,
        settings=Settings,
        trunk=_trunk,
        keep=write_body,
        body=_allowed,
    )


def _trunk(settings: Settings, tokens: Any, body: Mapping[str, Any], seed: int) -> Any:
    from headstart.networks.pretrained import Pretrained
    from headstart.networks.text_builds import encoder

    return Pretrained(
        body["architecture"],
        encoder(body["architecture"], body["values"], seed),
        pooling=body["pooling"],
        unit_length=body["unit_length"],
    )


def _allowed(folder: Path, stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored body, its configuration held to what that of a checkpoint may say."""
    from headstart.weights.configuration import read_configuration

    found = read_configuration(folder)
    return {**stored, "architecture": found.architecture, "values": dict(found.values)}


def _opened(start: Start, session: Session) -> tuple[Any, dict[str, Any]]:
    """The checkpoint of a start, and the plain values that its network is made of."""
    from headstart import weights

    name = start.checkpoints[0]
    found = weights.at(name, session.checkpoints[name])
    configuration = weights.config(found)
    assert found.entry is not None
    inputs = found.entry.inputs
    assert isinstance(inputs, TextInputs)
    body = {
        "architecture": configuration.architecture,
        "values": dict(configuration.values),
        "pooling": inputs.pooling,
        "unit_length": inputs.unit_length,
    }
    return found, body


def _tokens(found: Any, body: Mapping[str, Any], data: Table, longest: int | None) -> Any:
    from headstart import weights
    from headstart.features.embedding import LONGEST
    from headstart.features.tokens import learn_tokens

    return learn_tokens(
        data,
        weights.tokenizer(found),
        longest=longest or LONGEST,
        most=found.entry.inputs.longest,
        padding=body["values"].get("pad_token_id") or 0,
    )


def _earlier(place: Path) -> TextModel:
    from headstart.families.neural._document import read_learned
    from headstart.families.neural._text import load_text

    read_learned(place, CARD.name)
    return load_text(place, _architecture())


def _first(candidate: Candidate, lesson: Any, session: Session) -> TextModel:
    """The model before its first step: the checkpoint's encoder, or weights that know nothing."""
    from headstart import weights
    from headstart.families.neural._text import first_model

    start = candidate.start
    found, body = _opened(start, session)
    tokens = _tokens(found, body, lesson.rows, candidate.settings.longest)
    joins = isinstance(start, Transfer) and start.part == "encoder"
    settings = replace(candidate.settings, longest=tokens.longest)
    model = first_model(
        _architecture(),
        settings,
        tokens,
        lesson,
        session.seed,
        body=body,
        hidden=settings.hidden if joins else 0,
    )
    resolved = _resolved(settings, len(lesson.rows), model.network.trunk.width, start)
    model = replace(model, settings=resolved)
    if knows_nothing(start) and control_of(start) != "shuffled":
        return model
    shuffle = session.seed if control_of(start) else None
    network = model.network.trunk.network
    return replace(model, receipt=weights.take_whole(found, network, shuffle=shuffle))


def _direct(start: Direct, task: Task, data: Table, session: Session) -> OwnAnswers:
    """The checkpoint as it is, under the task's class names."""
    from headstart.errors import WeightsError
    from headstart.families.neural import _own_answers

    found, body = _opened(start, session)
    because = why_not_direct(task, found.entry, start.labels)
    if because:
        raise WeightsError(f"{because}.", "Fine-tune it: FineTune or Transfer learn from labels.")
    (classes,) = task.classes
    tokens = _tokens(found, body, data, found.entry.inputs.longest)
    places = own_labels(classes, found.entry.labels, start.labels)
    if places:
        body["labels"] = found.entry.labels.number
        return _own_answers.by_labels(CARD.name, body, tokens, places, found)
    names = [as_words(name) for name in classes]
    return _own_answers.by_names(CARD.name, body, tokens, names, found)
