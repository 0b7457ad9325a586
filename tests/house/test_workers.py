"""How the suite is divided among workers."""

import pytest


@pytest.mark.xdist_group("kept")
def test_a_group_stays_together(request):
    """What tests share is made once; where groups are lost, nothing but the clock tells."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all")

    assert request.node.nodeid.endswith("@kept")
