"""Pictures are decoded once before anything is learned; what cannot be decoded is rejected."""

import json
import os

import numpy as np
import pyarrow as pa
import pytest
from drawn import broken, encoded, put, two_classes, whole
from PIL import Image

from headstart import intake
from headstart.errors import DataError
from headstart.intake import screening, viewing
from headstart.records import Column, Table


def listed(folder, names) -> Table:
    """A table of paths."""
    return Table(
        columns=(Column(name="image", modality="image"),),
        arrow=pa.table({"image": pa.array(names, pa.string())}),
        row_ids=np.arange(len(names)),
        media_root=folder,
    )


def seen(folder, names) -> dict[str, dict]:
    """What the child notes, within this process."""
    out = folder / "seen.jsonl"
    viewing.view(str(folder), names, str(out), 60.0)
    return dict(zip(names, map(json.loads, out.read_text().splitlines()), strict=True))


def test_whole_pictures_of_every_kind_are_seen_as_they_are_shown(tmp_path):
    sizes = whole(tmp_path)

    found = seen(tmp_path, list(sizes))

    assert {name: each["because"] for name, each in found.items() if each["because"]} == {}
    assert {name: (each["width"], each["height"]) for name, each in found.items()} == sizes
    assert [name for name in found if found[name]["grey"]] == ["turned.jpg", "grey.png", "deep.tif"]
    assert [name for name in found if found[name]["transparent"]] == ["clear.png"]


def test_broken_pictures_have_a_reason_and_whole_ones_stay(tmp_path):
    outside = put(tmp_path / "outside.png", encoded())
    folder = tmp_path / "in"
    good, bad = whole(folder), broken(folder)
    (folder / "link.png").symlink_to(outside)
    os.mkfifo(folder / "pipe.png")
    bad |= {"gone.png": "no such file", "link.png": "leads out", "pipe.png": "it is no file"}
    bad |= {"../outside.png": "leads out", str(outside): "no relative path", "a\0b.png": "relative"}
    names = [*good, *bad, *good]

    found = screening.screen(listed(folder, names))

    assert found.table.values("image").to_pylist() == [*good, *good]
    assert found.table.row_ids.tolist() == [
        *range(len(good)),
        *range(len(good) + len(bad), len(names)),
    ]
    assert [each.content for each in found.rejected] == list(bad)
    unlike = {r.content: r.because for r in found.rejected if bad[r.content] not in r.because}
    assert set(unlike) <= {str(outside)}
    assert found.facts["image"].grey == pytest.approx(3 / 7)
    assert (
        f"{len(bad)} of {len(names)} pictures cannot be read (`cut.jpg`: it is damaged"
        in (found.notes[0])
    )


def test_a_picture_that_ends_its_decoder_costs_no_other(tmp_path, monkeypatch):
    two_classes(tmp_path, each=2)
    Image.new("RGB", (9000, 9000)).save(tmp_path / "cat" / "long.png", compress_level=1)
    names = ["cat/0.png", "cat/1.png", "cat/long.png", "dog/0.png", "dog/1.png"]
    monkeypatch.setattr(screening, "_SECONDS_EACH", 0.2)

    found = screening.screen(listed(tmp_path, names))

    assert found.table.values("image").to_pylist() == [n for n in names if "long" not in n]
    assert [(r.content, r.because) for r in found.rejected] == [
        ("cat/long.png", "decoding it fails: it takes more than 0.2 s")
    ]


def test_facts_are_medians_and_shares(tmp_path):
    for number, size in enumerate([(10, 20), (30, 20), (50, 60)]):
        Image.new("RGB", size, (number, 200, 10)).save(tmp_path / f"{number}.png")

    facts = screening.screen(listed(tmp_path, ["0.png", "1.png", "2.png"])).facts["image"]

    assert (facts.width, facts.height, facts.grey, facts.transparent) == (30, 20, 0, 0)


def test_a_table_of_paths_reads_its_pictures(tmp_path):
    put(tmp_path / "p" / "a.png", encoded(1))
    put(tmp_path / "p" / "b.png", "nothing of a picture")
    put(tmp_path / "t.csv", "photo,y\np/a.png,1\np/b.png,2\n../c.png,3\np/a.png,4\n,5\n")

    found = intake.read(tmp_path / "t.csv")

    assert found.data.column("photo").modality == "image"
    assert found.data.values("photo").to_pylist() == ["p/a.png", "p/a.png", None]
    assert [(r.row, r.content) for r in found.rejected] == [(1, "p/b.png"), (2, "../c.png")]
    assert found.data.row_ids.tolist() == [0, 3, 4]


def test_names_of_pictures_that_are_nowhere_are_words(tmp_path):
    put(tmp_path / "t.csv", "photo,y\na.png,1\nb.png,2\n")

    found = intake.read(tmp_path / "t.csv")

    assert found.data.column("photo").modality == "category"
    assert len(found.data) == 2
    assert "--column photo=image insists on them" in found.notes[0]
    with pytest.raises(DataError, match="none of the 2 pictures in"):
        intake.read(tmp_path / "t.csv", columns={"photo": "image", "y": "ignored"})


def test_the_fingerprint_follows_the_pictures_and_not_their_place(tmp_path):
    one, two = two_classes(tmp_path / "one", each=2), two_classes(tmp_path / "two", each=2)
    first = intake.read(one).fingerprint

    assert intake.read(two).fingerprint == first
    put(two / "cat" / "1.png", encoded(55))
    assert intake.read(two).fingerprint != first


def test_another_source_is_read_under_the_name_of_the_models_picture(tmp_path):
    columns = intake.read(two_classes(tmp_path / "known", each=2)).data.columns
    put(tmp_path / "new" / "b.png", encoded(7))
    put(tmp_path / "new" / "a.png", "broken")
    put(tmp_path / "t.csv", "where,n\nnew/b.png,1\nnew/a.png,2\n")

    folder = intake.read_as(tmp_path / "new", columns[:1])
    table = intake.read_as(tmp_path / "t.csv", columns[:1])

    assert folder.files == ("a.png", "b.png")
    assert folder.data.values("image").to_pylist() == ["b.png"]
    assert folder.data.row_ids.tolist() == [1]
    assert folder.notes == (
        "1 of 2 pictures cannot be read (`a.png`: it is no picture, although its name says so)",
    )
    assert table.data.values("image").to_pylist() == ["new/b.png"]
    assert "`where` is read as `image`" in table.notes
