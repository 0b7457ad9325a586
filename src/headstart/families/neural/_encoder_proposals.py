"""Which starts of a checkpoint for texts are worth trying, at what cost, and why others are not."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from headstart.families.neural._proposing import Proposals
from headstart.features.class_names import says_nothing
from headstart.features.own_labels import has_labels, how_to_map, own_labels, why_not_mapped
from headstart.processes.processor import multiplies_bfloat16
from headstart.records import (
    Candidate,
    Direct,
    Estimate,
    FineTune,
    LabelMapping,
    Profile,
    Refusal,
    Scratch,
    Task,
    Transfer,
)
from headstart.records.label_mapping import mapping_phrase
from headstart.weights.entry import Entry, TextInputs

FAMILY = "text_encoder"
_FEWEST_ROWS_TO_TUNE = 50
_MOST_ROWS_FOR_PAIRS, _MOST_ROWS_FOR_PAIRS_FIRST = 1_000, 400
_STEPS_ON_PAIRS, _MOST_PASSES_ON_PAIRS, _FEWEST_PASSES_ON_PAIRS = 60, 60, 3
_FEWEST_ROWS_FROM_SCRATCH = 20_000
_MOST_SECONDS_FROM_SCRATCH = 3_600.0
# With 8 to 50 labels a class: pairs before frozen vectors (arXiv 2209.11055), these before class
# names alone.
_PRIORS = MappingProxyType({"contrast": 3, "probe": 2, "direct": 1})
_TOKENS_BESIDE, _TOKENS_PER_WORD = 6.0, 1.3  # of the mean text, beside the words of the median
_SECONDS_PER_PRODUCT = 2.2e-11  # of a forward pass: one token times one weight
_WITHOUT_BFLOAT16 = 1.8  # times these seconds, measured on 10 and on 70 words a row
# Of what a pass through all blocks costs. Where the first block serves all others (T5), what stands
# below the last ones is read in every pass.
_SHARE_OF_LAST, _SHARE_OF_LAST_READ_AGAIN, _SHARE_OF_LOW_RANK = 0.35, 0.6, 0.9
_READ_AGAIN = ("t5",)


def rank(entry: Entry) -> tuple[bool, int, str]:
    """Encoders whose vectors can be compared first, then the small ones."""
    assert isinstance(entry.inputs, TextInputs)
    return not entry.inputs.unit_length, entry.parameters or entry.bytes // 4, entry.name


def candidates(
    task: Task,
    profile: Profile,
    entry: Entry,
    settings: Any,
    *,
    is_first: bool,
    labels: LabelMapping = (),
) -> list[Candidate | Refusal]:
    """All starts of one checkpoint; of a further one only those that differ most.

    Args:
        labels: which of a checkpoint's own labels mean which class; it counts for this one where
            it has them.
    """
    rows, cost = profile.rows, _Cost(entry, profile)
    about = (
        f"{rows:,} rows with {cost.words:,.0f} words each, and `{entry.name}` is on this machine"
    )
    told = Proposals(FAMILY, entry, settings, rows=rows, price=cost.estimate, priors=_PRIORS)
    probe = Transfer(checkpoints=(entry.name,), part="embedding")
    because = f"{about}: a linear head on frozen vectors costs one reading (arXiv 2503.18528)"
    told.add("probe", probe, because, 0.0)
    _tuned(told, task, profile, entry, about, settings.batch)
    if is_first and rows >= _FEWEST_ROWS_TO_TUNE:
        _partly_tuned(told, profile, entry, about)
    mapping = labels if has_labels(entry.labels, labels) else ()
    if because := why_not_direct(task, entry, mapping):
        told.refuse("Direct", because)
    else:
        direct = Direct(checkpoints=(entry.name,), labels=mapping)
        told.add("direct", direct, _why_direct(entry, about, mapping), 0.0, 0.1)
    _from_scratch(told, rows, entry, about, cost, is_first=is_first)
    return told.answers


def _tuned(
    told: Proposals, task: Task, profile: Profile, entry: Entry, about: str, batch: int
) -> None:
    """All blocks learn, from texts or from pairs of them; which comes first follows the rows."""
    rows, names = profile.rows, (entry.name,)
    learns_from_pairs = len(task.classes) == 1 and rows <= _MOST_ROWS_FOR_PAIRS
    ways: list[tuple[str, FineTune, str, float]] = []
    if rows >= _FEWEST_ROWS_TO_TUNE:
        because = f"{about}: head first, then all blocks (arXiv 2202.10054)"
        passes = passes_for(rows, is_scratch=False)
        ways.append(("tune", FineTune(checkpoints=names), because, passes))
    elif not learns_from_pairs:
        few = f"{rows:,} rows: below {_FEWEST_ROWS_TO_TUNE} a frozen encoder is safer"
        told.refuse("FineTune", few)
    if learns_from_pairs:
        because = f"{about}: with few labels pairs teach more than texts (arXiv 2209.11055)"
        pairs = FineTune(checkpoints=names, method="contrast")
        ways.append(("contrast", pairs, because, contrast_passes(rows, batch)))
    for way in reversed(ways) if rows <= _MOST_ROWS_FOR_PAIRS_FIRST else ways:
        told.add(*way)


def _partly_tuned(told: Proposals, profile: Profile, entry: Entry, about: str) -> None:
    """A part of the blocks learns, or a part of the network is ours."""
    names, passes = (entry.name,), passes_for(profile.rows, is_scratch=False)
    last = FineTune(checkpoints=names, layers="last")
    if entry.architecture in _READ_AGAIN:
        because, share = "the last blocks alone learn", _SHARE_OF_LAST_READ_AGAIN
    else:
        because, share = "the last blocks learn from what is read once", _SHARE_OF_LAST
    told.add("last", last, f"{about}: {because}", passes, share)
    lora = FineTune(checkpoints=names, method="lora")
    because = f"{about}: small changes overfit less (arXiv 2106.09685)"
    told.add("lora", lora, because, passes, _SHARE_OF_LOW_RANK)
    if len(profile.inputs()) > len(profile.inputs("text")):
        because = f"{about}; other columns meet the text in a hidden layer"
        told.add("joined", Transfer(checkpoints=names, part="encoder"), because, passes)


def _from_scratch(
    told: Proposals, rows: int, entry: Entry, about: str, cost: _Cost, *, is_first: bool
) -> None:
    passes = passes_for(rows, is_scratch=True)
    seconds = cost.estimate(passes, 1.0).seconds
    if seconds > _MOST_SECONDS_FROM_SCRATCH:
        told.refuse("Scratch", f"{rows:,} rows would take about {seconds / 60:,.0f} minutes")
    elif rows < _FEWEST_ROWS_FROM_SCRATCH or not is_first:
        few = f"{rows:,} rows: random weights want {_FEWEST_ROWS_FROM_SCRATCH:,} and more"
        told.refuse("Scratch", few)
    else:
        scratch = Scratch(checkpoints=(entry.name,))
        told.add("scratch", scratch, f"{about}: what the pretrained weights are worth", passes)


class _Cost:
    """Seconds and memory of one checkpoint on these rows; measured with a MiniLM on two cores."""

    def __init__(self, entry: Entry, profile: Profile) -> None:
        parameters = entry.parameters or entry.bytes // 4 or 100_000_000
        self.words = sum(column.median_words or 0.0 for column in profile.inputs("text"))
        self._parameters = parameters
        self._rows = profile.rows
        # Embeddings of words are looked up, not multiplied.
        weights = max(parameters - 24_000_000, 0.47 * parameters)
        tokens = min(128.0, _TOKENS_BESIDE + _TOKENS_PER_WORD * max(self.words, 1.0))
        slowness = 1.0 if multiplies_bfloat16() else _WITHOUT_BFLOAT16
        self._reading = weights * tokens * _SECONDS_PER_PRODUCT * slowness

    def estimate(self, passes: float, share: float) -> Estimate:
        """Of reading all rows once and learning from them so many times."""
        seconds = 3.0 + self._rows * self._reading * (1.0 + 2.0 * passes * share)
        copies = 10 if passes else 3  # gradients, moments, the best so far, activations
        return Estimate(
            seconds=seconds,
            megabytes=1_200 + 4e-6 * copies * self._parameters,
            answering=1_000 * self._reading,
        )


def why_not_direct(task: Task, entry: Entry, mapping: LabelMapping = ()) -> str:
    """Why a checkpoint cannot answer by itself; empty where it can."""
    if not task.classes:
        return f"`{entry.name}` answers with labels, not with numbers"
    if len(task.classes) > 1:
        return f"`{entry.name}` answers one question, and there are {len(task.classes)} targets"
    (classes,) = task.classes
    if own_labels(classes, entry.labels, mapping):
        return ""
    if mapping:
        return why_not_mapped(classes, entry.name, entry.labels, mapping)
    assert isinstance(entry.inputs, TextInputs)
    if not entry.inputs.unit_length:
        return _incomparable(entry)
    silent = [name for name in classes if says_nothing(name)]
    if silent:
        return f"the class name `{silent[0]}` says nothing that a text could be compared with"
    return ""


def _incomparable(entry: Entry) -> str:
    and_so = "its vectors are not made to be compared"
    if entry.labels is None:
        return f"`{entry.name}` has no labels of its own, and {and_so}"
    return (
        f"`{entry.name}` has labels that are other ones, and {and_so}; {how_to_map(entry.labels)}"
    )


def _why_direct(entry: Entry, about: str, mapping: LabelMapping) -> str:
    if mapping:
        return f"{about}: its own labels, mapped by you: {mapping_phrase(mapping)}"
    if entry.labels and entry.labels.names:
        return f"{about}: its own labels are the classes asked for"
    return f"{about}: the nearest class name, without any label (Yin et al. 2019)"


def passes_for(rows: int, *, is_scratch: bool) -> int:
    """The fewer rows, the more passes: 4 over 512 for a start that knows much, 10 at most.

    Steps grow with the root of the rows, so that each rung costs more than the one below. A start
    that knows nothing reads about 40,000 rows.

    Example:
        >>> [passes_for(rows, is_scratch=False) for rows in (64, 213, 640, 4_000)]
        [10, 6, 4, 3]
    """
    if is_scratch:
        return round(min(20, max(3, 40_000 / max(rows, 1))))
    return round(min(10, max(3, 4 * (512 / max(rows, 1)) ** 0.5)))


def contrast_passes(rows: int, batch: int) -> int:
    """Some sixty steps on pairs; not fewer than three passes over many rows.

    Example:
        >>> [contrast_passes(rows, 16) for rows in (16, 64, 256, 1_000)]
        [60, 15, 4, 3]
    """
    passes = round(_STEPS_ON_PAIRS / max(rows // batch, 1))
    return min(_MOST_PASSES_ON_PAIRS, max(_FEWEST_PASSES_ON_PAIRS, passes))
