"""Folders of files become tables, or one readable error."""

import os

import pytest
from drawn import encoded, put, two_classes

from headstart.errors import DataError
from headstart.intake.folders import gather
from headstart.intake.listing import listing
from headstart.intake.sources import open_source


def gathered(folder):
    return gather(listing(folder), str(folder))


def test_the_folder_of_a_file_is_its_class_at_any_depth(tmp_path):
    put(tmp_path / "cat" / "1.PNG", b"x")
    put(tmp_path / "cat" / "old" / "deep" / "2.jpeg", b"x")
    put(tmp_path / "dog" / "1.png", b"x")

    found = gathered(tmp_path)

    assert found.arrow.to_pydict() == {
        "image": ["cat/1.PNG", "cat/old/deep/2.jpeg", "dog/1.png"],
        "class": ["cat", "cat", "dog"],
    }
    assert found.target == ("class",)
    assert found.words == {"image": "image", "class": "category"}
    assert found.notes == ()


def test_a_folder_around_everything_is_no_class(tmp_path):
    two_classes(tmp_path / "pets", each=1)

    assert gathered(tmp_path).arrow.to_pydict() == {
        "image": ["pets/cat/0.png", "pets/dog/0.png"],
        "class": ["cat", "dog"],
    }


def test_a_flat_folder_has_no_classes(tmp_path):
    put(tmp_path / "b.png", b"x")
    put(tmp_path / "a.png", b"x")

    found = gathered(tmp_path)

    assert found.arrow.to_pydict() == {"image": ["a.png", "b.png"]}
    assert found.target == ()


def test_files_beside_the_class_folders_have_no_label(tmp_path):
    put(two_classes(tmp_path, each=1) / "stray.png", b"x")

    assert gathered(tmp_path).arrow["class"].to_pylist() == ["cat", "dog", None]


def test_texts_become_a_column_in_any_of_the_usual_encodings(tmp_path):
    put(tmp_path / "bad" / "1.txt", "grün\n")
    put(tmp_path / "bad" / "2.txt", "grün".encode("utf-16"))
    put(tmp_path / "good" / "1.txt", "grün".encode("cp1252"))
    put(tmp_path / "good" / "2.txt", b"\0\1\2")
    put(tmp_path / "good" / "3.txt", b" \n")

    found = gathered(tmp_path)

    assert found.arrow.to_pydict() == {"text": ["grün"] * 3, "class": ["bad", "bad", "good"]}
    assert [(each.row, each.content, each.because) for each in found.rejected] == [
        (3, "good/2.txt", "it holds NUL bytes, which no text does"),
        (4, "good/3.txt", "it is empty"),
    ]
    assert "2 of 5 texts are left out" in found.notes[0]


def test_what_is_no_picture_is_left_out_and_counted(tmp_path):
    outside = put(tmp_path / "outside.png", encoded())
    folder = two_classes(tmp_path / "pets", each=2)
    put(folder / "README.md", "words")
    put(folder / "cat" / "notes.txt", "words")
    put(folder / ".hidden.png", encoded())
    put(folder / ".git" / "x.png", encoded())
    put(folder / "dog" / "Thumbs.db", "x")
    (folder / "dog" / "link.png").symlink_to(outside)
    (folder / "dog" / "inside.png").symlink_to(folder / "dog" / "0.png")
    (folder / "birds").symlink_to(tmp_path)
    os.mkfifo(folder / "dog" / "pipe.png")

    found = gathered(folder)

    assert len(found.files) == 5
    assert "dog/inside.png" in found.files
    assert found.notes == (
        "8 files are left out: 3 hidden, 2 links to folders or out of the folder, "
        "1 of no ordinary kind or name, 2 of other kinds (`.md`, `.txt`)",
    )


def test_pictures_and_texts_together_are_refused_in_words(tmp_path):
    for number in range(4):
        put(tmp_path / "images" / f"{number}.png", b"x")
        put(tmp_path / "labels" / f"{number}.txt", "x")

    with pytest.raises(DataError, match="holds 4 pictures and 4 texts: it is not clear") as told:
        gathered(tmp_path)

    assert "metadata.csv" in told.value.hint


def test_parts_of_the_data_are_no_classes(tmp_path):
    two_classes(tmp_path / "train")
    two_classes(tmp_path / "test")

    with pytest.raises(DataError, match="the parts `test` and `train`, which are no") as told:
        gathered(tmp_path)

    assert f"headstart fit {tmp_path}/train --test {tmp_path}/test" in told.value.hint


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "holds no pictures and no texts; found: nothing"),
        (["a.pdf", "b.pdf", "c.docx"], r"found: 3 files \(.pdf 2, .docx 1\)"),
        (["cat/a.wav"], r"holds recordings \(1 file \(.wav 1\)\), which are not read yet"),
        (["t.csv"], "Name a table in it, such as `t.csv`"),
    ],
)
def test_a_folder_without_media_says_what_is_there(tmp_path, names, says):
    for name in names:
        put(tmp_path / name, b"x")

    with pytest.raises(DataError, match=says):
        gathered(tmp_path)


def test_metadata_describe_the_files(tmp_path):
    put(tmp_path / "a.png", encoded(1))
    put(tmp_path / "deep" / "b.png", encoded(2))
    put(tmp_path / "c.png", encoded(3))
    put(tmp_path / "metadata.csv", "file_name,age,tag\na.png,3,x\ndeep/b.png,4,y\n")

    source = open_source(tmp_path)

    assert source.arrow.to_pydict() == {
        "file_name": ["a.png", "deep/b.png"],
        "age": [3, 4],
        "tag": ["x", "y"],
    }
    assert source.media_root == tmp_path
    assert source.files == ("a.png", "deep/b.png")
    assert source.target == ()
    assert source.notes == ("1 file is not named in metadata.csv",)


def test_metadata_as_lines_of_json_describe_the_files(tmp_path):
    put(tmp_path / "set" / "a.png", encoded(1))
    put(tmp_path / "set" / "metadata.jsonl", '{"file_name": "a.png", "age": 3}\n')

    source = open_source(tmp_path)

    assert source.arrow.to_pydict() == {"file_name": ["a.png"], "age": [3]}
    assert source.media_root == tmp_path / "set"
    assert source.notes == ()


def test_metadata_without_names_of_files_are_refused(tmp_path):
    put(tmp_path / "a.png", encoded(1))
    put(tmp_path / "metadata.csv", "path,age\na.png,3\n")

    with pytest.raises(DataError, match="has no column `file_name`: it has `path`, `age`"):
        open_source(tmp_path)


def test_metadata_of_texts_are_refused_in_words(tmp_path):
    put(tmp_path / "a.txt", "words")
    put(tmp_path / "metadata.csv", "file_name,y\na.txt,3\n")

    with pytest.raises(DataError, match=r"names files such as `a\.txt`: through a table, only"):
        open_source(tmp_path)
