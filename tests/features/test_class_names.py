import pytest

from headstart.features.class_names import as_words, places_of, says_nothing


@pytest.mark.parametrize(
    "name", ["0", "12", "A", "b", "Yes", "no", "true", "other", "class 3", "", "-1", "LABEL_0"]
)
def test_names_without_meaning_are_known(name):
    assert says_nothing(name)


@pytest.mark.parametrize("name", ["sports", "not spam", "home_and_garden", "家", "other drinks"])
def test_names_with_meaning_are_kept(name):
    assert not says_nothing(name)


def test_labels_match_by_name_whatever_case_and_spaces():
    assert places_of(("very good", "BAD"), ("bad", "Very_Good")) == (1, 0)


def test_every_class_needs_a_label_of_its_own():
    assert places_of(("good", "bad"), ("good",)) == ()
    assert places_of(("good", "GOOD"), ("good", "bad")) == ()


def test_names_are_read_as_words():
    assert as_words(" home_and  garden") == "home and garden"
