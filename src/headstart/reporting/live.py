"""The one live line: what is being trained now, rewritten in place on standard error.

In a pipe nothing is written but warnings, so that logs stay short.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TextIO

from headstart.records import Candidate, Profile, Refusal, Trial
from headstart.reporting.findings import Findings
from headstart.reporting.layout import PLAIN, Paint, cut, hanging, padded
from headstart.reporting.terminal import candidates, header, traps
from headstart.reporting.wording import count, duration, number, visible

_SECONDS_BETWEEN_LINES = 0.1


class Advised(Protocol):
    """What `advised` is told: the candidates and the refusals."""

    @property
    def candidates(self) -> Sequence[Candidate]: ...

    @property
    def refusals(self) -> Sequence[Refusal]: ...


class Live:
    """Watches a run and writes to a stream.

    Args:
        stream: standard error, as a rule.
        width: columns of the terminal.
        in_place: rewrite one line; False in a pipe, where only warnings are written.
        silent: write nothing at all (`--json` in a pipe).
        test: what the person named with --test.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        width: int,
        paint: Paint = PLAIN,
        in_place: bool = False,
        silent: bool = False,
        test: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._width, self._paint, self._clock = stream, width, paint, clock
        self._in_place, self._silent, self._test = in_place, silent, test
        self._task_metric, self._unit = "score", "rows"
        self._doing, self._began, self._written = "", clock(), -_SECONDS_BETWEEN_LINES
        self._shown = False

    def profiled(self, profile: Profile) -> None:
        """The header, or in a pipe the warnings alone."""
        self._task_metric = profile.task.metric or "score"
        self._unit = "rows" if profile.task.has_rows else "steps"
        if self._in_place:
            text = header(profile, self._width, paint=self._paint, test=self._test)
            self._print(text + "\n")
        elif not self._silent:
            for text in traps(profile):
                self._print(hanging("headstart: warning: ", text, self._width))

    def advised(self, advice: Advised) -> None:
        """The table of candidates."""
        if self._in_place:
            table = candidates(
                advice.candidates,
                advice.refusals,
                self._width,
                paint=self._paint,
                brief=True,
            )
            self._print(table + "\n")

    def began(self, candidate: Candidate, rows: int, draw: int | None) -> None:
        """A trial begins: the live line speaks of it from now on."""
        which = "refit" if draw is None else f"draw {draw}"
        self._doing = f"{visible(candidate.name, 40)} · {rows:,} {self._unit} · {which}"
        self._began = self._clock()
        self._rewrite(self._doing, always=True)

    def progressed(self, rounds: int, loss: float) -> None:
        """A round was reported; at most ten lines are written in a second."""
        passed = duration(self._clock() - self._began)
        done = count(rounds, "round")
        self._rewrite(f"{self._doing} · {done} · loss {number(loss)} · {passed}")

    def finished(self, trial: Trial) -> None:
        """The live line becomes the trial's last line."""
        if not self._in_place or trial.status == "refused":
            return
        self._clear()
        rows = f"{trial.rows:,} {self._unit}" if trial.rows is not None else ""
        name = padded(cut(visible(trial.candidate, 60), 32), 32)
        left = f"  {name} {padded(rows, 16, right=True)}   "
        self._print(cut(left + self._outcome(trial), self._width))

    def judged(self, findings: Findings) -> None:
        """The race is over: the live line disappears; the summary is the caller's."""
        self._clear()
        if self._in_place:
            self._print("")

    def _outcome(self, trial: Trial) -> str:
        if trial.status == "failed":
            return f"failed: {visible(trial.because)}"
        refit = trial.score is None
        scored = "trained for good" if refit else f"{self._task_metric} {number(trial.score)}"
        return f"{scored}   {duration(trial.seconds)}"

    def _rewrite(self, text: str, *, always: bool = False) -> None:
        now = self._clock()
        if not self._in_place or (not always and now - self._written < _SECONDS_BETWEEN_LINES):
            return
        self._clear()
        self._stream.write("  " + self._paint.faint(cut(text, self._width - 3)))
        self._stream.flush()
        self._written, self._shown = now, True

    def _clear(self) -> None:
        if self._shown:
            blank = "\r\x1b[K" if self._paint.enabled else "\r" + " " * (self._width - 1) + "\r"
            self._stream.write(blank)
            self._shown = False

    def _print(self, text: str) -> None:
        self._clear()
        self._stream.write(text + "\n")
        self._stream.flush()
