"""Next steps in sentences, for the verdict."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from headstart.records.diagnosis import Action
from headstart.reporting.wording import number, visible

_MOST = 3
_NOTHING = 0.001  # less is written as powers of ten, and does not matter beside more
_BY_ITSELF = ": adjust --apply"


def gain(action: Action) -> str:
    """What a step is expected to bring, in units of the metric; empty where nothing tells."""
    if action.gain is None:
        return ""
    if action.interval is None:
        return f"about {number(action.gain)} better"
    low, high = action.interval
    least = 0.0 if low < _NOTHING <= action.gain else max(low, 0.0)
    return f"about {number(action.gain)} better (90 %: {number(least)} to {number(high)})"


def next_steps(actions: Sequence[Action], run: str) -> list[str]:
    """The first few in sentences: what a person does, and what `adjust --apply` tries by itself.

    A step says what it brings where something measured tells it, else why it may pay. Steps that
    are only tried when they are named ask for a person's judgement and come last.

    Args:
        run: the run's folder as the person would type it.
    """
    alone = [each for each in actions if each.do.endswith(_BY_ITSELF)]
    others = [each for each in actions if each not in alone]
    ranked = sorted(others, key=lambda each: each.only)
    said = [_sentence(each) for each in ranked[:_MOST]]
    if alone:
        command = f"headstart adjust {shlex.quote(visible(run))} --apply"
        tried = [each.do.removesuffix(_BY_ITSELF) for each in alone]
        said.insert(min(1, len(said)), f"`{command}`: {'; '.join(tried)}")
    return said[:_MOST]


def _sentence(action: Action) -> str:
    return f"{action.do}: {gain(action)}" if gain(action) else f"{action.do} ({action.because})"
