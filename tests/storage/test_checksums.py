"""A model folder is what was measured, or it is refused."""

import pytest

from headstart.errors import DataError, WeightsError
from headstart.storage.checksums import of_folder, sha256, verify

OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_checksum_of_nothing_is_the_published_one(tmp_path):
    (tmp_path / "empty").write_bytes(b"")

    assert sha256(tmp_path / "empty") == OF_NOTHING


def test_every_file_below_is_listed_by_its_relative_path(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"")
    (tmp_path / "a").write_bytes(b"")

    assert of_folder(tmp_path) == {"a": OF_NOTHING, "b/c": OF_NOTHING}


def test_a_changed_file_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    expected = of_folder(tmp_path)
    verify(tmp_path, expected)

    (tmp_path / "a").write_bytes(b"!")

    with pytest.raises(WeightsError, match=r"`a` in .* is damaged"):
        verify(tmp_path, expected)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="`a` is missing"):
        verify(tmp_path, {"a": OF_NOTHING})


def test_a_listed_path_that_leads_out_is_refused(tmp_path):
    with pytest.raises(DataError, match="leads out"):
        verify(tmp_path, {"../a": OF_NOTHING})
