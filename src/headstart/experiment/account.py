"""What a verdict rests on, as journal records: scores that were compared, and the locked score.

A trial's own record has the score of its likeliest labels. Where the metric asks for others, the
verdict compares scores that class weights made (`deciding`), and these stand nowhere else. So every
score and every cost that was compared is noted, and a verdict's numbers are means of noted ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from headstart.evaluation import Contender
from headstart.experiment.book import Book
from headstart.experiment.settled import LockedScore
from headstart.records.plain import plain

COMPARED, TESTED = "compared", "tested"


def note_compared(book: Book, field: Sequence[Contender], rows: int) -> None:
    """The score of each contender on each draw, as it was compared, and what it costs.

    Args:
        field: as they would decide.
        rows: training rows of the rung on which they met.
    """
    scores = {each.candidate: {one.draw: one.score for one in each.outcomes} for each in field}
    costs = {each.candidate: each.cost for each in field}
    book.note(plain({"type": COMPARED, "rows": rows, "scores": scores, "costs": costs}))


def note_tested(book: Book, test: LockedScore | None, rows: int) -> None:
    """What the locked rows told, or the draws where none were locked; nothing where none did.

    Args:
        rows: how many rows were locked.
    """
    if test is not None:
        book.note({"type": TESTED, "rows": rows, **plain(test)})
