"""Every claim in a docstring runs."""

import doctest
from importlib import import_module

import pytest
from _source import FILES, module_of, name_of

WITH_EXAMPLES = tuple(path for path in FILES if ">>> " in path.read_text())
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=name_of)
def test_examples_hold(path):
    module = import_module(module_of(path))

    results = doctest.testmod(module, optionflags=OPTIONS)

    assert results.failed == 0
