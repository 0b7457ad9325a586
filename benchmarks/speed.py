"""How fast Headstart starts, profiles, scores its first model and predicts; with goals.

    python -m benchmarks.speed                        all, four minutes; writes results/speed.json
    python -m benchmarks.speed --only start,profile   some

Wall seconds depend on what else the machine does; the processor seconds beside them hardly do. What
is repeated counts by its best run.
"""

import argparse
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.measure import Cost
from benchmarks.probes.made import made_table
from benchmarks.sets import SETS
from benchmarks.splits import split_of
from benchmarks.tables.page import table

RESULT = HERE / "results" / "speed.json"
FOLDER = CACHE / "speed"
HEAVY = "numpy scipy sklearn pandas polars pyarrow duckdb torch lightgbm xgboost catboost jinja2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One measured number. `goal` is the most it may be, or the least where `more` is good."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    more: bool = False
    cpu: float | None = None
    wall: float | None = None
    peak_mb: float | None = None
    note: str = ""

    @property
    def reached(self) -> str:
        """`yes` or `no`; empty where there is no goal."""
        if self.goal is None:
            return ""
        good = self.value >= self.goal if self.more else self.value <= self.goal
        return "yes" if good else "no"


def start() -> Iterator[Number]:
    """What it costs to ask for help, and to import the package."""
    told = _best(["headstart", "--help"], "help")
    yield _number("`headstart --help`", told.cpu, "CPU s", 0.20, told)
    bare = _best([python_of("headstart"), "-c", "pass"], "python")
    told = _best([python_of("headstart"), "-c", "import headstart"], "import")
    note = f"the interpreter alone: {bare.cpu:.3f}"
    yield _number("`import headstart`, whole process", told.cpu, "CPU s", 0.10, told, note)
    code = f"import sys, headstart; print(*set('{HEAVY}'.split()) & set(sys.modules))"
    words = [str(python_of("headstart")), "-c", code]
    heavy = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    yield Number(
        what="heavy modules after it",
        value=len(heavy),
        unit="modules",
        goal=0,
        note=" ".join(heavy),
    )


def profile() -> Iterator[Number]:
    """The profile of a small and of a large table, and the memory of the large one."""
    for rows, columns, format, goal in (
        (10_000, 20, "csv", 1.5),
        (10_000, 20, "parquet", 1.5),
        (1_000_000, 50, "parquet", 20.0),
    ):
        source = made_table(rows, columns, format)
        words = ["headstart", "profile", source, "--target", "y"]
        told = _best(words, "profile", repeats=3 if rows < 100_000 else 1)
        what = f"profile of {rows:,} x {columns}, {format}"
        yield _number(what, told.wall, "s", goal, told)
    yield _number("its memory, whole tree", told.peak_mb / 1000, "GB", 1.2, told)


def first() -> Iterator[Number]:
    """Seconds from the command to the first model with a score, on a small and a larger table."""
    for name in ("concrete", "adult"):
        run = FOLDER / f"first-{name}"
        words = ["fit", split_of(SETS[name], 0).train, "--target", SETS[name].target]
        seconds = _until_scored([*words, "--minutes", "1", "--out", run], run)
        yield Number(what=f"first scored model, {name}", value=seconds, unit="s", goal=8)


def predict() -> Iterator[Number]:
    """A delivered booster against the bare library, and one row from a cold start."""
    run, one = FOLDER / "booster", FOLDER / "one.parquet"
    files = split_of(SETS["adult"], 0)
    words = ["headstart", "fit", files.train, "--target", "income", "--families", "lightgbm"]
    _must(
        _run([*words, "--minutes", "0.7", "--single", "--out", _fresh(run)], "booster"), "booster"
    )
    told = _probe(run, _many(files.questions, FOLDER / "many.parquet"))
    note = f"{told['family']}, {told['rows']:,} rows, seconds {told['seconds']}"
    yield Number(
        what="batch prediction, share of the bare library's rows a second",
        value=told["ratio"],
        unit="",
        goal=0.8,
        more=True,
        note=note,
    )
    _slice(files.questions, one)
    words = ["headstart", "predict", run, one, "--out", FOLDER / "one.csv"]
    cost = _best(words, "one", repeats=5)
    imports = "imports scikit-learn" if _imports_sklearn(words[1:]) else "without scikit-learn"
    yield _number("one row, cold, by the command line", cost.wall, "s", 1.2, cost, imports)


PARTS: Mapping[str, Callable[[], Iterator[Number]]] = {
    "start": start,
    "profile": profile,
    "first": first,
    "predict": predict,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(PARTS))
    asked = parser.parse_args().only.split(",")
    kept = json.loads(RESULT.read_text())["parts"] if RESULT.exists() else {}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in asked:
        numbers = [_plain(number) for number in PARTS[name]()]
        kept[name] = {"machine": measure.machine(), "numbers": numbers}
        for number in numbers:
            print("  ".join(f"{word} {value}" for word, value in number.items() if value != ""))
        _keep(kept)


def _keep(kept: Mapping[str, Any]) -> None:
    """Write the numbers of all parts that were ever measured here, as JSON and as a page."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"schema": 1, "parts": kept}, indent=1) + "\n")
    numbers = [
        {**number, "load": part["machine"]["load"]}
        for part in kept.values()
        for number in part["numbers"]
    ]
    page = table(list(numbers[0]), [list(number.values()) for number in numbers])
    RESULT.with_suffix(".md").write_text(page + "\n")


def _plain(number: Number) -> dict[str, Any]:
    return {
        "what": number.what,
        "value": round(number.value, 3),
        "unit": number.unit,
        "goal": "" if number.goal is None else f"{'>=' if number.more else '<='} {number.goal:g}",
        "reached": number.reached,
        "cpu": number.cpu and round(number.cpu, 2),
        "wall": number.wall and round(number.wall, 2),
        "peak_mb": number.peak_mb and round(number.peak_mb),
        "note": number.note,
    }


def _number(what: str, value: float, unit: str, goal: float, cost: Cost, note: str = "") -> Number:
    return Number(
        what=what,
        value=value,
        unit=unit,
        goal=goal,
        cpu=cost.cpu,
        wall=cost.wall,
        peak_mb=cost.peak_mb,
        note=note,
    )


def _run(words: list[str | Path], name: str) -> Cost:
    """Run a command; the word `headstart` stands for the program in its environment."""
    program = [_program() if word == "headstart" else word for word in words]
    return measure.run(program, log=FOLDER / f"{name}.txt", limit=300)


def _best(words: list[str | Path], name: str, repeats: int = 5) -> Cost:
    """The run with the least processor time of a few."""
    costs = [_must(_run(words, name), name) for _ in range(repeats)]
    return min(costs, key=lambda cost: cost.cpu)


def _must(cost: Cost, name: str) -> Cost:
    if cost.code != 0:
        said = (FOLDER / f"{name}.txt").read_text()[-800:]
        raise SystemExit(f"`{name}` ended with {cost.code}: {said}")
    return cost


def _program() -> Path:
    return python_of("headstart").with_name("headstart")


def _fresh(folder: Path) -> Path:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _until_scored(words: list[str | Path], run: Path) -> float:
    """Start a fit, follow its journal until a trial has finished with a score, and end it."""
    _fresh(run)
    journal = run / "journal.jsonl"
    begin = time.monotonic()
    with (FOLDER / "first.txt").open("w") as log:
        process = subprocess.Popen(
            [str(word) for word in (_program(), *words)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while not (journal.exists() and '"status":"finished"' in journal.read_text()):
                if process.poll() is not None or time.monotonic() - begin > 60:
                    raise SystemExit(f"no trial finished: {(FOLDER / 'first.txt').read_text()}")
                time.sleep(0.02)
            return time.monotonic() - begin
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _probe(run: Path, source: Path) -> dict[str, Any]:
    script = HERE / "probes" / "prediction.py"
    words = [str(python_of("headstart")), str(script), str(run), str(source)]
    told = subprocess.run(words, capture_output=True, text=True)
    if told.returncode:
        raise SystemExit(told.stderr[-800:])
    return dict(json.loads(told.stdout))


def _many(source: Path, out: Path, times: int = 16) -> Path:
    """The rows of a file several times over: a batch of some two hundred thousand rows."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    parquet.write_table(arrow.concat_tables([parquet.read_table(source)] * times), out)
    return out


def _slice(source: Path, out: Path) -> None:
    import pyarrow.parquet as parquet

    parquet.write_table(parquet.read_table(source).slice(0, 1), out)


def _imports_sklearn(words: list[str | Path]) -> bool:
    """Whether a command of Headstart's imports scikit-learn in its own process."""
    code = "import sys; from headstart.cli import main; sys.exit(main())"
    command = [str(python_of("headstart")), "-X", "importtime", "-c", code, *map(str, words)]
    told = subprocess.run(command, capture_output=True, text=True)
    return any(line.split("|")[-1].strip() == "sklearn" for line in told.stderr.splitlines())


if __name__ == "__main__":
    main()
