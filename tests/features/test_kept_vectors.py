"""Vectors on disk: computed once, found again, never half there."""

from __future__ import annotations

import numpy as np

from headstart.features.kept_vectors import KeptVectors, keys_of


def test_what_was_added_is_found_again_in_any_order(tmp_path):
    keys = keys_of(["a", "b", "c"])
    KeptVectors(tmp_path / "v").add(keys, np.arange(6.0).reshape(3, 2))

    again = KeptVectors(tmp_path / "v")

    assert again.get([keys[2], keys[0], keys[2]]).tolist() == [[4, 5], [0, 1], [4, 5]]
    assert len(again) == 3


def test_only_what_is_new_is_missing_and_each_text_once(tmp_path):
    kept = KeptVectors(tmp_path)
    kept.add(keys_of(["a"]), np.ones((1, 2)))

    assert kept.missing(keys_of(["b", "a", "b", "c"])) == [0, 3]


def test_a_later_file_adds_to_an_earlier_one(tmp_path):
    KeptVectors(tmp_path).add(keys_of(["a"]), np.zeros((1, 2)))
    KeptVectors(tmp_path).add(keys_of(["b"]), np.ones((1, 2)))

    assert KeptVectors(tmp_path).get(keys_of(["a", "b"])).tolist() == [[0, 0], [1, 1]]


def test_what_half_precision_cannot_hold_stays_finite(tmp_path):
    kept = KeptVectors(tmp_path)
    kept.add(keys_of(["a"]), np.array([[1e30, -1e30]]))

    assert np.isfinite(kept.get(keys_of(["a"]))).all()
