"""How the suite is divided among workers."""

import pytest


@pytest.mark.xdist_group("kept")
def test_a_group_stays_together(request):
    """What tests share is made once; where groups are lost, nothing but the clock tells."""
    is_divided_by_groups = request.config.getoption("loadgroup", default=False)

    assert request.node.nodeid.endswith("@kept") == is_divided_by_groups
