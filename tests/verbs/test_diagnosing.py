"""What a finished run tells of what limits it."""

from headstart.records import Scratch, Trial
from headstart.verbs.diagnosing import _tunes


def trial(status, settings=()):
    return Trial(
        id="0000", candidate="xgboost", family="xgboost", start=Scratch(), status=status,
        settings=settings,
    )  # fmt: skip


def test_a_search_is_offered_where_the_last_trial_of_the_delivered_candidate_failed():
    member = {"family": "xgboost", "candidate": {"name": "xgboost", "start": {"kind": "Scratch"}}}
    done, cut = trial("finished", (("depth", 6),)), trial("failed", (("rounds", 100),))

    assert _tunes(member, [done, cut]) == "xgboost"
    assert _tunes(member, [cut]) == ""  # nobody knows what its defaults came to
