"""Next steps in sentences, for the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from headstart.records.diagnosis import Action
from headstart.reporting.wording import number

_MOST = 3


def gain(action: Action) -> str:
    """What a step is expected to bring, in units of the metric; empty where nothing tells."""
    if action.gain is None:
        return ""
    text = f"about {number(action.gain)} better"
    if action.interval is None:
        return text
    low, high = action.interval
    return f"{text} (90 %: {number(max(low, 0.0))} to {number(high)})"


def next_steps(actions: Sequence[Action]) -> list[str]:
    """The first few, each with its reason and, where something measured tells it, its gain.

    Steps that are only tried when they are named come last: they ask for a person's judgement.
    """
    ranked = sorted(actions, key=lambda each: each.only)
    return [_sentence(each) for each in ranked[:_MOST]]


def _sentence(action: Action) -> str:
    expected = gain(action)
    told = f" ({expected})" if expected else ""
    return f"{action.do}{told}; {action.because}"
