"""Tables with one planted leak of a known kind, and clean ones: the truth for profiling.

`detections()` and `false_alarms()` run all of it: 17 kinds of leak with 5 seeds each, and 80 clean
tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from headstart.profiling import profile
from headstart.records import Column, Profile, Table, Task

Cells = dict[str, object]
ALARMS = ("leak", "duplicates", "groups", "time", "label_noise")
SEEDS = range(5)


@dataclass(frozen=True)
class Planted:
    """A table, its task, and what a profile must say about it."""

    table: Table
    task: Task
    kind: str
    column: str | None = None

    def is_found(self, found: Profile) -> bool:
        return any(
            trap.kind == self.kind and (self.column is None or self.column in trap.columns)
            for trap in found.traps
        )


def make_table(cells: Mapping[str, object], target: str | None = None, **roles: str) -> Table:
    """A table of plain columns; the modality follows from the values."""
    arrays = {name: pa.array(values, from_pandas=True) for name, values in cells.items()}
    columns = tuple(
        Column(
            name=name,
            modality=_modality(array.type),
            role="target" if name == target else roles.get(name, "input"),  # type: ignore[arg-type]
        )
        for name, array in arrays.items()
    )
    arrow = pa.table(arrays)
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(arrow.num_rows))


def make_task(table: Table, target: str) -> Task:
    """Classification of texts, regression of numbers."""
    if table.column(target).modality == "number":
        return Task(kind="regression", targets=(target,), metric="rmse")
    labels = tuple(sorted(set(table.values(target).to_pylist())))
    return Task(kind="classification", targets=(target,), classes=(labels,), metric="accuracy")


def _modality(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "time"
    return "category" if pa.types.is_string(kind) else "number"


def honest(seed: int, *, rows: int | None = None, numeric: bool | None = None) -> Cells:
    """Mixed columns that predict `y` as real ones do: with noise, gaps and useless ones."""
    random = np.random.default_rng(seed)
    n = rows or int(random.choice([120, 300, 800, 2_000]))
    numbers = random.normal(size=(n, 5)) @ random.normal(size=(5, 5))
    region = random.integers(0, int(random.integers(3, 12)), n)
    signal = numbers[:, 0] + np.sin(numbers[:, 1]) + 0.5 * region
    signal = (signal - signal.mean()) / signal.std() + random.normal(size=n) * random.uniform(
        0.2, 1
    )
    cells: Cells = {f"x{i}": numbers[:, i] for i in range(4)}
    cells["count"] = random.poisson(np.exp(numbers[:, 4] / (2 * numbers[:, 4].std())))
    cells["region"] = [f"r{value}" for value in region]
    gaps = np.where(random.random(n) < 0.2, np.nan, signal + random.normal(size=n))
    cells["gaps"] = gaps
    is_numeric = bool(seed % 2) if numeric is None else numeric
    if is_numeric:
        cells["y"] = signal * random.uniform(0.5, 100) + random.normal()
    else:
        cuts = np.quantile(signal, [0.7] if seed % 4 else [0.3, 0.6])
        cells["y"] = np.array(["low", "mid", "high"])[np.digitize(signal, cuts)].tolist()
    return cells


def clean(seed: int) -> Planted:
    """No trap at all: nothing may be called a leak, a repeat, a group or an order."""
    table = make_table(honest(seed), "y")
    return Planted(table, make_task(table, "y"), kind="")


def planted(kind: str, seed: int) -> Planted:
    """A table with this kind of leak."""
    return LEAKS[kind](seed)


def detections() -> dict[str, int]:
    """Of each kind, how many of the five planted leaks are found."""
    return {kind: sum(_found(planted(kind, seed)) for seed in SEEDS) for kind in LEAKS}


def false_alarms(number: int = 80) -> list[tuple[int, str]]:
    """Seed and sentence of each alarm about a clean table."""
    alarms = []
    for seed in range(number):
        case = clean(seed)
        found = profile(case.table, case.task)
        alarms += [(seed, trap.because) for trap in found.traps if trap.kind in ALARMS]
    return alarms


def _found(case: Planted) -> bool:
    return case.is_found(profile(case.table, case.task))


def _plant(cells: Cells, kind: str, column: str | None) -> Planted:
    table = make_table(cells, "y")
    return Planted(table, make_task(table, "y"), kind, column)


def _classes(seed: int) -> tuple[Cells, np.ndarray, np.random.Generator]:
    cells = honest(seed, numeric=False)
    return cells, np.array(cells["y"]), np.random.default_rng(1_000 + seed)


def _numbers(seed: int) -> tuple[Cells, np.ndarray, np.random.Generator]:
    cells = honest(seed, numeric=True)
    return cells, np.asarray(cells["y"], dtype=float), np.random.default_rng(1_000 + seed)


def copy_of_class(seed: int) -> Planted:
    cells, y, _ = _classes(seed)
    return _plant({**cells, "status": y.tolist()}, "leak", "status")


def code_of_class(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    code = dict(zip(np.unique(y), random.permutation([3, 7, 11]), strict=False))
    return _plant({**cells, "stage": [int(code[v]) for v in y]}, "leak", "stage")


def nearly_copy_of_class(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    names = np.array(["alpha", "beta", "gamma"])
    _, code = np.unique(y, return_inverse=True)
    wrong = random.random(len(y)) < 0.002
    code = np.where(wrong, random.integers(0, 3, len(y)), code)
    return _plant({**cells, "reason": names[code].tolist()}, "leak", "reason")


def noisy_number_of_class(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    _, code = np.unique(y, return_inverse=True)
    return _plant({**cells, "risk": code + random.normal(size=len(y)) * 0.05}, "leak", "risk")


def copy_of_number(seed: int) -> Planted:
    cells, y, _ = _numbers(seed)
    return _plant({**cells, "billed": y * 1.19 + 4}, "leak", "billed")


def monotone_code_of_number(seed: int) -> Planted:
    cells, y, _random = _numbers(seed)
    scaled = (y - y.mean()) / y.std()
    code = [np.exp(scaled), -np.cbrt(scaled), np.argsort(np.argsort(y)) / 10.0][seed % 3]
    return _plant({**cells, "index": code}, "leak", "index")


def bands_of_number(seed: int) -> Planted:
    cells, y, _ = _numbers(seed)
    band = np.digitize(y, np.quantile(y, [0.25, 0.5, 0.75]))
    return _plant({**cells, "tier": np.array(list("dabc"))[band].tolist()}, "leak", "tier")


def filled_for_one_class(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    filled = y == np.unique(y)[seed % 2]
    return _plant(
        {**cells, "closed_on_day": np.where(filled, random.uniform(1, 90, len(y)), np.nan)},
        "leak",
        "closed_on_day",
    )


def mostly_filled_for_one_class(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    filled = (y == "low") & (random.random(len(y)) < 0.8)
    notes = np.array(["post", "phone", "visit"])[random.integers(0, 3, len(y))]
    values = [note if f else None for note, f in zip(notes, filled, strict=True)]
    return _plant({**cells, "followed_up_by": values}, "leak", "followed_up_by")


def filled_for_high_numbers(seed: int) -> Planted:
    cells, y, random = _numbers(seed)
    filled = y > np.quantile(y, 0.6)
    return _plant(
        {**cells, "penalty": np.where(filled, random.gamma(2, 5, len(y)), np.nan)},
        "leak",
        "penalty",
    )


def running_number(seed: int) -> Planted:
    cells, y, random = _classes(seed)
    _, code = np.unique(y, return_inverse=True)
    order = np.argsort(code + random.normal(size=len(y)) * 0.2, kind="stable")
    number = np.empty(len(y), dtype=int)
    number[order] = np.arange(1, len(y) + 1)
    return _plant({**cells, "record_id": number}, "leak", "record_id")


def repeated_rows(seed: int) -> Planted:
    cells = honest(seed)
    n = len(cells["region"])  # type: ignore[arg-type]
    random = np.random.default_rng(seed)
    rows = random.permutation(np.concatenate([np.arange(n), random.integers(0, n, n // 20 + 3)]))
    repeated = {name: np.asarray(values)[rows].tolist() for name, values in cells.items()}
    return _plant(repeated, "duplicates", None)


def contradicting_rows(seed: int) -> Planted:
    cells = honest(seed, numeric=False)
    n = len(cells["region"])  # type: ignore[arg-type]
    random = np.random.default_rng(seed)
    again = random.choice(n, n // 10 + 3, replace=False)
    twice = {
        name: np.concatenate([np.asarray(values), np.asarray(values)[again]])
        for name, values in cells.items()
    }
    twice["region"] = np.concatenate(
        [np.asarray(cells["region"]), [f" {v.upper()}" for v in np.asarray(cells["region"])[again]]]
    )
    labels = np.asarray(cells["y"])
    twice["y"] = np.concatenate([labels, random.permutation(labels)[: len(again)]])
    return _plant({k: v.tolist() for k, v in twice.items()}, "label_noise", "y")


def groups(seed: int) -> Planted:
    random = np.random.default_rng(seed)
    size, number = int(random.integers(3, 9)), int(random.integers(40, 150))
    owner = np.repeat(np.arange(number), size)
    own = random.normal(size=(number, 4))[owner]
    cells: Cells = {f"x{i}": own[:, i] + random.normal(size=len(owner)) * 0.4 for i in range(4)}
    ill = (own[:, 0] + random.normal(size=number)[owner]) > 0
    rows = random.permutation(len(owner))
    name = ["patient", "user_id", "SubjectNo", "customer", "session id"][seed % 5]
    cells[name] = owner * 7 + 100 if seed % 2 else [f"p{v}" for v in owner]
    cells["y"] = np.where(ill, "ill", "well")
    return _plant({k: np.asarray(v)[rows].tolist() for k, v in cells.items()}, "groups", name)


def time_drift(seed: int) -> Planted:
    random = np.random.default_rng(seed)
    n = int(random.integers(300, 900))
    level = np.cumsum(random.normal(size=n)) * 0.3
    day = [datetime(2021, 1, 1) + timedelta(days=int(i)) for i in range(n)]
    cells: Cells = {"day": day, "x0": random.normal(size=n), "x1": random.normal(size=n)}
    y = level + cells["x0"] + random.normal(size=n) * 0.3  # type: ignore[operator]
    cells["y"] = y if seed % 2 else np.where(y > np.median(y), "up", "down").tolist()
    return _plant(cells, "time", "day")


def target_mean(seed: int) -> Planted:
    """A mean of the target over a key: plain, smoothed, or of the other rows."""
    cells = honest(seed, rows=800)
    random = np.random.default_rng(seed)
    city = random.integers(0, 60, 800)
    labels = np.asarray(cells["y"])
    y = labels.astype(float) if labels.dtype.kind == "f" else (labels == "low").astype(float)
    sums, sizes = np.bincount(city, y), np.bincount(city)
    means = [
        (sums / sizes)[city],
        ((sums + 10 * y.mean()) / (sizes + 10))[city],
        (sums[city] - y) / (sizes[city] - 1),
    ]
    cells["city_score"] = means[seed % 3]
    if seed != 3:  # seed 3: a plain mean whose key is not in the table
        cells["city"] = [f"c{value}" for value in city]
    return _plant(cells, "leak", "city_score")


def parts_of_sum(seed: int) -> Planted:
    random = np.random.default_rng(seed)
    cells = honest(seed, numeric=True)
    n = len(cells["region"])  # type: ignore[arg-type]
    cells["casual"], cells["registered"] = random.poisson(30, n), random.poisson(90, n)
    cells["y"] = (cells["casual"] + cells["registered"]).astype(float)  # type: ignore[operator]
    return _plant(cells, "leak", "casual")


LEAKS: dict[str, Callable[[int], Planted]] = {
    made.__name__: made
    for made in (
        copy_of_class,
        code_of_class,
        nearly_copy_of_class,
        noisy_number_of_class,
        copy_of_number,
        monotone_code_of_number,
        bands_of_number,
        filled_for_one_class,
        mostly_filled_for_one_class,
        filled_for_high_numbers,
        running_number,
        repeated_rows,
        contradicting_rows,
        groups,
        time_drift,
        target_mean,
        parts_of_sum,
    )
}
