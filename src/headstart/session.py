"""What a family may use while it fits: clock, seed, device, folder, checkpoints.

The session is alive and ends with its trial; the record of it (`records.Trial`) shares nothing with
it. One `for` loop over `session.rounds` carries the time limit, the allowance of work, pruning,
interruption and resume for every paradigm: epochs, boosting rounds, generations, policy updates and
trees are all rounds.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from headstart.errors import HeadstartError
from headstart.storage.folders import new_folder, write_file

Keep = Callable[[Path], None]
_SECONDS_BETWEEN_KEEPS = 30.0
KEPT = "kept"
_COUNTS = "counts.json"


class Diverged(HeadstartError, ArithmeticError):
    """A reported loss is not a finite number: the trial ends as failed, its cause is `diverged`."""


@dataclass(slots=True, kw_only=True)
class Vectors:
    """What a fit, or the answers after it, did with kept vectors of one checkpoint.

    Attributes:
        taken: rows whose vectors had been computed before.
        made: rows whose vectors it computed and left there, in `seconds` and `cpu_seconds`.
    """

    taken: int = 0
    made: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class Session:
    """The live side of one trial.

    Args:
        seed: for every random choice of the trial; nothing global is seeded.
        folder: the only place where the family may write.
        rows: training rows, for counting work units (0 for worlds).
        threads: cores that the family may keep busy.
        device: `cpu`, or a torch device.
        seconds: time for the fit; None means no limit.
        work: work units for the fit; None means no limit. One unit is a thousand rows passed by
            one round, or a thousand environment steps.
        checkpoints: name -> folder or file, found and verified before the trial.
        cache: folder for what is computed once for many trials, or None; who uses it says so in
            `vectors`, by checkpoint, so that each trial can be charged its share.
        carry: keep the state at the end as well, so that a later, larger trial of the same
            candidate in the same folder goes on from it.
        carry_to: keep the state at the end here, apart from what `kept` holds for this very trial.
        interrupted: asked between rounds; True ends the fit with what there is.
        watch: is told (rounds done, loss) after each report.

    Example:
        >>> from tempfile import mkdtemp
        >>> session = Session(seed=0, folder=Path(mkdtemp()), rows=500, work=1.0)
        >>> [number for number in session.rounds(100)]
        [0, 1]
    """

    def __init__(
        self,
        *,
        seed: int,
        folder: Path,
        rows: int = 0,
        threads: int = 1,
        device: str = "cpu",
        seconds: float | None = None,
        work: float | None = None,
        checkpoints: Mapping[str, Path] | None = None,
        cache: Path | None = None,
        carry: bool = False,
        carry_to: Path | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        watch: Callable[[int, float], None] = lambda rounds, loss: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seed = seed
        self.folder = folder
        self.rows = rows
        self.threads = threads
        self.device = device
        self.checkpoints: Mapping[str, Path] = dict(checkpoints or {})
        self.cache = cache
        self.vectors: dict[str, Vectors] = {}
        self.rounds_done, self.spent = counts_of(folder / KEPT)
        self.losses: list[float] = []
        self.stopped_by: Literal["time", "work", "interruption"] | None = None
        self._seconds, self._work = seconds, work
        self._carry_to = folder / KEPT if carry else carry_to
        self._interrupted, self._watch, self._clock = interrupted, watch, clock
        self._began = self._last_keep = clock()
        self._last_round: float | None = None
        self._longest_round = 0.0

    @property
    def kept(self) -> Path | None:
        """The folder that an earlier attempt at this very trial left behind, or None.

        Rounds and work that stand behind it are in `rounds_done` and `spent` from the start.
        """
        folder = self.folder / KEPT
        return folder if (folder / _COUNTS).is_file() else None

    @property
    def seconds_left(self) -> float:
        """Time left for the fit; infinite where only work is limited."""
        if self._seconds is None:
            return math.inf
        return self._seconds - (self._clock() - self._began)

    @property
    def work_left(self) -> float:
        """Work units left; infinite where only time is limited."""
        return math.inf if self._work is None else self._work - self.spent

    @property
    def allowance(self) -> float:
        """Environment steps left, for families that act in worlds."""
        return self.work_left * 1000

    def rounds(self, most: int, keep: Keep | None = None, passes: float = 1.0) -> Iterator[int]:
        """Numbers of the rounds to do: at most `most`, and always at least one.

        Args:
            keep: writes the state of the fit to a folder; called about every 30 seconds. After a
                kill `kept` is that folder, and the count goes on from where it stood.
            passes: how often one round passes the training rows, for counting work.
        """
        first = min(self.rounds_done, most - 1) if keep else 0
        self._last_round = self._clock()  # what came before, such as imports, is no round
        for number in range(first, most):
            if number > first and not self._goes_on(passes):
                break
            # What is kept is never the end: the trial, done again after a kill, ends as it would.
            if keep and self._clock() - self._last_keep >= _SECONDS_BETWEEN_KEEPS:
                self._commit(keep, self.folder / KEPT)
            yield number
            self._count(passes)
        if keep and self._carry_to is not None:
            self._commit(keep, self._carry_to)

    def go_on(self, passes: float = 1.0) -> bool:
        """The same question for libraries that own their loop: call it once after each round.

        What comes before the first call, such as sorting columns into bins, is no round either.
        """
        self._count(passes)
        return self._goes_on(passes)

    def spend(self, units: float) -> None:
        """Count work that `rounds` cannot see, such as thousands of environment steps."""
        self.spent += units

    def report(self, loss: float) -> None:
        """Tell the live line and the curve; candidates are never compared by it.

        Raises:
            Diverged: the loss is not a finite number.
        """
        if not math.isfinite(loss):
            raise Diverged(f"the loss became {loss} in round {len(self.losses) + 1}.")
        self.losses.append(float(loss))
        self._watch(self.rounds_done, float(loss))

    def _count(self, passes: float) -> None:
        now = self._clock()
        if self._last_round is not None:
            self._longest_round = max(0.5 * self._longest_round, now - self._last_round)
        self._last_round = now
        self.rounds_done += 1
        self.spent += passes * self.rows / 1000

    def _goes_on(self, passes: float) -> bool:
        if self._interrupted():
            self.stopped_by = "interruption"
        elif self._work is not None and self.spent + passes * self.rows / 1000 > self._work + 1e-9:
            self.stopped_by = "work"
        elif self.seconds_left < self._longest_round or self.seconds_left <= 0:
            self.stopped_by = "time"
        return self.stopped_by is None

    def _commit(self, keep: Keep, path: Path) -> None:
        with new_folder(path) as folder:
            keep(folder)
            counts = json.dumps({"rounds": self.rounds_done, "spent": self.spent})
            write_file(folder / _COUNTS, counts)
        self._last_keep = self._clock()


def counts_of(folder: Path) -> tuple[int, float]:
    """Rounds and work units behind a kept state; zeros where there is none."""
    if not (folder / _COUNTS).is_file():
        return 0, 0.0
    counts = json.loads((folder / _COUNTS).read_text())
    return int(counts["rounds"]), float(counts["spent"])
