"""Are half-size networks better off with a large one's weights than with random ones?

    python -m benchmarks.weights.selection --slice                    a minute: each kind, tiny
    python -m benchmarks.weights.selection                            all that are left, the page
    python -m benchmarks.weights.selection --cell minilm-selected-0   one cell
    python -m benchmarks.weights.selection --list                     names of those that are left
    python -m benchmarks.weights.selection --page                     only write the page

A cell is a network, an arm (`halves.py`) and a seed. The arms of a seed have the same rows, steps,
batches and schedule; each takes the learning rate of three that was best on held-out rows, so that
none is judged by a rate that suits another. Finished cells are kept in `results/weights/`, with the
outcome of every test row beside them; `selection.md` is written from them.
"""

import argparse
import math
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE
from benchmarks.starts.cell import keep, record_of
from benchmarks.tables.cell import source
from benchmarks.weights import material
from benchmarks.weights.halves import ARMS, MINILM, NETWORKS, Arm, begin
from benchmarks.weights.material import Parts, Rows

RESULTS = HERE / "results" / "weights"
SEEDS = range(5)
SCHEMA = 1
_AT_ONCE = 64
_HEAD_PACE = 10.0  # beside the encoder, as in fine-tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What every arm of a network gets.

    Attributes:
        learn, choose: rows to learn from, and to choose the rate on.
        rates: of which each arm takes its best.
    """

    learn: int
    choose: int
    batch: int
    passes: int
    rates: tuple[float, ...]

    @property
    def steps(self) -> int:
        """Steps of each training."""
        return self.learn // self.batch * self.passes


TEXTS = Course(learn=800, choose=200, batch=16, passes=6, rates=(1e-4, 3e-4, 1e-3))
PICTURES = Course(learn=1_000, choose=200, batch=32, passes=10, rates=(3e-4, 1e-3, 3e-3))
COURSES = {"minilm": TEXTS, "minilm_shallow": TEXTS, "efficientnet": PICTURES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One network, begun in one way, with one seed."""

    network: str
    arm: Arm
    seed: int

    @property
    def name(self) -> str:
        """The name of its files."""
        return f"{self.network}-{self.arm}-{self.seed}"


def cells() -> list[Cell]:
    """All of them: seed after seed, so that a run that is stopped has whole pairs."""
    return [
        Cell(network=network, arm=arm, seed=seed)
        for seed in SEEDS
        for network in NETWORKS
        for arm in ARMS
    ]


def run_cell(cell: Cell, course: Course, *, threads: int, results: Path = RESULTS) -> None:
    """Train at every rate, judge the one that was best on held-out rows, and keep it."""
    here, began, burned = measure.machine(), time.monotonic(), time.process_time()
    parts = _parts(cell, course)
    tried = [_trained(cell, course, rate, parts, threads) for rate in course.rates]
    best = min(tried, key=lambda each: each["chosen_by"])
    record = {
        "schema": SCHEMA,
        **asdict(cell),
        "checkpoint": NETWORKS[cell.network],
        "course": asdict(course),
        "steps": course.steps,
        "rate": best["rate"],
        "score": best["score"],
        "rates": [{k: v for k, v in each.items() if k != "rows"} for each in tried],
        "parameters": best["parameters"],
        "coverage": best["coverage"],
        "classes": parts.classes,
        "test_rows": len(parts.test),
        "data": material.sources()["emoji" if cell.network == "efficientnet" else "reviews"],
        "threads": threads,
        "source": source(),
        "versions": {name: version(name) for name in ("torch", "transformers", "timm")},
        "machine": here,
        "load_after": measure.machine()["load"],
        "cost": {
            "wall": round(time.monotonic() - began, 2),
            "cpu": round(time.process_time() - burned, 2),
        },
    }
    keep(cell.name, record, {"value": best["rows"]}, results)


def _parts(cell: Cell, course: Course) -> Parts:
    from headstart import weights

    if cell.network == "efficientnet":
        return material.emoji(cell.seed, course.learn, course.choose)
    tokenizer = weights.tokenizer(weights.need(MINILM))
    return material.reviews(cell.seed, course.learn, course.choose, tokenizer)


def _trained(cell: Cell, course: Course, rate: float, parts: Parts, threads: int) -> dict[str, Any]:
    """One training, from first values that are the same for every rate."""
    import torch

    from headstart.families.neural._lesson import decayed
    from headstart.networks.precision import has_fast_bfloat16
    from headstart.networks.randomness import own_randomness
    from headstart.networks.used_words import only_used_words
    from headstart.session import Session
    from headstart.training import loop

    begun = begin(cell.network, cell.arm, len(parts.classes), cell.seed)
    truth = torch.from_numpy(parts.learn.truth)
    examples = loop.Examples(
        inputs=parts.learn.inputs, targets=truth, weights=torch.ones(len(truth), 1)
    )
    network = begun.network
    texts = cell.network != "efficientnet"
    with (
        tempfile.TemporaryDirectory() as folder,
        own_randomness(cell.seed),
        only_used_words(network.reader, parts.learn.inputs[0]),
    ):
        session = Session(seed=cell.seed, folder=Path(folder), rows=len(truth), threads=threads)
        groups = [
            *decayed(list(network.reader.parameters()), 1.0),
            *decayed(list(network.head.parameters()), _HEAD_PACE),
        ]
        loop.train(
            network,
            groups,
            examples,
            _losses,
            None,
            _course(course, rate, half=texts and has_fast_bfloat16()),
            session,
            torch.Generator().manual_seed(cell.seed),
        )
    chosen, rows = _answers(network, parts.choose), _answers(network, parts.test)
    right = (rows.argmax(axis=1) == parts.test.truth).astype(np.float32)
    loss = -float(np.log(chosen[np.arange(len(chosen)), parts.choose.truth] + 1e-9).mean())
    return {
        "rate": rate,
        "chosen_by": loss if math.isfinite(loss) else 1e9,
        "chosen_by_accuracy": float((chosen.argmax(axis=1) == parts.choose.truth).mean()),
        "score": float(right.mean()),
        "rows": right,
        "parameters": begun.parameters,
        "coverage": begun.coverage,
        "moves": begun.moves,
    }


def _course(course: Course, rate: float, *, half: bool) -> Any:
    """The course as the library's loop takes it."""
    from headstart.training import loop
    from headstart.training.schedule import cosine

    return loop.Course(
        passes=course.passes,
        batch=course.batch,
        learning_rate=rate,
        decay=0.01,
        schedule=cosine,
        momentum=0.999,
        clip=1.0,
        half=half,
    )


def _losses(outputs: Any, targets: Any) -> Any:
    """(1, b): the cross entropy of each row."""
    from torch.nn import functional

    return functional.cross_entropy(outputs[0], targets, reduction="none")[None]


def _answers(network: Any, rows: Rows) -> np.ndarray:
    """Probabilities (n, classes)."""
    import torch

    places = torch.split(torch.arange(len(rows)), _AT_ONCE)
    with torch.inference_mode():
        found = [network(*(each[part] for each in rows.inputs))[0] for part in places]
        return torch.softmax(torch.cat(found), dim=1).numpy()


def main() -> None:
    from benchmarks.weights.page import write_page

    asked = _arguments()
    results = CACHE / "slice-weights" if asked.slice else RESULTS
    todo = [each for each in cells() if asked.again or record_of(each.name, results) is None]
    if asked.list:
        print("\n".join(each.name for each in todo))
        return
    if asked.slice:
        todo = [each for each in cells() if each.seed == 0]
    if asked.cell:
        todo = [each for each in cells() if each.name == asked.cell]
        if not todo:
            raise SystemExit(f"no cell is called `{asked.cell}`; --list names those that are left")
    for cell in [] if asked.page else todo:
        course = COURSES[cell.network]
        if asked.slice:
            course = replace(course, learn=64, choose=40, passes=2, rates=course.rates[1:2])
        run_cell(cell, course, threads=asked.threads, results=results)
        record = record_of(cell.name, results)
        assert record is not None
        print(f"{cell.name}: {record['score']:.3f}, {record['cost']['cpu']:.0f} CPU s", flush=True)
    print(write_page(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--slice", action="store_true", help="one tiny cell of each kind")
    parser.add_argument("--cell", default="", help="run this one, also where it has run before")
    parser.add_argument("--list", action="store_true", help="names of the cells that are left")
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("--again", action="store_true", help="run finished cells anew")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
