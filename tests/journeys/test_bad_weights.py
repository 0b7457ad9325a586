"""A checkpoint that cannot be trusted ends a fit before it begins, and nothing of it runs."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from headstart.testing.checkpoints import make_text_encoder

pytestmark = pytest.mark.xdist_group("torch")


class Runs:
    """Leaves a mark where anything unpickles it."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return Path.touch, (Path(self.mark),)


def truncated(folder, mark):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def page(folder, mark):
    (folder / "model.safetensors").write_text("<!DOCTYPE html><html>404: not found</html>")


def pickled(folder, mark):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"a": Runs(mark)}))


def poisoned(folder, mark):
    changed = {"auto_map": {"AutoModel": "own.Network"}, "trust_remote_code": True}
    rewrite(folder, **changed)
    (folder / "own.py").write_text(f"open({str(mark)!r}, 'w')\n")


def stranger(folder, mark):
    rewrite(folder, model_type="llama")


def rewrite(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    "spoil", [truncated, page, pickled, poisoned, stranger], ids=lambda spoil: spoil.__name__
)
def test_a_bad_checkpoint_is_refused_in_words(headstart, tmp_path, spoil):
    lines = ["note,state"] + [f"light and dry {n},{'good' if n % 2 else 'bad'}" for n in range(80)]
    (tmp_path / "notes.csv").write_text("\n".join(lines) + "\n")
    folder, mark = tmp_path / "spoiled", tmp_path / "mark"
    folder.mkdir()
    make_text_encoder(folder)
    spoil(folder, mark)

    done = headstart(
        *("fit", "notes.csv", "--target", "state", "--column", "note=text"),
        *("--weights", "spoiled", "--steps", "20", "--out", "run"),
    )

    assert done.code == 2, done.out + done.err
    assert "Traceback" not in done.err
    assert 1 <= len(done.err.strip().splitlines()) <= 8
    assert "spoiled" in done.err or "model" in done.err
    assert not mark.exists()
    assert not (tmp_path / "run" / "model").exists()
