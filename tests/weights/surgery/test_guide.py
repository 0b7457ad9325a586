"""The examples of the guide run, in their order, and print what stands there."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from headstart.cli import main

transformers = pytest.importorskip("transformers")

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "moving_weights.md"
FENCED = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
_LIKE, _FORM = doctest.OutputChecker(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks():
    """Kind and text of every block of the guide, and whether it stands right after another."""
    text, end = GUIDE.read_text(encoding="utf-8"), 0
    for found in FENCED.finditer(text):
        yield found[1], found[2], not text[end : found.start()].strip()
        end = found.end()


def test_the_examples_of_the_guide_run_and_print_what_it_says(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    names, printed, runs = {}, "", 0
    _cats_and_birds()
    for kind, text, follows in blocks():
        if kind == "python":
            capsys.readouterr()
            exec(compile(text, str(GUIDE), "exec"), names)
            printed = capsys.readouterr().out
            runs += 1
        elif text.startswith("$ headstart "):
            command, _, wanted = text.partition("\n")
            capsys.readouterr()
            assert main(shlex.split(command)[2:]) == 0
            said = capsys.readouterr().out
            assert _LIKE.check_output(wanted, said, _FORM), f"{command}\n{said}"
            runs += 1
        elif not kind and follows:
            assert printed == text
    assert runs >= 12


def _cats_and_birds():
    """The folders of the first example: two labels, and three of which two are the same."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 24, "image_size": 32, "patch_size": 8}
    for folder, labels in (("cats", ("cat", "bird")), ("birds", ("bird", "owl", "cat"))):
        config = transformers.ViTConfig(**sizes, id2label=dict(enumerate(labels)))
        transformers.ViTForImageClassification(config).save_pretrained(folder)
