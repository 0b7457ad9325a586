from __future__ import annotations

import pytest

from headstart.cli import options
from headstart.cli.parser import parse
from headstart.errors import AskError


def refused(*words):
    with pytest.raises(AskError) as caught:
        parse(words)
    return str(caught.value)


def test_fit_reads_every_option_of_the_contract():
    line = """fit d.csv --target a,b --target c --test t.csv --steps 40 --out r --task regression
    --metric rmse --positive yes --split grouped:site --column x=y=category --column w=weight
    --label <=50K=LABEL_0 --label rich=1 --label rich=LABEL_2
    --horizon 3 --families lightgbm,linear --starts Scratch,direct --weights r0 --weights r1
    --worth 0.01 --single --seed 7 --engine ray --json"""

    arguments = parse(line.split())

    assert options.question(arguments) == {
        "target": ("a", "b", "c"),
        "task": "regression",
        "metric": "rmse",
        "positive": "yes",
        "split": "grouped:site",
        "columns": {"x=y": "category", "w": "weight"},
    }
    assert options.budget(arguments) == {
        "minutes": None,
        "steps": 40.0,
        "families": ("lightgbm", "linear"),
        "starts": ("scratch", "direct"),
        "weights": ("r0", "r1"),
        "labels": {"<=50K": ["LABEL_0"], "rich": ["1", "LABEL_2"]},
        "seed": 7,
    }
    assert (arguments.source, arguments.test, arguments.out) == ("d.csv", "t.csv", "r")
    assert (arguments.horizon, arguments.worth, arguments.single) == (3, 0.01, True)
    assert (arguments.engine, arguments.json) == ("ray", True)


def test_what_is_not_given_is_left_to_the_verb():
    arguments = parse(["fit", "d.csv"])

    assert options.budget(arguments)["minutes"] is None
    assert options.question(arguments)["target"] == ()
    assert options.question(arguments)["columns"] == {}
    assert arguments.engine == "local"
    assert not arguments.json


@pytest.mark.parametrize(
    "verb", ["profile", "advise", "fit", "predict", "report", "replay", "models", "doctor", "demo"]
)
def test_every_verb_takes_json(verb):
    words = {"predict": ["run", "new.csv"], "models": [], "doctor": [], "demo": []}

    arguments = parse([verb, *words.get(verb, ["x"]), "--json"])

    assert arguments.json
    assert callable(arguments.run)


def test_a_column_with_a_comma_is_quoted():
    assert parse(["fit", "d.csv", "--target", '"a,b",c']).target == ["a,b", "c"]


def test_minutes_may_be_a_fraction():
    assert parse(["fit", "d.csv", "--minutes", "0.5"]).minutes == 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fti d.csv", "there is no verb `fti`. Did you mean `fit`?"),
        ("fit d.csv --minuets 3", "no option `--minuets`. Did you mean `--minutes`?"),
        ("fit d.csv --minute 3", "no option `--minute`. Did you mean `--minutes`?"),
        ("fit d.csv more.csv", "does not know what to do with `more.csv`"),
        ("fit", "arguments are required: SOURCE"),
        ("fit d.csv --minutes 3 --steps 4", "--steps: not allowed with argument --minutes"),
        ("fit d.csv --minutes 0", "`0` is not a number above 0"),
        ("fit d.csv --minutes nan", "`nan` is not a number above 0"),
        ("fit d.csv --worth -1", "`-1` is not a number of 0 or more"),
        ("fit d.csv --seed 1.5", "`1.5` is not a whole number"),
        ("fit d.csv --engine spark", "no engine `spark`. Known: `local`, `ray`"),
        ("fit d.csv --task classify", "Did you mean `classification`?"),
        ("fit d.csv --starts scratch,tuned", "there is no start `tuned`. Did you mean `finetune`?"),
        ("fit d.csv --split groups:a", "there is no split `groups`. Did you mean `grouped`?"),
        ("fit d.csv --split grouped", "takes a column: grouped:COL"),
        ("fit d.csv --split random:a", "takes no column"),
        ("fit d.csv --column a", "`a` is not of the form NAME=READING"),
        ("fit d.csv --label great", "`great` is not of the form CLASS=LABEL"),
        ("fit d.csv --label great=", "`great=` is not of the form CLASS=LABEL"),
        ("advise d.csv --label =POSITIVE", "`=POSITIVE` is not of the form CLASS=LABEL"),
        ("fit d.csv --column a=numbers", "there is no reading `numbers`. Did you mean `number`?"),
        ("fit d.csv --target a,,b", "holds an empty name"),
        ("models --modality picture", "there is no modality `picture`"),
        ("--jsn", "`headstart` has no option `--jsn`"),
    ],
)
def test_a_wrong_word_is_refused_with_the_nearest_one(words, said):
    assert said in refused(*words.split())
