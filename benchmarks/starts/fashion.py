"""Fashion-MNIST from scratch, against the clock: are 0.925 of 10,000 clothes named right?

    python -m benchmarks.starts.fashion              write the pictures, then one run of 15 minutes
    python -m benchmarks.starts.fashion --write      only write them

60,000 grey pictures of 28 x 28 pixels in ten classes, and the 10,000 that its authors set apart.
The goal is what networks of two convolutions reach, 0.916 to 0.934 (the package's README). Run
records are kept in `results/fashion/`.
"""

import argparse
import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.carriers import CACHE, file_of
from benchmarks.environments import HERE

CARRIER = "debian:dataset-fashion-mnist=0.0~git20200523.55506a9-1"
MEMBERS = {
    "train-images": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "train-labels": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "t10k-images": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "t10k-labels": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}
CLASSES = (
    *("t_shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle_boot"),
)
GOAL = 0.925
RESULTS = HERE / "results" / "fashion"


def main() -> None:
    asked = _arguments()
    folder = write_folders()
    if not asked.write:
        print(json.dumps(run(folder, asked.minutes, asked.seed), indent=1))


def write_folders() -> Path:
    """A folder with `train/CLASS/NUMBER.png` and `test/CLASS/NUMBER.png`.

    Raises:
        SetUpFailed: the package cannot be had here, or holds other files.
    """
    folder = CACHE / "sets" / "fashion"
    if not folder.exists():
        unfinished = folder.with_name("fashion.part")
        for part, prefix in (("train", "train"), ("test", "t10k")):
            _write(_bytes(f"{prefix}-images"), _bytes(f"{prefix}-labels"), unfinished / part)
        unfinished.rename(folder)
    return folder


def run(folder: Path, minutes: float, seed: int) -> dict[str, object]:
    """One run of the command line from scratch; its record is kept."""
    out = CACHE / "runs" / f"fashion-{minutes:g}-{seed}"
    command = [
        *(sys.executable, "-m", "headstart", "fit", str(folder / "train")),
        *("--test", str(folder / "test"), "--starts", "scratch", "--minutes", str(minutes)),
        *("--metric", "accuracy", "--seed", str(seed), "--out", str(out), "--json"),
    ]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    told = json.loads(done.stdout)
    record = {"minutes": minutes, "seed": seed, "seconds": round(seconds, 1), "answer": told}
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{out.name}.json").write_text(json.dumps(record, indent=1) + "\n")
    return record


def _bytes(member: str) -> bytes:
    """What follows the header of an IDX file: 16 bytes of it for pictures, 8 for labels."""
    path = file_of(CARRIER, f"usr/share/datasets/fashion-mnist/{_name(member)}", MEMBERS[member])
    return gzip.decompress(path.read_bytes())[16 if member.endswith("images") else 8 :]


def _name(member: str) -> str:
    kind = "idx3" if member.endswith("images") else "idx1"
    return f"{member}-{kind}-ubyte.gz"


def _write(pictures: bytes, labels: bytes, folder: Path) -> None:
    from PIL import Image

    for name in CLASSES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    pixels = np.frombuffer(pictures, dtype=np.uint8).reshape(-1, 28, 28)
    for number, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
        Image.fromarray(picture).save(folder / CLASSES[label] / f"{number:05d}.png")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--write", action="store_true", help="write the pictures and stop")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
