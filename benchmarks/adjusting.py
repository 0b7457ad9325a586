"""Does `adjust --apply` improve a model, and does it ever make one worse? Ten real tables.

    python -m benchmarks.adjusting                       about ten minutes; goes on where it was
    python -m benchmarks.adjusting --sets pima,concrete
    python -m benchmarks.adjusting --page                writes the page from what is kept

`headstart fit` gets 20 seconds, then `adjust --apply` 30. Old and new model answer a quarter of the
rows that neither saw. The advantage of the new one is bootstrapped over these rows, the same for
both, on the metric of the set; above zero is better. Where nothing was adopted the models are the
same one. `locked` is what the run itself said on its locked rows. A record for each set and split
stands in `results/adjusting/`, and what was measured is not measured again.
"""

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.carriers import CACHE
from benchmarks.environments import HERE, python_of
from benchmarks.sets import RealSet, find
from benchmarks.splits import Split, split_of
from benchmarks.tables import scores
from benchmarks.tables.cell import source
from benchmarks.tables.duels import advantage_interval
from benchmarks.tables.page import table

SETS = "pima,concrete,credit,ames,satellite,hotel,letter,bank,california,adult"
FIT_SECONDS, ADJUST_SECONDS = 20.0, 30.0
GRACE = 90.0
RESULTS = HERE / "results" / "adjusting"
PAGE = HERE / "results" / "adjusting.md"
HEADS = ("set", "split", "metric", "before", "after", "adopted", "advantage", "95 %", "locked")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--split", type=int, default=0)
    parser.add_argument("--fit", type=float, default=FIT_SECONDS, help="seconds of the fit")
    parser.add_argument("--adjust", type=float, default=ADJUST_SECONDS, help="seconds to adjust")
    parser.add_argument("--page", action="store_true", help="write the page and measure nothing")
    asked = parser.parse_args()
    for one in () if asked.page else find(asked.sets):
        path = RESULTS / f"{one.name}-{asked.split}.json"
        if not path.exists():
            record = attempt(one, asked.split, asked.fit, asked.adjust)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record, indent=1) + "\n")
        print(" | ".join(line(json.loads(path.read_text()))), flush=True)
    write_page()


def attempt(one: RealSet, split: int, fit: float, adjust: float) -> dict[str, Any]:
    """Fit, adjust, and let both models answer the test rows."""
    folder = CACHE / "adjusting" / f"{one.name}-{split}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files, began = split_of(one, split), time.time()
    words = ["fit", files.train, "--target", one.target, "--metric", one.metric]
    words += ["--minutes", str(fit / 60), "--out", folder / "run", "--seed", str(split)]
    done = _headstart(folder, "fit", words, fit)
    record = {
        "set": one.name,
        "split": split,
        "metric": one.metric,
        "fit_seconds": fit,
        "adjust_seconds": adjust,
        "source": source(),
        "machine": measure.machine(),
        "began": round(began),
    }
    if done.code != 0:
        return {**record, "status": "failed", "because": _end_of(folder / "fit.txt")}
    words = ["adjust", folder / "run", "--apply", "--minutes", str(adjust / 60), "--json"]
    done = _headstart(folder, "adjust", [*words, "--out", folder / "new"], adjust)
    if done.code != 0:
        return {**record, "status": "failed", "because": _end_of(folder / "adjust.txt")}
    told = json.loads(_document(folder / "adjust.txt"))["applied"]
    return {
        **record,
        "status": "finished",
        "adjust_wall": round(done.wall, 2),
        "adopted": told["adopted"],
        "draws": told["draws"],
        "searched": told["searched"],
        "locked": told["test"],
        "tried": [
            {name: each[name] for name in ("action", "candidate", "ending", "gain", "better")}
            for each in told["tried"]
        ],
        **_beside(one, files, folder, is_same=told["adopted"] is None),
    }


def _beside(one: RealSet, files: Split, folder: Path, *, is_same: bool) -> dict[str, Any]:
    """Both models on the rows that neither saw, and the bootstrapped advantage of the new one."""
    rows = {}
    for name in ("run", "new"):
        answers = folder / f"{name}.parquet"
        _headstart(folder, f"predict-{name}", ["predict", folder / name, files.questions,
                                               "--out", answers], GRACE)  # fmt: skip
        rows[name] = scores.outcomes(answers, files.test, one.target, one.metric)
    before, after = (scores.score(one.metric, rows[name]) for name in ("run", "new"))
    found: dict[str, Any] = {"before": before, "after": after}
    if is_same:
        return {**found, "advantage": 0.0, "interval": [0.0, 0.0], "same": before == after}
    middle, low, high = advantage_interval([(rows["new"], rows["run"])], one.metric)
    return {**found, "advantage": middle, "interval": [low, high]}


def write_page() -> None:
    """The table of what is kept, with the count of measurable losses."""
    kept = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    done = [each for each in kept if each["status"] == "finished"]
    adopted = [each for each in done if each["adopted"] is not None]
    better = sum(each["interval"][0] > 0 for each in adopted)
    worse = sum(each["interval"][1] < 0 for each in adopted)
    said = (
        f"{len(adopted)} of {len(done)} runs adopted something: {better} measurably better, "
        f"{worse} measurably worse, {len(adopted) - better - worse} not to be told apart."
    )
    print(said)
    if kept:
        PAGE.write_text(f"{said}\n\n{table(HEADS, [line(each) for each in kept])}\n")


def line(record: dict[str, Any]) -> tuple[str, ...]:
    """One line of the table."""
    begun = (record["set"], str(record["split"]), record["metric"])
    if record["status"] != "finished":
        return (*begun, "", "", "failed", "", "", "")
    low, high = record["interval"]
    locked = record["locked"]
    return (
        *begun,
        f"{record['before']:.4f}",
        f"{record['after']:.4f}",
        record["adopted"] or "nothing",
        f"{record['advantage']:+.4f}",
        f"{low:+.4f} to {high:+.4f}",
        "" if locked is None else f"{locked['gain']:+.4f}",
    )


def _headstart(folder: Path, name: str, words: list[Any], seconds: float) -> measure.Cost:
    """A command of ours; advice of other runs is kept apart from that of this one."""
    return measure.run(
        [python_of("headstart").with_name("headstart"), *words],
        log=folder / f"{name}.txt",
        limit=2 * seconds + GRACE,
        environment={"HEADSTART_CACHE": str(folder / "home")},
    )


def _document(path: Path) -> str:
    """The JSON document among what a command printed on both streams."""
    text = path.read_text(errors="replace")
    return text[text.index("{") :]


def _end_of(path: Path) -> str:
    return path.read_text(errors="replace").strip()[-1500:]


if __name__ == "__main__":
    main()
