"""A file is what the catalogue says, or it is not used; once found out, it is remembered."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from headstart.errors import WeightsError
from headstart.weights import verifying
from headstart.weights.entry import File

FAULTS = ("page", "pointer", "json", "cut", "longer", "flipped", "empty", "other")


@pytest.fixture
def path(tmp_path):
    """A whole file of parameters."""
    save_file({"w": torch.arange(4096.0)}, tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def described(path):
    content = path.read_bytes()
    return File(name=path.name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def spoiled(content, fault, chance):
    """The bytes of a file after something went wrong with it."""
    place = chance.randrange(len(content))
    return {
        "page": b"<!doctype html>" + content[15:],
        "pointer": b"version https://git-lfs.github.com/spec/v1\n",
        "json": b'{"error": "not found"}',
        "cut": content[:place],
        "longer": content + b"\0" * (place + 1),
        "flipped": content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
        "empty": b"",
        "other": content[::-1],
    }[fault]


def test_a_whole_file_is_verified_by_its_hash(path):
    assert verifying.verify(path, described(path)) == "by SHA-256"


def test_without_a_hash_the_size_is_all_that_is_claimed(path):
    size = path.stat().st_size

    assert verifying.verify(path, File(name=path.name, bytes=size)) == "by size"
    assert verifying.verify(path, File(name=path.name)) == "by form"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("seed", range(8))
def test_a_broken_file_is_noticed_before_it_is_opened(path, fault, seed):
    file = described(path)
    path.write_bytes(spoiled(path.read_bytes(), fault, random.Random(seed)))

    with pytest.raises(WeightsError) as caught:
        verifying.verify(path, file)

    assert path.name in caught.value.message
    assert caught.value.hint


def test_a_file_of_words_is_checked_like_parameters(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("[PAD]\n[UNK]\n")
    file = described(path)
    path.write_text("[UNK]\n[PAD]\n")

    with pytest.raises(WeightsError, match="SHA-256 is not the one"):
        verifying.verify(path, file)


def test_a_file_that_this_user_may_not_read_is_said_to_be_so(path):
    file = described(path)
    path.chmod(0)
    is_root = os.geteuid() == 0
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        folder.chmod(0o755)
    if is_root:
        os.seteuid(65534)
    try:
        with pytest.raises(WeightsError, match="cannot be read: Permission denied"):
            verifying.verify(path, file)
    finally:
        if is_root:
            os.seteuid(0)


def test_a_second_look_reads_nothing(path, monkeypatch):
    file = described(path)
    verifying.verify(path, file)
    monkeypatch.setattr(verifying, "sha256", lambda path: pytest.fail("it was read again"))

    assert verifying.verify(path, file) == "by SHA-256"
    assert verifying.is_remembered(path, file)


def test_a_changed_file_is_read_again(path):
    file = described(path)
    verifying.verify(path, file)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(1, 1))

    assert not verifying.is_remembered(path, file)
    with pytest.raises(WeightsError, match="SHA-256"):
        verifying.verify(path, file)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 7}', "null"])
def test_a_damaged_memory_is_made_anew(path, caches, content):
    memory = caches / "headstart" / "checksums.json"
    memory.parent.mkdir(parents=True)
    memory.write_text(content)

    assert verifying.verify(path, described(path)) == "by SHA-256"
    assert str(path.resolve()) in json.loads(memory.read_text())


def test_where_nothing_can_be_remembered_the_file_is_still_verified(path, caches):
    (caches).mkdir(parents=True)
    (caches / "headstart").write_text("a file where the folder should be")

    assert verifying.verify(path, described(path)) == "by SHA-256"


def test_several_processes_may_verify_at_once(path, caches):
    program = (
        "import sys; from pathlib import Path; from headstart.weights import verifying\n"
        "for _ in range(20): print(verifying.digest(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(path)]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [process.communicate()[0].split() for process in running]

    assert {process.returncode for process in running} == {0}
    assert {digest for each in told for digest in each} == {described(path).sha256}
    json.loads((caches / "headstart" / "checksums.json").read_text())
