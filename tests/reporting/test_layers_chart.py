"""The drawing of layers: whole, escaped, and not too long to look at."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from headstart.records.inspection import Inspection, Layer, Trees
from headstart.reporting.charts.layers import layers

SPACE = "{http://www.w3.org/2000/svg}"


def inspection(*rows, trees=(), name="mine"):
    return Inspection(
        name=name,
        network="net",
        parameters=sum(row.parameters for row in rows),
        trainable=0,
        layers=rows,
        learning_rule="by hand",
        nonlinearities=("relu",),
        depth=3,
        trees=trees,
    )


def layer(name, kind="linear", parameters=6, output=(3,)):
    return Layer(name=name, kind=kind, parameters=parameters, output=output)


def drawn(found):
    return ElementTree.fromstring(str(layers(found, "in", "out")))


def texts(root):
    return [each.text or "" for each in root.iter(f"{SPACE}text")]


def slabs(root):
    found = [each for each in root.iter(f"{SPACE}rect") if each.find(f"{SPACE}title") is not None]
    return {each.find(f"{SPACE}title").text: float(each.get("width")) for each in found}


def test_every_layer_has_a_slab_as_wide_as_what_it_makes():
    root = drawn(inspection(layer("a", output=(8, 4, 4)), layer("b", output=(None, 1024))))

    widths = slabs(root)
    assert set(widths) == {"a: linear", "b: linear"}
    assert widths["a: linear"] < widths["b: linear"]
    assert {"in", "out", "8 \N{MULTIPLICATION SIGN} 4 \N{MULTIPLICATION SIGN} 4"} <= set(
        texts(root)
    )


def test_repeated_blocks_are_drawn_once_and_counted():
    rows = [layer(f"block.{number}.dense") for number in range(12)]

    root = drawn(inspection(*rows))

    assert "12 \N{MULTIPLICATION SIGN}" in texts(root)
    assert len(slabs(root)) == 1


def test_hundreds_of_layers_are_drawn_together():
    rows = [layer(f"part.{n}.{m}", parameters=n * m) for n in range(20) for m in range(15)]

    assert len(slabs(drawn(inspection(*rows)))) <= 44


def test_a_layer_whose_output_is_unknown_is_drawn_open():
    root = drawn(inspection(layer("a", output=None)))

    assert "open" in next(
        each.get("class")
        for each in root.iter(f"{SPACE}rect")
        if "slab" in (each.get("class") or "")
    )


def test_trees_are_drawn_as_trees():
    found = Trees(target="income", trees=427, depth=28, leaves=21_350)

    root = drawn(inspection(layer("income"), trees=(found,)))

    assert {"427 trees", "28 deep", "21,350 leaves", "income"} <= set(texts(root))
    assert len(list(root.iter(f"{SPACE}path"))) == 3 * 30


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a&b", '"', "\x1b[2J"])
def test_names_are_text_and_never_markup(name):
    root = drawn(inspection(layer(name, output=(2,)), name=name))

    assert not list(root.iter(f"{SPACE}script"))
    assert not list(root.iter("script"))


def test_nothing_is_asked_of_the_network():
    text = str(layers(inspection(layer("a")), "in", "out"))

    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "prefers-color-scheme: dark" in text
