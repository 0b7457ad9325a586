"""Pictures of things, where pretrained sight helps, and digits, where it does not.

    python -m benchmarks.starts.things                 both sets, 10 and 5 minutes
    python -m benchmarks.starts.things --sets digits   one of them

Headstart gets a folder of pictures, a test folder and all starts, with EfficientNet-Lite0 as the
weights at hand. Two questions: which start does it choose, and what does every start reach on the
rungs of its race (validation rows)? A photograph set whose files a package carries was not found;
emoji, drawn things in nine kinds, stand in for one. Runs are kept in `results/things/`.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import measure
from benchmarks.carriers import CACHE, file_of
from benchmarks.environments import HERE
from benchmarks.tables.cell import source
from benchmarks.tables.page import table

if TYPE_CHECKING:
    from PIL.Image import Image

RESULTS = HERE / "results" / "things"
EMOJI = "npm:emoji-datasource-google@16.0.0"
EMOJI_LIST = "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f"
_TEST_EVERY = 4
_FEWEST_OF_A_KIND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSet:
    """Named pictures of classes; every fourth of a class is a test row."""

    name: str
    minutes: float
    pictures: Callable[[], Iterator[tuple[str, "Image"]]]


def main() -> None:
    asked = _arguments()
    for one in SETS:
        if one.name in asked.sets.split(","):
            path = RESULTS / f"{one.name}.json"
            if asked.again or not path.exists():
                record = run(one, asked.seed)
                RESULTS.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(record, indent=1) + "\n")
    print(write_page().read_text())


def emoji() -> Iterator[tuple[str, "Image"]]:
    """Nine kinds of drawn things, 64 x 64 with transparent ground.

    Raises:
        SetUpFailed: the package cannot be had here, or holds another list.
    """
    from PIL import Image

    listed = file_of(EMOJI, "package/emoji.json", EMOJI_LIST)
    entries = [each for each in json.loads(listed.read_text()) if each["has_img_google"]]
    kinds = [each["category"] for each in entries]
    for each in entries:
        if kinds.count(each["category"]) >= _FEWEST_OF_A_KIND:
            kind = each["category"].lower().replace(" & ", "_and_").replace(" ", "_")
            with Image.open(listed.parent / "img/google/64" / each["image"]) as picture:
                yield kind, picture.copy()


def digits() -> Iterator[tuple[str, "Image"]]:
    """Ten written digits, 8 x 8 in grey: nothing that a network for photographs has ever seen."""
    from PIL import Image
    from sklearn.datasets import load_digits

    found = load_digits()
    for pixels, label in zip(found.images, found.target, strict=True):
        yield f"digit_{label}", Image.fromarray((pixels * 15.9).astype("uint8"))


SETS = (
    PictureSet(name="emoji", minutes=10.0, pictures=emoji),
    PictureSet(name="digits", minutes=5.0, pictures=digits),
)


def write_folders(one: PictureSet) -> Path:
    """A folder with `train/CLASS/NUMBER.png` and `test/CLASS/NUMBER.png`."""
    folder = CACHE / "sets" / f"things-{one.name}"
    if not folder.exists():
        unfinished, seen = folder.with_name(f"{folder.name}.part"), dict[str, int]()
        for kind, picture in one.pictures():
            seen[kind] = seen.get(kind, 0) + 1
            part = "train" if seen[kind] % _TEST_EVERY else "test"
            place = unfinished / part / kind
            place.mkdir(parents=True, exist_ok=True)
            picture.save(place / f"{seen[kind]:04d}.png")
        unfinished.rename(folder)
    return folder


def run(one: PictureSet, seed: int = 0) -> dict[str, Any]:
    """One run of the command line with every start; its record."""
    folder = write_folders(one)
    out = CACHE / "runs" / f"things-{one.name}-{seed}"
    machine, began = measure.machine(), time.monotonic()
    command = [
        *(sys.executable, "-m", "headstart", "fit", str(folder / "train")),
        *("--test", str(folder / "test"), "--minutes", str(one.minutes), "--worth", "0"),
        *("--metric", "accuracy", "--seed", str(seed), "--out", str(out), "--json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{one.name}: {done.stderr.strip()[-2000:]}")
    return {
        "set": one.name,
        "minutes": one.minutes,
        "seed": seed,
        "machine": machine,
        "seconds": round(time.monotonic() - began, 1),
        "pictures": len(list((folder / "train").rglob("*.png"))),
        "source": source(),
        "answer": json.loads(done.stdout),
    }


def write_page() -> Path:
    """`things.md` from what is kept: the choice, and each start's best by rung."""
    parts = [
        "# Pictures of things, and digits\n",
        "Accuracy. The test rows are seen once, by what is delivered; the rungs are scored on "
        "validation rows.\n",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        parts += _part(json.loads(path.read_text()))
    page = RESULTS / "things.md"
    page.write_text("\n".join(parts) + "\n")
    return page


def _part(record: dict[str, Any]) -> list[str]:
    answer = record["answer"]
    verdict, test = answer["verdict"], answer["test"]
    winner = verdict["winner"]
    low, high = test["interval"]
    told = (
        f"{record['pictures']:,} pictures, {record['minutes']:g} minutes (used "
        f"{record['seconds']:.0f} s). Chosen: `{winner['candidate']}` ({verdict['confidence']}), "
        f"test {test['score']:.3f} (90 %: {low:.3f} to {high:.3f}), floor "
        f"{test['floor']['score']:.3f}.\n"
    )
    best = _best(answer["trials"])
    rungs = sorted({rows for _, rows in best})
    starts = sorted({start for start, _ in best})
    cells = [[s, *(_cell(best.get((s, rows))) for rows in rungs)] for s in starts]
    crossings = [f"- {each['because']}" for each in verdict["crossovers"]]
    heads = ["start", *(f"{rows:,} labels" for rows in rungs)]
    return [f"## {record['set']}\n", told, table(heads, cells), "", *crossings, ""]


def _best(trials: list[dict[str, Any]]) -> dict[tuple[str, int], tuple[float, str]]:
    """For each way to start and number of rows, the best mean score and whose it is."""
    scores: dict[tuple[str, int, str], list[float]] = {}
    for each in trials:
        if each["status"] == "finished" and each["score"] is not None and each.get("start"):
            key = (_way(each), each["rows"], each["candidate"])
            scores.setdefault(key, []).append(each["score"])
    best: dict[tuple[str, int], tuple[float, str]] = {}
    for (way, rows, name), draws in scores.items():
        mean = sum(draws) / len(draws)
        best[way, rows] = max(best.get((way, rows), (-1.0, "")), (mean, name))
    return best


def _way(trial: dict[str, Any]) -> str:
    """FineTune is told apart by what learns, Transfer by what is carried over."""
    if trial["family"] == "blend":
        return "mean of several"
    detail = trial.get("layers") or trial.get("method") or trial.get("part")
    return f"{trial['start']} {detail}" if detail else str(trial["start"])


def _cell(best: tuple[float, str] | None) -> str:
    return "-" if best is None else f"{best[0]:.3f} {best[1]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default=",".join(one.name for one in SETS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="run what is kept anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
