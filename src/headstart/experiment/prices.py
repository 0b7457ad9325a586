"""What a trial will cost, by what trials have cost: in seconds, or in work units.

Whoever plans asks for what is still to pay. Vectors of a frozen encoder that are there cost no more
seconds, though each trial is charged its share of them where candidates are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from headstart.advice.estimates import Evidence, expected_seconds, expected_work
from headstart.experiment import vectors
from headstart.experiment.book import Book
from headstart.experiment.endings import is_cut
from headstart.experiment.material import Material
from headstart.experiment.purse import Purse
from headstart.families import family
from headstart.records import Candidate, Trial

_EARLIER_WHEN_ALONE = 0.3
_LEAST_OF_ITS_OWN = 0.05  # of what a family modelled for a fit with its vectors
_GAIN_OF_THREADS = 0.8  # power: two threads train nets and boosters about 1.75 times as fast


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """Prices in the currency of the purse, for trials that get up to so many `threads`."""

    material: Material
    book: Book
    purse: Purse
    threads: int

    def expected(self, candidate: Candidate, rows: int, draw: int = 0) -> float:
        """What a trial of this size is expected to cost, in the purse's currency.

        Vectors that are there cost no more seconds; in work units each trial pays its share.
        """
        if not self.material.task.has_rows:
            return self._expected_of_steps(candidate, rows)
        measured = tuple(
            Evidence(
                candidate=trial.candidate,
                rows=trial.rows,
                seconds=self._priced(candidate, trial, rows),
                is_cut=is_cut(trial),
            )
            for trial in self.book.trials
            if trial.status == "finished" and trial.rows is not None
        )
        if self.purse.counts_work:
            return expected_work(candidate, rows, measured, full_rows=self.material.rows)
        checked, full_rows = len(self.material.check_rows(0)), self.material.rows
        alone = expected_seconds(
            self._without_vectors(candidate),
            rows,
            measured,
            full_rows=full_rows,
            answered=checked,
        )
        return alone + vectors.still_to_pay(
            self.book, candidate, rows, draw, checked=checked, full_rows=full_rows
        )

    def threads_of(self, candidate: Candidate, rows: int, draw: int | None = 0) -> int:
        """Cores for a trial; a refit has nobody beside it and takes all of them earlier."""
        card = family(candidate.family).CARD
        fewest = card.threads_from * (1.0 if draw is not None else _EARLIER_WHEN_ALONE)
        return 1 if card.threads == "one" or rows < fewest else self.threads

    def answering(self, candidate: Candidate) -> float:
        """The longest that a candidate has taken to answer, or is modelled to take."""
        if not self.material.task.has_rows:
            return 0.0
        mine = [each for each in self.book.trials if each.candidate == candidate.name]
        modelled = candidate.estimate.answering * len(self.material.check_rows(0)) / 1_000
        return max((self._answered(each) for each in mine), default=modelled)

    def _without_vectors(self, candidate: Candidate) -> Candidate:
        """The candidate whose modelled seconds leave out what is known of its vectors' price."""
        modelled = candidate.estimate.seconds
        if not (price := vectors.per_row(self.book, candidate)):
            return candidate
        alone = max(modelled - price * self.material.rows, _LEAST_OF_ITS_OWN * modelled)
        estimate = replace(candidate.estimate, seconds=alone)
        if vectors.is_frozen(candidate):
            estimate = replace(estimate, answering=0.0)  # by vectors too, which are to pay
        return replace(candidate, estimate=estimate)

    def _priced(self, candidate: Candidate, trial: Trial, rows: int) -> float:
        """What a trial cost, with the answer; had it had the threads that it gets with `rows`."""
        if self.purse.counts_work or trial.candidate != candidate.name:
            return self.purse.price(trial)
        alone = vectors.without_vectors(trial, candidate)
        had = self.threads_of(candidate, trial.rows or 0, trial.draw)
        gets = self.threads_of(candidate, rows)
        return alone.seconds * (had / gets) ** _GAIN_OF_THREADS + self._answered(alone)

    def _answered(self, trial: Trial) -> float:
        """Seconds that a trial took to answer its validation rows."""
        if self.purse.counts_work or trial.draw is None:
            return 0.0
        return trial.predict_seconds * len(self.material.check_rows(trial.draw)) / 10_000

    def _expected_of_steps(self, candidate: Candidate, steps: int) -> float:
        """A world's price by the step, because a larger rung goes on from the smaller one."""
        if self.purse.counts_work:
            return steps / 1000
        mine = [
            trial
            for trial in self.book.trials
            if trial.candidate == candidate.name and trial.draw == 0 and trial.rows
        ]
        if not mine:
            return candidate.estimate.seconds * steps / max(self.material.rows, 1)
        reached = max(trial.rows or 0 for trial in mine)
        return sum(trial.seconds for trial in mine) / reached * steps
