"""Every family in the table passes the shipped suite."""

import pytest

from headstart.families import known
from headstart.testing import checks, run


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.__name__)
@pytest.mark.parametrize(
    "family", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in known()]
)
def test_every_family_keeps_every_promise(family, check):
    run(check, family)
