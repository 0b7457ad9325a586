"""Whole stories with pictures: a folder, an archive and a table of paths; broken files beside."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.xdist_group("torch")
SIDE, EACH = 16, 110


def drawn(kind: str, random: np.random.Generator) -> Image.Image:
    """Noise with a bright disc or a bright ring: no single pixel says which."""
    y, x = np.mgrid[:SIDE, :SIDE]
    top, left = random.integers(5, SIDE - 5, 2)
    away = (y - top) ** 2 + (x - left) ** 2
    inside = (away < 20) if kind == "disc" else ((away < 20) & (away > 6))
    pixels = random.integers(0, 120, (SIDE, SIDE, 3), dtype=np.uint8)
    pixels[inside] = random.integers(170, 255, 3)
    return Image.fromarray(pixels)


@pytest.fixture
def shapes(tmp_path):
    """220 whole pictures of two classes, and 12 files that are none."""
    random = np.random.default_rng(0)
    for kind in ("disc", "ring"):
        folder = tmp_path / "shapes" / kind
        folder.mkdir(parents=True)
        for number in range(EACH):
            drawn(kind, random).save(folder / f"{number:03d}.png")
        for number, content in enumerate(
            (b"", b"<html>", b"words", b"\x89PNG\r\n\x1a\n", b"GIF89a")
        ):
            (folder / f"broken-{number}.png").write_bytes(content)
        whole = (folder / "000.png").read_bytes()
        (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    return tmp_path / "shapes"


def lines_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_a_network_learns_to_see_and_answers_for_folders_archives_and_tables(
    headstart, shapes, tmp_path
):
    told = headstart("profile", "shapes", "--json")
    assert told.code == 0, told.err
    image, label = told.document["columns"]
    assert (image["modality"], image["role"], label["role"]) == ("image", "input", "target")
    assert image["pictures"] == {"width": 16.0, "height": 16.0, "grey": 0.0, "transparent": 0.0}
    assert (told.document["rows"], told.document["rejected"]) == (220, 12)
    assert told.document["warnings"] == []

    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "shapes")
    done = headstart(
        "fit", archive, "--families", "cnn", "--steps", "25", "--single", "--out", "run", "--json"
    )
    assert done.code == 0, done.err
    assert done.document["rows"]["rejected"] == 12
    assert done.document["verdict"]["winner"]["family"] == "cnn"
    assert done.document["test"]["score"] > 0.8
    rejected = lines_of(tmp_path / "run" / "rejected.csv")
    assert len(rejected) == 12
    assert {line["content"] for line in rejected} >= {"shapes/disc/cut.png"}
    assert '<img src="data:image/jpeg;base64,' in (tmp_path / "run" / "report.html").read_text()

    shutil.move(tmp_path / "run" / "model", tmp_path / "moved")
    shutil.rmtree(tmp_path / "run")
    flat = tmp_path / "flat"
    flat.mkdir()
    for name in ("disc/000.png", "ring/000.png", "disc/cut.png"):
        shutil.copy(shapes / name, flat / name.replace("/", "-"))
    table = tmp_path / "paths.csv"
    table.write_text("where\nflat/disc-cut.png\nflat/ring-000.png\n../flat/x.png\n")
    answered = {
        source: headstart("predict", "moved", source, "--out", f"{number}.csv", "--json")
        for number, source in enumerate(("shapes", "packed.zip", "flat", "paths.csv"))
    }
    assert {each.code for each in answered.values()} == {0}, answered
    assert [each.document["rows"] for each in answered.values()] == [232, 232, 3, 3]

    folder, packed, small, paths = (lines_of(tmp_path / f"{number}.csv") for number in range(4))
    right = [line["file_name"].startswith(line["prediction"]) for line in folder]
    assert np.mean(right) > 0.85
    assert [line["file_name"] for line in folder if not line["prediction"]] == [
        line["content"].removeprefix("shapes/") for line in rejected
    ]
    assert [line["prediction"] for line in packed] == [line["prediction"] for line in folder]
    assert [line["file_name"] for line in small] == ["disc-000.png", "disc-cut.png", "ring-000.png"]
    assert [bool(line["prediction"]) for line in small] == [True, False, True]
    assert [line["prediction"] for line in paths] == ["", small[2]["prediction"], ""]
    assert "`where` is read as `image`" in answered["paths.csv"].document["notes"]


def test_texts_in_folders_are_read_like_a_table_of_texts(headstart, tmp_path):
    random = np.random.default_rng(0)
    for kind, words in {"good": ("fine", "new", "light"), "bad": ("wet", "old", "torn")}.items():
        (tmp_path / "notes" / kind / "2024").mkdir(parents=True)
        for number in range(60):
            text = " ".join(random.choice(words, 6))
            (tmp_path / "notes" / kind / "2024" / f"{number}.txt").write_text(text)
    (tmp_path / "notes" / "bad" / "none.txt").write_bytes(b"\0\1")

    done = headstart(
        "fit", "notes", "--families", "text_linear", "--steps", "4", "--out", "run", "--json"
    )
    assert done.code == 0, done.err
    assert done.document["test"]["score"] == 1.0
    assert done.document["rows"]["rejected"] == 1
    answered = headstart("predict", "run", "notes", "--out", "answers.csv", "--json")
    lines = lines_of(tmp_path / "answers.csv")
    assert answered.document["rows"] == len(lines) == 121
    assert [line["file_name"] for line in lines if not line["prediction"]] == ["bad/none.txt"]


def test_an_archive_with_a_hostile_name_leaves_nothing_behind(headstart, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("cat/1.png", b"x")
        archive.writestr("../../out.png", b"x")
    before = sorted(path.name for path in tmp_path.iterdir())

    refused = headstart("fit", "a.zip", "--steps", "5", "--json")

    assert refused.code == 2
    assert "leads out of the folder" in json.loads(refused.out)["error"]["message"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before
