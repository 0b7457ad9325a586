"""Shipped: tiny data and worlds, and the checks every family must pass.

A third party tests its own family with four lines:

    import pytest
    from headstart.testing import checks, run

    @pytest.mark.parametrize("check", checks(), ids=lambda check: check.__name__)
    def test_my_family(check):
        run(check, "my_family")
"""

from headstart.testing.claim import Broken as Broken
from headstart.testing.claim import Unconcerned as Unconcerned
from headstart.testing.claim import expect as expect
from headstart.testing.subject import Subject as Subject
from headstart.testing.suite import Check as Check
from headstart.testing.suite import checks as checks
from headstart.testing.suite import examine as examine
from headstart.testing.suite import run as run
