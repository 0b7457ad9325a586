from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.advice import rules
from headstart.families import FAMILIES
from headstart.records import ColumnFacts
from headstart.records.profile import PictureFacts


def _order(profile):
    names = ("random_forest", "lightgbm", "catboost", "feedforward", "tabular_transformer")
    return sorted(names, key=lambda name: -rules.promise(name, profile))


def test_forests_come_first_on_small_tables(profiled):
    assert _order(profiled(300))[0] == "random_forest"


def test_boosted_trees_come_first_on_medium_tables(profiled):
    assert _order(profiled(10_000))[0] == "lightgbm"


def test_nets_come_first_on_very_large_tables(profiled):
    assert _order(profiled(800_000))[0] == "feedforward"


def test_many_categories_speak_for_catboost(profiled):
    assert _order(profiled(10_000, categories=40))[0] == "catboost"


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.sentence[:30])
def test_every_rule_names_known_families_and_a_source(rule):
    assert set(rule.families) <= set(FAMILIES)
    assert bool(rule.sentence) == bool(rule.source)


@pytest.mark.parametrize("rows", [60, 1_000, 5_000, 50_001, 1_000_000])
def test_some_rule_speaks_of_every_table_family_at_every_size(profiled, rows):
    for name in ("random_forest", *rules.BOOSTED, "feedforward", "tabular_transformer"):
        reasons = rules.reasons(name, profiled(rows))
        assert any(f"{rows:,} rows" in reason.text for reason in reasons), name


def test_a_source_that_the_family_named_is_not_repeated(profiled):
    reason = rules.reasons("tabular_transformer", profiled(10_000))[0]

    assert reason.is_named_in("as in arXiv 2106.11959")
    assert not reason.is_named_in("as in arXiv 2410.24210")


def test_texts_speak_for_encoders_and_short_notes_do_not(profiled):
    def with_words(rows, words):
        text = ColumnFacts(
            name="t", modality="text", role="input", missing=0, distinct=rows, median_words=words
        )
        return replace(profiled(rows), columns=(*profiled(rows).columns, text))

    few, many = (with_words(rows, 50.0) for rows in (300, 10_000))

    assert rules.promise("text_encoder", few) > rules.promise("random_forest", few)
    assert rules.promise("text_encoder", many) > rules.promise("lightgbm", many)
    assert "10,000 rows of 50 words" in rules.reasons("text_encoder", many)[0].text
    assert rules.promise("text_encoder", with_words(300, 3.0)) == 0


def test_many_small_pictures_speak_for_learning_to_see_from_scratch(profiled):
    def with_pictures(rows, side):
        seen = PictureFacts(width=side, height=2 * side, grey=0.0, transparent=0.0)
        photo = ColumnFacts(
            name="p", modality="image", role="input", missing=0, distinct=rows, pictures=seen
        )
        return replace(profiled(rows), columns=(photo,))

    small, few = with_pictures(60_000, 28.0), with_pictures(300, 28.0)
    large = with_pictures(60_000, 400.0)

    assert rules.promise("cnn", small) > rules.promise("cnn", large) > rules.promise("cnn", few)
    assert "60,000 small pictures of 28 pixels" in rules.reasons("cnn", small)[0].text
    assert "300 pictures are few to learn to see from" in rules.reasons("cnn", few)[0].text
    assert rules.promise("cnn", profiled(60_000)) == 0
