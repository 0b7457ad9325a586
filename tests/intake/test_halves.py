"""Half of a sign in a text hinders nobody."""

import json

import pandas as pd
import pyarrow as pa

from headstart.intake import read
from headstart.intake.halves import array_of, without_halves


def test_halves_become_one_mark_and_pairs_are_joined():
    assert without_halves("cut \ud83d") == "cut \ufffd"
    assert without_halves("\ude00\ud83d") == "\ufffd\ufffd"
    assert without_halves("\ud83d\ude00") == "\U0001f600"


def test_only_the_texts_that_need_it_are_changed():
    assert array_of(["é\0", None, "\ud83d"], pa.string()).to_pylist() == ["é\0", None, "\ufffd"]
    assert array_of([1, None]).to_pylist() == [1, None]


def test_lines_of_json_cut_inside_of_a_sign_are_read(tmp_path):
    path = tmp_path / "notes.jsonl"
    notes = ["whole \U0001f600", "half \ud83d", None]
    path.write_text("".join(json.dumps({"note": note, "n": 1}) + "\n" for note in notes))

    found = read(path).data.values("note").to_pylist()

    assert found == ["whole \U0001f600", "half \ufffd", None]


def test_frames_with_halves_are_read():
    notes = pd.Series(["whole", "half \ud83d", None], dtype=object)

    found = read(pd.DataFrame({"note": notes, "n": [1.0, 2.0, 3.0]})).data

    assert found.values("note").to_pylist() == ["whole", "half \ufffd", None]
    assert found.values("n").to_pylist() == [1.0, 2.0, 3.0]
