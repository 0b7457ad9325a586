"""Files are known by what they hold."""

import os

from headstart.storage.contents import content_hashes


def test_equal_bytes_have_equal_hashes_under_any_name(tmp_path):
    for name, content in {"a": b"one", "b": b"one", "c": b"two"}.items():
        (tmp_path / name).write_bytes(content)

    one, copy, other = content_hashes(tmp_path, ["a", "b", "c"])

    assert one == copy != other


def test_a_file_that_changed_has_another_hash(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    before = content_hashes(tmp_path, ["a"])[0]
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))

    assert content_hashes(tmp_path, ["a"])[0] != before


def test_what_cannot_be_read_counts_by_its_name(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"one")
    (tmp_path / "in" / "copy").write_bytes(b"one")
    os.mkfifo(tmp_path / "in" / "pipe")
    names = ["gone", "pipe", "../secret", str(tmp_path / "secret"), "a\0b", None, "copy"]

    hashes = content_hashes(tmp_path / "in", names)

    assert len(set(hashes.tolist())) == len(names)
    assert hashes.tolist() == content_hashes(tmp_path / "in", names).tolist()
