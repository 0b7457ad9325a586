"""What is known of a model, in words and lines that fit a terminal."""

from __future__ import annotations

from headstart.records.inspection import Inspection, Layer, Trees
from headstart.reporting.anatomy import anatomy, ends_of, inputs_phrase, outputs_phrase
from headstart.reporting.folding import stretches


def layer(name, kind="linear", parameters=6, output=(3,)):
    return Layer(name=name, kind=kind, parameters=parameters, output=output)


def block(number):
    return [
        layer(f"encoder.layer.{number}.attention.output.dense", output=(None, 384)),
        layer(f"encoder.layer.{number}.act", "gelu", 0, (None, 384)),
    ]


TEXT = Inspection(
    name="mine",
    network="BertModel",
    library="transformers",
    parameters=22_713_216,
    trainable=22_713_216,
    layers=(*block(0), *block(1), *block(2), layer("pooler.dense", output=(384,))),
    depth=25,
    nonlinearities=("softmax", "gelu"),
    learning_rule="masked words: cross entropy, Adam",
    inputs={
        "modality": "text",
        "longest": 256,
        "pooling": "mean",
        "unit_length": True,
        "lower_case": True,
        "tokenizer": {"kind": "WordPiece", "vocabulary": 30522, "file": "tokenizer.json"},
    },
    dtypes={"F32": 22_713_216},
    licence="Apache-2.0",
    bytes=91_000_000,
    origin="in a folder",
    verified="by form",
    notes=("something could not be known",),
)
FOREST = Inspection(
    name="run-1",
    network="LightGBM",
    about="boosted trees",
    parameters=42_273,
    trainable=42_273,
    layers=(layer("income", "boosted trees", 42_273, (2,)),),
    learning_rule="gradient boosting",
    trees=(Trees(target="income", trees=427, depth=28, leaves=21_350),),
    inputs={"modality": "number", "columns": [{"name": "age", "modality": "number"}]},
    labels=("<=50K", ">50K"),
    outputs=2,
)


def test_every_line_fits_80_columns_and_nothing_is_left_out():
    text = anatomy(TEXT, 80)

    assert max(map(len, text.splitlines())) <= 80
    for word in (
        "BertModel of transformers",
        "22,713,216",
        "25 weighted layers",
        "softmax, gelu",
        "masked words",
        "text of at most 256 tokens; WordPiece, 30,522 pieces; small",
        "Apache-2.0",
        "float32, 91 MB",
        "! something could not be known",
    ):
        assert word in text, word


def test_blocks_alike_are_shown_once_with_their_number():
    text = anatomy(TEXT, 80)

    assert "encoder.layer.0 to 2: 3 alike" in text
    assert text.count("attention.output.dense") == 1
    assert "t x 384" in text


def test_long_names_keep_their_end():
    found = Inspection(
        name="a",
        network="b",
        parameters=1,
        trainable=1,
        learning_rule="c",
        layers=(layer(f"{'very.' * 30}last", output=(1024, 112, 112)),),
    )

    lines = anatomy(found, 80).splitlines()

    assert max(map(len, lines)) <= 80
    assert "last" in lines[-1]
    assert "1024 x 112 x 112" in lines[-1]


def test_trees_are_counted():
    text = anatomy(FOREST, 80)

    assert "LightGBM: boosted trees" in text
    assert "427" in text
    assert "21,350" in text
    assert "50.0" in text
    assert "1 column: age (number)" in text
    assert "2 labels: <=50K, >50K" in text


def test_many_labels_and_columns_are_cut_with_a_count():
    labels = tuple(f"label {number}" for number in range(1000))
    many = Inspection(
        name="a",
        network="b",
        parameters=1,
        trainable=1,
        learning_rule="c",
        labels=labels,
        outputs=1000,
    )
    columns = [{"name": f"c{number}", "modality": "number"} for number in range(20)]

    assert outputs_phrase(many).startswith("1,000 labels: label 0, ")
    assert outputs_phrase(many).endswith("(+992 more)")
    assert inputs_phrase({"modality": "number", "columns": columns}).endswith("(+12 more)")


def test_the_ends_of_a_drawing_are_few_words():
    assert ends_of(TEXT) == ("a text of at most 256 tokens", "a vector")
    assert ends_of(FOREST) == ("1 column", "2 labels")


def test_nested_lists_fold_where_they_are_alike():
    rows = [layer(f"stages.{s}.{b}.conv", output=(8 * (s + 1),)) for s in (0, 1) for b in (0, 1)]

    found = stretches([layer("stem"), *rows, layer("head")])

    assert [(each.name, each.times, len(each.layers)) for each in found] == [
        ("", 1, 1),
        ("stages.0.0 to stages.0.1", 2, 1),
        ("stages.1.0 to stages.1.1", 2, 1),
        ("", 1, 1),
    ]
    assert sum(each.parameters for each in found) == 36


def test_lists_whose_members_differ_stay_as_they_are():
    rows = [layer(f"layers.{place}", parameters=place) for place in (1, 2, 3)]

    assert {each.times for each in stretches(rows)} == {1}
    assert [each.name for part in stretches(rows) for each in part.layers] == [
        "layers.1",
        "layers.2",
        "layers.3",
    ]
