"""A start is a value, so starts can be compared."""

import json

import pytest

from headstart.errors import AskError
from headstart.records import Direct, FineTune, Scratch, Transfer, control_of
from headstart.records.start import START_NAMES, start_from_plain, start_to_plain

STARTS = [
    Direct(checkpoints=("a",)),
    Direct(checkpoints=("a",), labels=(("great", ("GOOD", "OK")), ("poor", ("BAD",)))),
    FineTune(checkpoints=("a",), layers="head", method="lora"),
    Transfer(checkpoints=("a", "b"), part="tensors"),
    Transfer(checkpoints=("a",), part="encoder", control="shuffled"),
    Scratch(),
]


@pytest.mark.parametrize("start", STARTS)
def test_a_start_survives_json(start):
    assert start_from_plain(json.loads(json.dumps(start_to_plain(start)))) == start


def test_equal_starts_are_equal_and_can_be_counted():
    assert FineTune(checkpoints=("a",)) == FineTune(checkpoints=("a",))
    assert len({*STARTS, Scratch()}) == 6


def test_a_control_is_told_from_what_learned():
    assert control_of(FineTune(checkpoints=("a",), control="random")) == "random"
    assert not any(map(control_of, (FineTune(checkpoints=("a",)), Scratch(), None)))


def test_a_start_that_is_no_control_is_written_as_before():
    assert "control" not in start_to_plain(FineTune(checkpoints=("a",)))


def test_a_start_that_maps_no_labels_is_written_and_read_as_before():
    assert start_to_plain(Direct(checkpoints=("a",))) == {"kind": "Direct", "checkpoints": ["a"]}
    assert start_from_plain({"kind": "Direct", "checkpoints": ["a"]}).labels == ()


def test_the_names_are_those_of_the_contract():
    assert START_NAMES == ("Direct", "FineTune", "Transfer", "Scratch")


def test_an_unknown_start_is_refused_with_the_nearest():
    with pytest.raises(AskError, match="Did you mean `FineTune`"):
        start_from_plain({"kind": "Finetuned", "checkpoints": []})
