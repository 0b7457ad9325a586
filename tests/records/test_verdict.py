import json
from dataclasses import replace

from headstart.records import (
    Crossover,
    Direct,
    FineTune,
    Scratch,
    Standing,
    StartCurve,
    StartPoint,
    Verdict,
)
from headstart.records.plain import plain
from headstart.records.verdict import verdict_from_plain

TUNED = Standing(
    candidate="a", family="net", start=FineTune(checkpoints=("m",)), score=0.9, interval=(0.8, 1.0)
)
FLOOR = Standing(candidate="b", family="linear", start=Scratch(), score=0.7, interval=(0.6, 0.8))
VERDICT = Verdict(
    winner=TUNED,
    confidence="clear",
    tied=("c",),
    floor=FLOOR,
    metric="accuracy",
    direction="up",
    deep_worth_it=True,
    probability_best=0.97,
    region=0.01,
    because="it is better",
    standings=(TUNED, FLOOR),
    crossovers=(
        Crossover(
            between=("Direct", "FineTune"), because="x", labels=200.0, interval=(90.0, 400.0)
        ),
        Crossover(between=("Direct", "Scratch"), because="cannot tell: chance"),
    ),
    curves=(
        StartCurve(
            start="FineTune",
            points=(
                StartPoint(rows=64, score=0.5, interval=(0.4, 0.6), draws=2, candidate="a"),
                StartPoint(rows=99, score=0.6, interval=None, draws=1, candidate="a"),
            ),
        ),
    ),
)


def test_a_verdict_survives_the_way_through_json():
    assert verdict_from_plain(json.loads(json.dumps(plain(VERDICT)))) == VERDICT


def test_a_verdict_from_before_there_were_curves_is_read():
    old = plain(replace(VERDICT, crossovers=()))
    for name in ("curves", "floor_crossovers", "by_labels"):
        del old[name]

    assert verdict_from_plain(old) == replace(VERDICT, crossovers=(), curves=())


def test_an_undefined_score_comes_back_undefined():
    lost = replace(FLOOR, score=float("nan"), interval=(float("nan"), float("nan")))

    again = verdict_from_plain(json.loads(json.dumps(plain(replace(VERDICT, standings=(lost,))))))

    assert again.standings[0].score != again.standings[0].score


def test_a_curve_is_named_by_its_start_or_its_floor():
    assert StartCurve(start=type(Direct(checkpoints=("m",))).__name__, points=()).name == "Direct"
    assert StartCurve(start=None, floor="linear", points=()).name == "linear"
