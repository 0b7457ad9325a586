"""Rows that repeat: duplicates, and near-duplicates that contradict each other.

Equal rows on two sides of a split let a model win by memory. Rows are compared by a 64-bit hash of
their input columns, so counting is exact but for a chance of about n^2 / 2^65. In a table of few
values equal rows are no copies: the count is held against that of the same columns, each shuffled.
Pictures and recordings are compared by the bytes of their files; there every copy is one.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headstart.profiling.finding import Finding
from headstart.profiling.sample import MEDIA, Sample, Target, as_numbers, as_text, media_names
from headstart.records import Column, Table
from headstart.storage.contents import content_hashes

_FEWEST = 3
_SHARE = 0.005
_BEYOND_CHANCE = 3
_FINE = 100  # near-duplicates: numbers are compared in steps of a hundredth of their spread
_DIFFERENT = 0.5  # numbers that contradict: apart by half of the target's spread


def duplicates(table: Table, sample: Sample, names: frozenset[str]) -> list[Finding]:
    """Rows whose inputs all equal those of an earlier row, beyond what chance explains."""
    if len(table) < 2 or not names:
        return []
    media = _media(table, names)
    few = 1 if media else max(_FEWEST, _SHARE * len(table))
    repeated = _repeated(table, names, few)
    if repeated < few or not (media or _beyond_chance(sample, names)):
        return []
    rows = "row repeats" if repeated == 1 else "rows repeat"
    what = "an earlier row in every input column"
    if media:
        what += ", its file byte for byte" if len(names) > 1 else ", byte for byte"
    because = (
        f"{repeated:,} of {len(table):,} {rows} {what}. Equal rows stay on one side of every split."
    )
    return [Finding(kind="duplicates", because=because)]


def label_noise(sample: Sample, names: frozenset[str]) -> list[Finding]:
    """Rows that are nearly alike in every input and differ in the target.

    Nearly alike: numbers in the same hundredth of their spread, texts equal but for case and space.
    """
    if len(sample.rows) < 2 or not names:
        return []
    table = sample.table.take(sample.rows)
    hashes = row_hashes(table, names, coarse=True)
    media = _media(table, names)
    few = 2 if media else max(_FEWEST, _SHARE * len(hashes))
    if repeats(hashes) < (1 if media else _FEWEST):
        return []
    if not media and not _beyond_chance(sample, names, coarse=True):
        return []
    alike = "show the same file as" if media else "are nearly equal to"
    found = []
    for target in sample.targets:
        rows = contradicting(hashes, target)
        if rows >= few:
            because = (
                f"{rows:,} of {sample.note} {alike} another row in every input and "
                f"differ in `{target.name}`: either the labels are noisy or a column is missing. "
                "No model can be right about all of them."
            )
            found.append(Finding(kind="label_noise", because=because, columns=(target.name,)))
    return found


def _media(table: Table, names: frozenset[str]) -> bool:
    """Whether a file of each row is compared; files are never equal by chance."""
    return any(not table.values(name).null_count for name in names & set(media_names(table)))


def _repeated(table: Table, names: frozenset[str], few: float) -> int:
    """Rows that repeat an earlier row; 0 as soon as some of the columns leave too few of them."""
    quick_first = sorted(_columns(table, names), key=lambda column: column.modality != "number")
    hashes = _no_hashes(len(table))
    repeated = len(table)
    for number, column in enumerate(quick_first, start=1):
        _mix(hashes, _words(table, column, coarse=False))
        if number & (number - 1) == 0 or number == len(names):  # 1, 2, 4, 8, ... columns
            repeated = repeats(hashes)
            if repeated < few:
                return 0
    return repeated


def row_hashes(table: Table, names: frozenset[str], *, coarse: bool = False) -> np.ndarray:
    """A 64-bit hash of each row over these columns, uint64 (n,); equal rows have equal hashes."""
    hashes = _no_hashes(len(table))
    for column in _columns(table, names):
        _mix(hashes, _words(table, column, coarse))
    return hashes


def repeats(hashes: np.ndarray) -> int:
    """Rows that equal an earlier row."""
    ordered = np.sort(hashes)
    return int(np.count_nonzero(ordered[1:] == ordered[:-1]))


def contradicting(hashes: np.ndarray, target: Target) -> int:
    """Rows with an equal hash among which the target differs."""
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    starts = np.flatnonzero(new)
    sizes = np.diff(np.append(starts, len(order)))
    numbers = target.numbers[order]
    apart = np.maximum.reduceat(numbers, starts) - np.minimum.reduceat(numbers, starts)
    limit = 0.0 if target.classes is not None else _DIFFERENT * float(np.nanstd(numbers))
    return int(sizes[(sizes > 1) & (apart > limit)].sum())


def _beyond_chance(sample: Sample, names: frozenset[str], *, coarse: bool = False) -> bool:
    """Whether the sample repeats itself more than thrice as often as with its columns shuffled."""
    table = sample.table.take(sample.rows)
    random = np.random.default_rng(0)
    actual, shuffled = _no_hashes(len(table)), _no_hashes(len(table))
    for column in _columns(table, names):
        words = _words(table, column, coarse)
        _mix(actual, words)
        _mix(shuffled, random.permutation(words))
    return repeats(actual) > _BEYOND_CHANCE * repeats(shuffled)


def _no_hashes(rows: int) -> np.ndarray:
    return np.full(rows, 0x9E3779B97F4A7C15, dtype=np.uint64)


def _mix(hashes: np.ndarray, words: np.ndarray) -> None:
    """Take one word of each row into its hash, in place (the finaliser of MurmurHash3)."""
    hashes ^= words
    hashes ^= hashes >> np.uint64(33)
    hashes *= np.uint64(0xFF51AFD7ED558CCD)
    hashes ^= hashes >> np.uint64(33)
    hashes *= np.uint64(0xC4CEB9FE1A85EC53)


def _columns(table: Table, names: frozenset[str]) -> list[Column]:
    return [column for column in table.columns if column.name in names]


def _words(table: Table, column: Column, coarse: bool) -> np.ndarray:
    """Each value of a column as 64 bits: equal values have equal bits within this table."""
    values = table.arrow.column(column.name)
    if column.modality in MEDIA and table.media_root is not None:
        return content_hashes(table.media_root, as_text(values).to_pylist())
    if column.modality in ("number", "time"):
        numbers = as_numbers(values) + 0.0  # -0.0 becomes 0.0
        if coarse:
            spread = float(np.nanstd(numbers)) if np.isfinite(numbers).any() else 0.0
            numbers = np.rint(numbers * (_FINE / spread)) + 0.0 if spread else numbers
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    texts = as_text(values)
    if coarse:
        texts = pc.utf8_trim_whitespace(pc.utf8_lower(texts))
    encoded = texts.dictionary_encode().combine_chunks()
    indices = encoded.indices.fill_null(-1).cast(pa.int64())
    return indices.to_numpy(zero_copy_only=False).view(np.uint64)
