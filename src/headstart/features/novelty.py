"""How new a row is: its distance to training rows, beside that of training rows kept aside.

The score of a row is the share of kept-aside training rows that lie nearer to the others than this
one does: 0.5 is usual, 0.99 is farther than 99 of 100, 1 farther than all. For rows like those of
training it is spread evenly from 0 to 1, whatever the columns hold; it depends on no model and on
no label, and says nothing about whether the model is right. What can be named is named: values out
of range, categories and words that training did not have.

References: Ramaswamy et al. 2000, "Efficient Algorithms for Mining Outliers from Large Data Sets",
SIGMOD, for the distance to near rows; Vovk et al. 2005, "Algorithmic Learning in a Random World",
chapter 4, for the rank among rows kept aside.

Shapes: n rows, k coordinates, r reference rows, m rows kept aside (both at most 512).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from headstart.features.coordinates import block_of, folded, is_measured, placed, scales
from headstart.features.familiar import Familiar, learn_familiar, to_plain
from headstart.records import Column, Table
from headstart.records.plain import plain
from headstart.storage.folders import write_file

FILE = "novelty.safetensors"
FAR = 0.99
_MOST_ROWS, _FEWEST_ROWS = 512, 40
_MOST_PICTURES = 200  # that are read anew
_NEAREST = 3
_AT_ONCE = 4096
_OF_UNSEEN = 4.0
_MOST_REASONS = 3


class Judged(NamedTuple):
    """Of each row how new it is, (n,), and what is new about it: a sentence, or nothing."""

    novelty: np.ndarray
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Novelty:
    """A few training rows as points, and what each column held.

    Attributes:
        facts: one for each column that is measured.
        shifts, scales: one for each of these, what its block is scaled with.
        references: float32, shape (r, k).
        aside: ascending distances of the rows kept aside, shape (m,).
    """

    facts: tuple[Familiar, ...]
    shifts: tuple[np.ndarray, ...]
    scales: tuple[np.ndarray, ...]
    references: np.ndarray
    aside: np.ndarray

    def judge(self, table: Table, cores: int = 1) -> Judged:
        """Rows of a table with the columns of training.

        Raises:
            DataError: a picture cannot be read.
        """
        points = _points(table, self.facts, self.shifts, self.scales, cores)
        nearer = np.searchsorted(self.aside, _distances(points, self.references), side="left")
        novelty = nearer / len(self.aside)
        found: dict[int, list[str]] = {}
        for facts in self.facts:
            for row, sentence in facts.strange(table):
                found.setdefault(row, []).append(sentence)
        for far in np.flatnonzero(novelty >= FAR):
            found.setdefault(int(far), [_unlike(float(novelty[far]))])
        return Judged(novelty, tuple(_joined(found.get(row, [])) for row in range(len(table))))

    def write(self, path: Path) -> None:
        """Write one file of at most about a megabyte."""
        from safetensors.numpy import save

        tensors = {"references": self.references.astype(np.float16), "aside": self.aside}
        for place, facts in enumerate(self.facts):
            tensors |= {f"known.{place}": facts.known}
            tensors |= {f"shift.{place}": self.shifts[place], f"scale.{place}": self.scales[place]}
        columns = [{"column": plain(each.column), **to_plain(each)} for each in self.facts]
        write_file(path, save(tensors, metadata={"novelty": json.dumps(columns)}))


def read_novelty(path: Path) -> Novelty:
    """What `write` wrote. Checksums are the caller's."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        columns = json.loads(file.metadata()["novelty"])
        facts = tuple(
            Familiar(
                **{**each, "column": Column(**each["column"])},
                known=file.get_tensor(f"known.{place}"),
            )
            for place, each in enumerate(columns)
        )
        return Novelty(
            facts=facts,
            shifts=tuple(file.get_tensor(f"shift.{place}") for place in range(len(facts))),
            scales=tuple(file.get_tensor(f"scale.{place}") for place in range(len(facts))),
            references=file.get_tensor("references").astype(np.float32),
            aside=file.get_tensor("aside"),
        )


def learn_novelty(table: Table, seed: int = 0, cores: int = 1) -> Novelty | None:
    """Choose reference rows and rows to keep aside; None under 40 rows or without a fit column.

    Args:
        table: training rows, media columns that the model sees as vectors already as these.

    Raises:
        DataError: a picture cannot be read.
    """
    columns = [column for column in table.columns if is_measured(column)]
    if len(table) < _FEWEST_ROWS or not columns:
        return None
    order = np.random.default_rng(seed).permutation(len(table))
    most = _MOST_PICTURES if any(c.modality == "image" for c in columns) else _MOST_ROWS
    apart = min(most, len(table) // 4)
    rest = np.sort(order[apart:])
    sample = table.take(order[: apart + most])
    blocks = [block_of(sample, column, cores) for column in columns]
    scaled = [scales(b[apart:], c.modality) for b, c in zip(blocks, columns, strict=True)]
    shifts, widths = tuple(each[0] for each in scaled), tuple(each[1] for each in scaled)
    # Only rows that were not kept aside may make a value known to those that were.
    before = [learn_familiar(_only(table, c).take(rest), c) for c in columns]
    points = _placed(sample, before, blocks, shifts, widths)
    references = points[apart:].astype(np.float16).astype(np.float32)
    return Novelty(
        facts=tuple(learn_familiar(_only(table, column), column) for column in columns),
        shifts=shifts,
        scales=widths,
        references=references,
        aside=np.sort(_distances(points[:apart], references)),
    )


def _points(
    table: Table,
    facts: Sequence[Familiar],
    shifts: Sequence[np.ndarray],
    widths: Sequence[np.ndarray],
    cores: int,
) -> np.ndarray:
    blocks = [block_of(table, each.column, cores) for each in facts]
    return _placed(table, facts, blocks, shifts, widths)


def _placed(
    table: Table,
    facts: Sequence[Familiar],
    blocks: Sequence[np.ndarray],
    shifts: Sequence[np.ndarray],
    widths: Sequence[np.ndarray],
) -> np.ndarray:
    parts = []
    for each, block, shift, width in zip(facts, blocks, shifts, widths, strict=True):
        parts.append(placed(_as_wide(block, len(shift)), shift, width))
        parts.append((_OF_UNSEEN * each.unseen(table))[:, None].astype(np.float32))
    return folded(np.column_stack(parts))


def _as_wide(block: np.ndarray, width: int) -> np.ndarray:
    """Rows without any vector have blocks without a width: they are missing."""
    return block if block.shape[1] == width else np.full((len(block), width), np.nan)


def _distances(points: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Mean distance of each point to its three nearest references, float64, shape (n,)."""
    nearest = min(_NEAREST, len(references))
    found = np.empty(len(points))
    squares = (references**2).sum(axis=1)
    for first in range(0, len(points), _AT_ONCE):
        some = points[first : first + _AT_ONCE]
        squared = (some**2).sum(axis=1)[:, None] + squares - 2 * some @ references.T
        near = np.partition(squared, nearest - 1, axis=1)[:, :nearest]
        found[first : first + _AT_ONCE] = np.sqrt(np.maximum(near, 0.0)).mean(axis=1)
    return found.round(2)  # beyond that, equal rows differ by what float32 leaves


def _only(table: Table, column: Column) -> Table:
    arrow = table.arrow.select([column.name])
    return replace(table, columns=(column,), arrow=arrow)


def _unlike(novelty: float) -> str:
    share = "any" if novelty >= 1 else f"{novelty:.1%}"
    return f"farther from the training rows than {share} of them, by no single column"


def _joined(reasons: Sequence[str]) -> str:
    more = len(reasons) - _MOST_REASONS
    return "; ".join(reasons[:_MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")
