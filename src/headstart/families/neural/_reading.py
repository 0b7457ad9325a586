"""What families that learn to read from scratch have in common: proposals, and the fit.

They may begin from whatever fits of a checkpoint (`Transfer` of its tensors) in place of random
weights: vectors go with their token, layers are selected. The vocabulary is that of the rows.

Shapes: n rows, t tokens.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from headstart.records import (
    Candidate,
    Card,
    Estimate,
    FineTune,
    Profile,
    Refusal,
    Table,
    Task,
    Transfer,
    control_of,
)
from headstart.session import Session

if TYPE_CHECKING:
    from headstart.families.neural._text import Architecture, TextModel

_FEWEST_WORDS = 4
_MOST_SECONDS = 3_600.0
LONGEST = 128
_TOKENS_PER_WORD = 1.3
_HEAD_PACE = 5.0


def propose_reader(
    card: Card,
    settings: Any,
    task: Task,
    profile: Profile,
    *,
    fewest_rows: int,
    seconds_per_token: float,
    because: str,
) -> list[Candidate | Refusal] | Refusal:
    """One candidate from scratch, where there is text enough and time enough."""
    if task.kind not in card.kinds:
        return Refusal(family=card.name, because=f"it has no answer for {task.kind}")
    texts = profile.inputs("text")
    if not texts:
        return Refusal(family=card.name, because="no input column is text")
    words, rows = sum(column.median_words or 0.0 for column in texts), profile.rows
    if rows < fewest_rows:
        return Refusal(
            family=card.name,
            because=f"{rows:,} rows: learning to read from scratch wants {fewest_rows:,} and more",
        )
    tokens = min(float(LONGEST), 2 + _TOKENS_PER_WORD * max(words, _FEWEST_WORDS))
    passes = reading_passes(rows)
    seconds = 2.0 + rows * tokens * seconds_per_token * (1 + 3 * passes)
    if seconds > _MOST_SECONDS:
        slow = f"{rows:,} rows of {words:,.0f} words would take {seconds / 60:,.0f} minutes"
        return Refusal(family=card.name, because=slow)
    return [
        Candidate(
            name=card.name,
            family=card.name,
            settings=settings,
            because=f"{rows:,} rows of {words:,.0f} words: {because}",
            estimate=Estimate(seconds=seconds, megabytes=700 + 1e-3 * rows),
        )
    ]


def reading_passes(rows: int) -> int:
    """About 60,000 rows in all, 3 to 30 passes."""
    return round(min(30, max(3, 60_000 / max(rows, 1))))


def fit_reader(
    architecture: Architecture, candidate: Candidate, task: Task, data: Table, session: Session
) -> TextModel:
    """Learn a vocabulary and a network from training rows, or go on with an earlier model."""
    from headstart.families.neural._lesson import read_lesson
    from headstart.families.neural._plan import Plan
    from headstart.families.neural._text import continued, first_model, load_text
    from headstart.families.neural._text_fit import learn
    from headstart.features.tokens import learn_tokens, texts_of
    from headstart.features.word_pieces import learn_word_pieces

    lesson = read_lesson(task, data)
    settings, rows = candidate.settings, lesson.rows
    settings = replace(settings, passes=settings.passes or reading_passes(len(rows)))
    if isinstance(candidate.start, FineTune):
        earlier = load_text(session.checkpoints[candidate.start.checkpoints[0]], architecture)
        kept = {name: getattr(earlier.settings, name) for name in architecture.shape}
        settings = replace(settings, learning_rate=settings.learning_rate / 4, **kept)
        going_on = replace(candidate, settings=settings)
        model = continued(earlier, going_on, lesson, session.seed)
    else:
        columns = rows.names("input", "text")
        texts = [
            text
            for name in columns
            for text in texts_of(rows, (name,), settings.longest or LONGEST)
        ]
        pieces = learn_word_pieces([str(text) for text in texts], settings.vocabulary)
        tokens = learn_tokens(rows, pieces, longest=settings.longest, most=LONGEST * 64, padding=0)
        settings = replace(settings, longest=tokens.longest)
        model = first_model(architecture, settings, tokens, lesson, session.seed)
        model = _begun(model, candidate, session)
    return learn(model, Plan(trunk="all", probes=False, head_pace=_HEAD_PACE), lesson, session)


def _begun(model: TextModel, candidate: Candidate, session: Session) -> TextModel:
    """The model with what fits of a checkpoint in its trunk, where it starts from one."""
    from headstart import weights

    start = candidate.start
    control = control_of(start)
    if not isinstance(start, Transfer) or control == "random":
        return model
    name = start.checkpoints[0]
    receipt = weights.take_tensors(
        weights.at(name, session.checkpoints[name]),
        model.network.trunk,
        tokens=model.tokens.tokenizer,
        shuffle=session.seed if control == "shuffled" else None,
    )
    return replace(model, receipt=receipt)
