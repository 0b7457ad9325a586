"""What a family says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headstart.records.data import Modality
from headstart.records.task import Kind

StartName = Literal["Direct", "FineTune", "Transfer", "Scratch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The visible side of a family.

    Attributes:
        name: the key in the table of families and the name of the file.
        summary: one line.
        kinds: kinds of task that it takes.
        modalities: of input columns that it uses; others it ignores. Empty for worlds.
        starts: the starts that it can make; the others are refused with `no_start`.
        extras: `headstart[...]` extras without which it cannot run.
        libraries: what `fit` imports first; it is imported before a trial's clock starts.
        threads: `all` when a trial keeps every core busy and so runs alone, else `one`.
        threads_from: training rows from which more than one core pays; on fewer, a trial of `all`
            keeps to one, because its threads would wait for each other longer than they work.
        is_floor: not deep, and always in the race.
        when_not: when not to use it, in a sentence.
        references: where the method comes from.
        spelled: the name in class names (`LightGBM`), where it is not the words of `name` with
            capitals in front.
        controls: whether `FineTune` and `Transfer` of the encoder or of tensors can begin from
            random or shuffled weights in place of the checkpoint's, as control arms.
        no_start: pairs (start, reason) for the starts that it refuses.
        excused: pairs (check, reason): conformance checks that cannot hold; they are strict.
    """

    name: str
    summary: str
    kinds: tuple[Kind, ...]
    starts: tuple[StartName, ...]
    references: tuple[str, ...]
    modalities: tuple[Modality, ...] = ()
    extras: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    threads: Literal["one", "all"] = "all"
    threads_from: int = 10_000
    is_floor: bool = False
    when_not: str = ""
    spelled: str = ""
    controls: bool = False
    no_start: tuple[tuple[StartName, str], ...] = ()
    excused: tuple[tuple[str, str], ...] = ()
