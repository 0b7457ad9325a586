"""How fast texts and pictures become vectors, and how fast heads and encoders are tuned.

    python -m benchmarks.starts.throughput                    everything: about half an hour
    python -m benchmarks.starts.throughput --parts texts      or pictures, heads, tuning
    python -m benchmarks.starts.throughput --rows 16 --rounds 1 --folder tried    a try

Contenders are warm processes, each in its own environment, on the same rows and the same number of
threads. They do their job in turns, in an order that alternates from round to round, so that what
else the machine does falls on all of them; threads that wait sleep, so that CPU seconds are those
of work. A ratio is a peer's seconds for each row over
Headstart's in the same round; the median of the rounds is told, and the smallest.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import python_of
from benchmarks.starts.cell import LONGEST, RESULTS, checkpoint_folder, quiet
from benchmarks.starts.material import Question, files_of
from benchmarks.starts.pictures import write_pictures
from benchmarks.starts.sets import SETS
from benchmarks.tables.page import table

CONTENDERS = Path(__file__).parent / "contenders"
PICTURES = "efficientnet_lite0.in1k"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A program in an environment; `precision` is one of those that its file names."""

    name: str
    program: str
    environment: str
    precision: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Contenders at one job; `rows` of it, `goals` are (contender, over which peer, least ratio).

    `least` is a goal for rows a second of Headstart's first contender.
    """

    name: str
    title: str
    rows: int
    contenders: tuple[Contender, ...]
    goals: tuple[tuple[str, str, float], ...]
    passes: int = 1
    batch: int = 32
    least: float = 0.0


PARTS = (
    Part(
        name="texts",
        title="Embedding texts of mixed length, MiniLM, 128 tokens",
        rows=512,
        contenders=(
            Contender(name="headstart", program="embed_headstart.py", environment="headstart"),
            Contender(
                name="headstart, float32",
                program="embed_headstart.py",
                environment="headstart",
                precision="float32",
            ),
            Contender(
                name="sentence-transformers",
                program="embed_sentence_transformers.py",
                environment="sentence_transformers",
                precision="float32",
            ),
            Contender(
                name="sentence-transformers, bfloat16",
                program="embed_sentence_transformers.py",
                environment="sentence_transformers",
                precision="bfloat16",
            ),
        ),
        goals=(
            ("headstart", "sentence-transformers", 1.0),
            ("headstart, float32", "sentence-transformers", 1.0),
            ("headstart", "sentence-transformers, bfloat16", 1.0),
        ),
        least=40.0,
    ),
    Part(
        name="pictures",
        title="Embedding JPEG files of mixed size, EfficientNet-Lite0, 224 pixels",
        rows=128,
        contenders=(
            Contender(name="headstart", program="pictures_headstart.py", environment="headstart"),
            Contender(name="timm", program="pictures_timm.py", environment="timm"),
        ),
        goals=(("headstart", "timm", 1.0),),
        least=25.0,
    ),
    Part(
        name="heads",
        title="Tuning a head on the standing MiniLM; the loop makes 20 epochs",
        rows=128,
        contenders=(
            Contender(
                name="headstart, vectors kept",
                program="head_headstart.py",
                environment="headstart",
                precision="warm",
            ),
            Contender(
                name="headstart, vectors computed",
                program="head_headstart.py",
                environment="headstart",
                precision="cold",
            ),
            Contender(
                name="encoder in the loop", program="head_loop.py", environment="huggingface"
            ),
        ),
        goals=(
            ("headstart, vectors kept", "encoder in the loop", 20.0),
            ("headstart, vectors computed", "encoder in the loop", 0.0),
        ),
        passes=20,
        batch=16,
    ),
    Part(
        name="tuning",
        title="Fine-tuning all layers of MiniLM on texts of mixed length, 2 passes, batches of 16",
        rows=256,
        contenders=(
            Contender(name="headstart", program="tune_headstart.py", environment="headstart"),
            Contender(
                name="headstart, float32",
                program="tune_headstart.py",
                environment="headstart",
                precision="float32",
            ),
            Contender(name="Trainer", program="tune_trainer.py", environment="huggingface"),
            Contender(
                name="Trainer, by length",
                program="tune_trainer.py",
                environment="huggingface",
                precision="by_length",
            ),
            Contender(
                name="Trainer, bfloat16",
                program="tune_trainer.py",
                environment="huggingface",
                precision="bfloat16",
            ),
        ),
        goals=(
            ("headstart", "Trainer", 1.3),
            ("headstart, float32", "Trainer", 0.0),
            ("headstart", "Trainer, by length", 0.0),
            ("headstart", "Trainer, bfloat16", 0.0),
        ),
        passes=2,
        batch=16,
    ),
)


class Live:
    """A contender's warm process."""

    def __init__(self, one: Contender, ask: dict[str, Any], folder: Path, threads: int) -> None:
        own = folder / one.name.replace(" ", "_").replace(",", "")
        own.mkdir(parents=True, exist_ok=True)
        question = own / "ask.json"
        question.write_text(json.dumps({**ask, "precision": one.precision, "folder": str(own)}))
        self.name, self._log = one.name, own / "log.txt"
        self._process = subprocess.Popen(
            [str(python_of(one.environment)), str(CONTENDERS / one.program), str(question)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("w"),
            env={**os.environ, **quiet(threads)},
            text=True,
        )
        self.versions = self._heard()["versions"]

    def go(self) -> dict[str, float]:
        """One round: wall and processor seconds, and how much was done in them."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._heard()

    def close(self) -> None:
        """End the process by closing its input."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RuntimeError(f"`{self.name}` ended:\n{self._log.read_text()[-1500:]}")
        return dict(json.loads(line))


def run_part(part: Part, *, rows: int, rounds: int, threads: int) -> dict[str, Any]:
    """Let the contenders of a part do their job in turns; all rounds of all of them."""
    folder = CACHE / "throughput" / part.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    here, live = measure.machine(), []
    try:
        for one in part.contenders:
            live.append(Live(one, _ask(part, rows, threads, folder), folder, threads))
        found: dict[str, list[dict[str, float]]] = {one.name: [] for one in live}
        for number in range(rounds):
            for one in live if number % 2 == 0 else reversed(live):
                found[one.name].append({**one.go(), "load": round(os.getloadavg()[0], 2)})
                print(f"  {part.name} {one.name}: {found[one.name][-1]}", flush=True)
    finally:
        for one in live:
            one.close()
    versions = {one.name: one.versions for one in live}
    told = {"part": part.name, "rows": rows, "threads": threads, "passes": part.passes}
    return {**told, "machine": here, "versions": versions, "rounds": found}


def ratios(record: dict[str, Any], mine: str, theirs: str, clock: str) -> list[float]:
    """In each round, a peer's seconds for a row over Headstart's; above 1 Headstart is faster.

    >>> one, two = {"wall": 2.0, "done": 8}, {"wall": 3.0, "done": 8}
    >>> ratios({"rounds": {"a": [one], "b": [two]}}, "a", "b", "wall")
    [1.5]
    """
    pairs = zip(record["rounds"][mine], record["rounds"][theirs], strict=True)
    return [(b[clock] / b["done"]) / (a[clock] / a["done"]) for a, b in pairs]


def page(records: dict[str, dict[str, Any]]) -> str:
    """All parts that have been run, as Markdown."""
    parts = ["# Throughput beside peers\n", _LEGEND]
    for part in PARTS:
        if part.name in records:
            parts += [f"\n## {part.title}\n", *_part(part, records[part.name])]
    return "\n".join(parts).rstrip() + "\n"


_LEGEND = """\
Rows a second and ratios of one run, in turns. A ratio is the peer's seconds for a row over
Headstart's, median of the rounds (smallest in brackets): above 1 Headstart is faster. Without a
word beside the name a system runs as it does by default: Headstart in bfloat16 where the processor
multiplies it itself, the others in float32."""


def _part(part: Part, record: dict[str, Any]) -> list[str]:
    rows = []
    for name, rounds in record["rounds"].items():
        wall = statistics.median(each["done"] / each["wall"] for each in rounds)
        cpu = statistics.median(each["done"] / each["cpu"] for each in rounds)
        goal = f">= {part.least:g}" if part.least and name == part.contenders[0].name else ""
        rows.append([name, f"{wall:.1f}", goal, f"{cpu:.1f}"])
    heads = ["system", "rows a second", "goal", "rows a CPU second"]
    lines = [table(heads, rows), ""]
    told = []
    for mine, theirs, least in part.goals:
        spans = [_span(ratios(record, mine, theirs, clock)) for clock in ("wall", "cpu")]
        told.append([f"{mine} / {theirs}", spans[0], f">= {least:g}" if least else "", spans[1]])
    lines += [table(["ratio", "wall", "goal", "CPU"], told), ""]
    loads = [each["load"] for rounds in record["rounds"].values() for each in rounds]
    about = f"{record['rows']} rows, {len(next(iter(record['rounds'].values())))} rounds"
    lines.append(
        f"{about}, {record['threads']} threads; load between {min(loads)} and {max(loads)}."
    )
    return lines


def _span(found: list[float]) -> str:
    return f"{statistics.median(found):.2f} ({min(found):.2f})"


def _ask(part: Part, rows: int, threads: int, folder: Path) -> dict[str, Any]:
    is_pictures = part.name == "pictures"
    return {
        "rows": str(write_pictures(rows) if is_pictures else _texts(rows)),
        "checkpoint": PICTURES if is_pictures else str(checkpoint_folder()),
        "longest": LONGEST,
        "threads": threads,
        "passes": part.passes,
        "batch": part.batch,
    }


def _texts(rows: int) -> Path:
    return files_of(SETS["reviews"], Question(set="reviews", labels=rows)).train


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(part.name for part in PARTS))
    parser.add_argument("--rows", type=int, help="instead of each part's own number")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=RESULTS)
    asked = parser.parse_args()
    path = asked.folder / "throughput.json"
    records = json.loads(path.read_text()) if path.exists() else {}
    for part in PARTS:
        if part.name in asked.parts.split(","):
            rows = asked.rows or part.rows
            records[part.name] = run_part(
                part, rows=rows, rounds=asked.rounds, threads=asked.threads
            )
            asked.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(records, indent=1) + "\n")
            (asked.folder / "throughput.md").write_text(page(records))
    print(page(records))


if __name__ == "__main__":
    main()
