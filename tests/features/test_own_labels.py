"""A class is told by the outputs that bear its name, or that a person said."""

import pytest

from headstart.features.own_labels import has_labels, own_labels, shown, why_not_mapped
from headstart.weights import Labels

MOODS = Labels(number=3, names=("NEGATIVE", "NEUTRAL", "POSITIVE"))
UNNAMED = Labels(number=3)
ALIKE = Labels(number=3, names=("crane", "crane", "Sea_Blue"))


def test_classes_are_found_by_name_where_nothing_is_mapped():
    assert own_labels(("positive", "Negative"), MOODS) == ((2,), (0,))
    assert own_labels(("positive", "great"), MOODS) == ()
    assert own_labels(("positive", "POSITIVE"), MOODS) == ()
    assert own_labels(("0", "1"), UNNAMED) == ()
    assert own_labels(("0", "1"), None) == ()


def test_mapped_classes_take_their_labels_and_the_others_go_by_name():
    assert own_labels(("great", "negative"), MOODS, (("great", ("positive",)),)) == ((2,), (0,))
    both = (("great", ("POSITIVE",)), ("other", ("NEGATIVE", "NEUTRAL")))
    assert own_labels(("other", "great"), MOODS, both) == ((0, 1), (2,))


@pytest.mark.parametrize("spelled", ["LABEL_2", "label_2", "2"])
def test_outputs_that_nobody_named_have_numbers(spelled):
    mapping = (("a", (spelled,)), ("b", ("0", "LABEL_1")))

    assert own_labels(("a", "b"), UNNAMED, mapping) == ((2,), (0, 1))


def test_a_bare_number_is_no_label_where_outputs_have_names():
    assert not has_labels(MOODS, (("a", ("2",)),))
    assert has_labels(MOODS, (("a", ("LABEL_2",)),))
    assert not has_labels(UNNAMED, (("a", ("3",)),))


def test_one_label_spelled_twice_counts_once():
    mapping = (("great", ("POSITIVE", "positive")), ("poor", ("NEGATIVE",)))

    assert own_labels(("great", "poor"), MOODS, mapping) == ((2,), (0,))


@pytest.mark.parametrize(
    ("classes", "labels", "mapping", "said"),
    [
        (
            ("a", "b"),
            MOODS,
            (("a", ("POSITVE",)),),
            "`tiny` has no label `POSITVE`. Did you mean `POSITIVE`? It has the labels `NEGATIVE`",
        ),
        (
            ("a", "b"),
            UNNAMED,
            (("a", ("3",)),),
            "has no label `3`. It has the labels `LABEL_0`, `LABEL_1`, `LABEL_2`",
        ),
        (
            ("a", "b"),
            MOODS,
            (("a", ("POSITIVE",)),),
            "no label of `tiny` is called like the class `b`, and none was mapped to it",
        ),
        (
            ("other", "positive"),
            MOODS,
            (("other", ("POSITIVE",)),),
            "the label `POSITIVE` of `tiny` means both `other`, `positive`",
        ),
        (
            ("bird", "sea blue"),
            ALIKE,
            (("bird", ("crane",)),),
            "`tiny` has 2 labels `crane`; write one of `LABEL_0`, `LABEL_1`",
        ),
    ],
)
def test_what_does_not_fit_is_said(classes, labels, mapping, said):
    assert own_labels(classes, labels, mapping) == ()
    assert said in why_not_mapped(classes, "tiny", labels, mapping)


def test_what_fits_has_nothing_to_be_said():
    mapping = (("bird", ("LABEL_0",)),)

    assert own_labels(("bird", "sea blue"), ALIKE, mapping) == ((0,), (2,))
    assert why_not_mapped(("bird", "sea blue"), "tiny", ALIKE, mapping) == ""


def test_many_labels_are_counted():
    assert shown(Labels(number=1000)).endswith("`LABEL_7` (+992 more)")
