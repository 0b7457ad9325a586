"""Tensors on their way, for people: alike blocks once, dropped blocks in one line."""

from headstart.records import Move, Receipt
from headstart.reporting.moves import moves


def copied(name, source=None, because="of the same name"):
    shape = (2, 2)
    return Move(
        source=source or name,
        target=name,
        action="copied",
        because=because,
        from_shape=shape,
        to_shape=shape,
        parameters=4,
    )


def dropped(name, because="the target has no use for it"):
    return Move(
        source=name, target=None, action="dropped", because=because, from_shape=(3,), parameters=3
    )


def shown(*made):
    return moves(Receipt(moves=made, coverage=1.0), 100).splitlines()


def test_blocks_that_fare_alike_stand_under_one_heading():
    lines = shown(
        copied("stem.weight"),
        *(copied(f"body.{place}.a.weight", f"old.{place}.a.weight") for place in range(3)),
        copied("body.3.a.weight", "old.stem.weight"),
    )

    assert lines[:4] == [
        "copied   stem.weight  2x2",
        "         body.0 to 2: 3 alike",
        "copied     a.weight  2x2; from old.0.a.weight",
        "copied   body.3.a.weight  2x2; from old.stem.weight",
    ]


def test_blocks_that_are_dropped_whole_take_one_line():
    lines = shown(
        copied("stem.weight"),
        *(dropped(f"body.{place}.{leaf}") for place in range(4) for leaf in ("weight", "bias")),
    )

    told = "dropped  body.0 to 3  4 x 2 tensors, 24 parameters; the target has no use for it"
    assert lines[1] == told


def test_a_dropped_tensor_is_not_taken_for_a_target_of_its_name():
    lines = shown(copied("norm.weight", "old.weight"), dropped("norm.weight"))

    assert lines[0] == "copied   norm.weight  2x2; from old.weight"
    assert lines[1] == "dropped  norm.weight  3; the target has no use for it"
    assert lines[3] == "1 copied (4 parameters), 1 dropped (3 parameters)."


def test_parts_that_are_put_together_stand_in_the_line_of_the_whole():
    whole = Move(
        source="q",
        target="qkv",
        action="adapted",
        how="2 put one above the other",
        sources=("q", "k"),
        parameters=8,
    )
    part = Move(source="k", target=None, action="adapted", because="part 2 of 2 of `qkv`")

    lines = shown(whole, part)

    assert lines[0] == "adapted  qkv  from q + k; 2 put one above the other"
    assert lines[2] == "1 adapted (8 parameters)."


def test_rules_are_told_once_and_only_where_names_differ():
    prefix = "`bert.` was taken off"
    some = shown(copied("a"), copied("b", "bert.b", prefix), copied("c", "bert.c", prefix))

    assert "Found: `bert.` was taken off (2), of the same name (1)." in some
    assert not any(line.startswith("Found") for line in shown(copied("a"), copied("b")))
