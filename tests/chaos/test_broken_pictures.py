"""Five thousand files of pictures, a fifth of them broken in every way we know of."""

import csv
import io
import json
import subprocess

import numpy as np
import ordeal
import pytest
from ordeal import Ordeal
from PIL import Image

FILES, SIDE = 5_000, 32
KINDS = ("flat", "steep")
MORE_MEGABYTES = 150
"""What a trial on all pictures may take beyond one on the fewest: the network itself, no pixels."""


def drawn(kind, random, suffix):
    """A picture in which brightness grows to the right, or downwards, under much noise."""
    rises = np.linspace(0, 90, SIDE)[None, :, None]
    rises = rises if kind == "flat" else rises.transpose(1, 0, 2)
    pixels = rises + random.integers(0, 150, (SIDE, SIDE, 3))
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, {"png": "PNG", "jpg": "JPEG"}[suffix])
    return file.getvalue()


def broken(whole, number):
    """A file that is no whole picture, in one of ten ways."""
    ways = (
        *(
            b"",
            b"\0",
            b"<html>404</html>",
            b"words\n",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"\xff\xd8",
        ),
        *(whole[: len(whole) // 2], whole[:20] + b"\0" * (len(whole) - 20), b"%PDF-1.7\n"),
    )
    return ways[number % len(ways)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """5,000 files of two classes; each fifth is broken."""
    root, random = tmp_path_factory.mktemp("many") / "pictures", np.random.default_rng(0)
    for kind in KINDS:
        (root / kind).mkdir(parents=True)
    for number in range(FILES):
        kind, suffix = KINDS[number % 2], ("png", "jpg")[number // 2 % 2]
        whole = drawn(kind, random, suffix)
        bad = number % 5 == 0
        name = f"{number:04d}{'-bad' if bad else ''}.{suffix}"
        (root / kind / name).write_bytes(broken(whole, number // 5) if bad else whole)
    return root


@pytest.mark.timeout(900)
def test_they_give_a_model_and_a_list(folder):
    words = ("fit", folder, "--families", "cnn", "--steps", 40, "--single", "--json")
    asked = Ordeal(folder=folder.parent, words=words)

    assert asked.finish(800) == 0, asked.erred

    told = json.loads(asked.said)
    assert told["rows"]["rejected"] == FILES // 5
    assert told["verdict"]["winner"]["family"] == "cnn"
    assert told["test"]["score"] > 0.9
    with open(asked.run / "rejected.csv", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert len(rejected) == FILES // 5
    assert all("-bad." in line["content"] for line in rejected)
    assert all(len(line["because"]) > 10 for line in rejected)
    ran = [each for each in told["trials"] if each["family"] == "cnn" and each["rows"]]
    peaks = {each["rows"]: each["peak_mb"] for each in ran}
    assert peaks[max(peaks)] - peaks[min(peaks)] < MORE_MEGABYTES, peaks
    assert ordeal.leftovers(asked.run) == []

    answers = folder.parent / "answers.csv"
    said = ordeal.command("predict", asked.run, folder, "--out", answers, "--json")
    answered = subprocess.run(said, capture_output=True, text=True, timeout=300, check=True)
    assert json.loads(answered.stdout)["rows"] == FILES
    with open(answers, newline="") as file:
        lines = list(csv.DictReader(file))
    assert {bool(line["prediction"]) for line in lines if "-bad." in line["file_name"]} == {False}
    whole = [line for line in lines if "-bad." not in line["file_name"]]
    assert np.mean([line["file_name"].startswith(line["prediction"]) for line in whole]) > 0.9
