from __future__ import annotations

from dataclasses import replace

from headstart.records import Transfer
from headstart.reporting.inventory import CheckpointEntry
from headstart.reporting.model_card import model_card
from headstart.reporting.wording import DASH


def test_the_card_says_what_how_good_and_how_to_use_it(classes):
    card = model_card(classes)

    assert card.startswith("# lightgbm, trained from scratch\n")
    assert f"| this model | 0.869 | 0.862 {DASH} 0.876 |" in card
    assert f"| floor: linear | 0.840 | 0.832 {DASH} 0.848 |" in card
    assert "| occupation | category |" in card
    assert "26,150 rows to learn from, 6,537 kept for the score" in card
    assert "headstart predict path/to/this/folder new.csv" in card
    assert 'hs.predict("path/to/this/folder", "new.csv")' in card
    assert "headstart fit census.csv --target income --minutes 5 --seed 0" in card


def test_the_card_names_the_file_and_not_the_folder_on_somebodys_machine(classes):
    card = model_card(replace(classes, source="/home/me/data/census.csv"))

    assert "Made from census.csv." in card
    assert "/home/me" not in card


def test_each_doubt_stands_once(classes):
    because = classes.profile.traps[0].because

    card = model_card(replace(classes, doubts=(because,)))

    assert card.count("3,204 rows appear twice") == 1


def test_names_from_the_data_are_no_markdown(classes):
    column = replace(classes.profile.columns[0], name="a|b](http://x)<script>`")
    profile = replace(classes.profile, columns=(column,))

    card = model_card(replace(classes, profile=profile))

    assert "| a\\|b\\]\\(http://x\\)\\<script\\>\\` | number |" in card


def test_licences_of_checkpoints_are_named_or_said_to_be_unknown(classes):
    start = Transfer(checkpoints=("minilm", "mine"), part="embedding")
    winner = replace(classes.verdict.winner, start=start)
    found = replace(classes, verdict=replace(classes.verdict, winner=winner))
    known = CheckpointEntry(
        name="minilm",
        family="text_encoder",
        modality="text",
        parameters=1,
        bytes=1,
        licence="Apache-2.0",
        available=True,
    )

    card = model_card(found, [known])

    assert "- minilm: Apache\\-2.0" in card
    assert "- mine: licence not known" in card
    assert "Licences" not in model_card(classes)


def test_a_run_without_a_verdict_and_a_world_have_a_card_too(interrupted, world):
    assert "No verdict was reached." in model_card(interrupted)
    assert "130,000 steps in gym:CartPole\\-v1" in model_card(world)
