"""The page about the estimators says what is so."""

import doctest
from pathlib import Path

from headstart.estimators.names import estimator_names

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "estimators.md"


def test_the_examples_of_the_page_hold():
    found = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )

    assert found.attempted > 10
    assert not found.failed


def test_the_page_names_every_estimator():
    text = PAGE.read_text()

    assert not [name for name in estimator_names() if f"`{name}`" not in text]
