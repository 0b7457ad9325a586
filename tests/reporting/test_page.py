from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from headstart.records import Refusal, Trap
from headstart.records.stayed import Stayed
from headstart.reporting.findings import ColumnImportance, Confusion, CurvePoint, WorstRow
from headstart.reporting.page import page as render
from headstart.reporting.wording import DASH

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\x1b[2J\u202e"


class Elements(HTMLParser):
    """Collects the elements of a page and their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.open = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in ("meta", "wbr", "br", "img", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


@pytest.mark.parametrize("kind", ["classes", "numbers", "world", "tie", "interrupted"])
def test_every_element_is_closed_and_nothing_is_fetched(kind, request):
    page = render(request.getfixturevalue(kind))

    elements = Elements(page)

    assert elements.open == []
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in elements.found}
    for _, attributes in elements.found:
        assert not {"src", "href", "action", "background"} & set(attributes)
    assert "http" not in page.replace("http-equiv", "")
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_allows_styles_alone(classes):
    page = render(classes)

    policies = [a["content"] for tag, a in Elements(page).found if "http-equiv" in a]

    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_text_from_the_data_is_inert_wherever_it_stands(classes):
    decided = replace(
        classes.verdict,
        because=HOSTILE,
        tied=(HOSTILE,),
        winner=replace(classes.verdict.winner, candidate=HOSTILE),
    )
    poisoned = replace(
        classes,
        run=HOSTILE,
        source=HOSTILE,
        command=HOSTILE,
        task=replace(classes.task, targets=(HOSTILE,), classes=((HOSTILE, "b"),)),
        profile=replace(
            classes.profile, traps=(Trap(kind="leak", because=HOSTILE, columns=(HOSTILE,)),)
        ),
        verdict=decided,
        refusals=(Refusal(family="linear", because=HOSTILE),),
        candidates=(replace(classes.candidates[0], name=HOSTILE, because=HOSTILE),),
        curves=(*classes.curves, CurvePoint(candidate=HOSTILE, rows=968, draw=0, score=0.9)),
        confusion=(Confusion(labels=(HOSTILE, "b"), counts=((1, 2), (3, 4)), target=HOSTILE),),
        importance=(ColumnImportance(column=HOSTILE, loss_increase=0.1),),
        worst=(
            WorstRow(
                row=1,
                truth=HOSTILE,
                prediction=HOSTILE,
                loss=1.0,
                columns=((HOSTILE, HOSTILE),),
            ),
        ),
        doubts=(HOSTILE,),
        would_change=(HOSTILE,),
        versions=((HOSTILE, HOSTILE),),
    )

    page = render(poisoned)
    elements = Elements(page)

    assert not {"script", "img"} & {tag for tag, _ in elements.found}
    assert not [a for _, attributes in elements.found for a in attributes if a.startswith("on")]
    assert "{{7*7}}" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_verdict_stands_first_with_its_interval_and_its_floor(classes):
    words = text_of(render(classes))

    first = words[: words.index("Leaderboard")]

    assert "Use lightgbm , trained from scratch." in first
    assert "accuracy on 6,537 locked rows" in first
    assert f"0.862 {DASH} 0.876" in first
    assert "floor: linear" in first
    assert "3,204 rows appear twice" in first
    assert "9.8 s to train" in first


def test_how_the_source_was_read_stands_with_the_data(classes):
    note = "in `price` a comma is the decimal mark"
    found = replace(classes, profile=replace(classes.profile, notes=(note,)))

    assert text_of(render(found)).count("How it was read in price a comma is the decimal mark") == 1


def test_names_in_backticks_are_set_as_code_and_stay_escaped(classes):
    page = render(replace(classes, doubts=("`<b>` leaks, ` alone does nothing",)))

    assert "<code>&lt;b&gt;</code> leaks, ` alone does nothing" in page


def test_the_parts_stand_in_their_order(classes):
    page = render(classes)

    heads = re.findall(r"<h2>(.*?)</h2>", page)

    assert heads == [
        "Leaderboard",
        "What more rows bring",
        "Can its probabilities be trusted?",
        "What is mistaken for what",
        "What it looks at",
        "Where it is most wrong",
        "Refused, and why",
        "Tried, and why",
        "The data",
        "What it cost",
        "Run it again",
    ]


def test_a_world_shows_episodes_and_steps_in_place_of_rows(world):
    words = text_of(render(world))

    assert "What more steps bring" in words
    assert "Episode by episode" in words
    assert "return on 40 locked episodes" in words
    assert "training rows" not in words


def test_a_floor_that_wins_is_called_a_simple_floor(tie):
    words = text_of(render(tie))

    assert "Use linear , a simple floor." in words
    assert "Going deep is not worth it here" in words
    assert "Not measurably worse than lightgbm, catboost, and the cheapest of them." in words


def test_a_blend_that_wins_names_its_members(tie):
    members = {"catboost": 0.4, "lightgbm": 0.6}
    winner = replace(tie.verdict.winner, candidate="blend", family="blend", members=members)
    verdict = replace(tie.verdict, winner=winner, standings=(winner, *tie.verdict.standings))

    words = text_of(render(replace(tie, verdict=verdict)))

    assert "Use blend , the mean of lightgbm (60%) and catboost (40%)." in words
    assert "mean of 2 of these" in words


def test_an_interrupted_run_says_so_and_claims_nothing(interrupted):
    words = text_of(render(interrupted))

    assert "No verdict yet." in words
    assert "interrupted before its budget was spent" in words
    assert "Leaderboard" not in words


def test_a_run_with_thousands_of_everything_stays_small(classes, numbers):
    huge = replace(
        classes,
        profile=replace(
            classes.profile,
            traps=tuple(Trap(kind="constant", because="x" * 5000) for _ in range(500)),
        ),
        candidates=classes.candidates * 500,
        refusals=classes.refusals * 500,
        worst=classes.worst * 500,
        importance=classes.importance * 500,
        fitted=numbers.fitted * 50,
        confusion=(
            Confusion(
                labels=tuple(f"class {k}" for k in range(300)),
                counts=tuple(tuple(range(300)) for _ in range(300)),
            ),
        ),
        verdict=replace(classes.verdict, standings=classes.verdict.standings * 500),
    )

    page = render(huge)

    assert len(page.encode()) < 1_000_000
    assert "3,940 more are not shown" in page


def test_rare_classes_are_taken_together(classes):
    many = Confusion(
        labels=tuple(f"c{k}" for k in range(20)),
        counts=tuple(tuple(int(i == j) * (20 - i) for j in range(20)) for i in range(20)),
    )

    words = text_of(render(replace(classes, confusion=(many,))))

    assert "9 others" in words
    assert "c10" in words
    assert "c11" not in words


def test_a_picture_among_the_worst_rows_is_shown_and_its_name_stays_text(classes):
    hostile = 'a`"><script>.png'
    row = WorstRow(
        row=3,
        truth="cat",
        prediction="dog (99 %)",
        loss=4.6,
        columns=(("image", hostile), ("note", "a long story " * 40)),
        thumbnails=(("image", "/9j/4AAQ"),),
    )

    elements = Elements(render(replace(classes, worst=(row,))))

    shown = [attributes for tag, attributes in elements.found if tag == "img"]
    assert shown == [{"src": "data:image/jpeg;base64,/9j/4AAQ", "alt": hostile, "title": hostile}]
    assert "script" not in {tag for tag, _ in elements.found}
    assert "a long story " * 8 not in render(replace(classes, worst=(row,)))


def test_how_far_each_candidate_came_is_told_with_what_kept_it_there(classes):
    dear = Stayed(
        candidate="catboost", rows=968, kept_by="price", because="about 160 s, 90 s left for all"
    )
    there = [replace(each, rows=26_150) for each in classes.trials if each.candidate == "lightgbm"]
    findings = replace(classes, trials=(*classes.trials, *there), stayed=(dear,))

    said = text_of(render(findings))

    assert "how far it came" in said
    assert "968 rows: about 160 s, 90 s left for all" in said
    assert "26,150 rows" in said


def test_the_leaderboard_says_how_probable_it_is_that_each_is_the_best(classes):
    placed = tuple(
        replace(each, first=chance)
        for each, chance in zip(classes.verdict.standings, (0.81, 0.19), strict=False)
    )
    known = replace(classes, verdict=replace(classes.verdict, standings=placed))

    assert "is best" in text_of(render(known))
    assert "81 %" in text_of(render(known))
    assert "is best" not in text_of(render(classes))
