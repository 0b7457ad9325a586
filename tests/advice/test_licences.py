"""The licence of what a candidate begins from is a part of its reason."""

from dataclasses import replace

from headstart.advice.licences import licensed
from headstart.families.floors import majority
from headstart.records import Candidate, FineTune, Scratch, Transfer
from headstart.weights import entry

OWN = replace(entry("minilm_l6.all_v2"), name="mine", licence="not stated")


def candidate(start, because="200 rows"):
    settings = majority.Settings()
    return Candidate(name="x", family="x", settings=settings, start=start, because=because)


def test_the_licence_of_a_checkpoint_of_the_catalogue_is_told():
    found = licensed(candidate(Transfer(checkpoints=("minilm_l6.all_v2",), part="embedding")))

    assert found.because == "200 rows; licence of `minilm_l6.all_v2`: Apache-2.0"


def test_who_states_none_is_to_be_asked():
    found = licensed(candidate(FineTune(checkpoints=("mine",))), [OWN])

    assert "whoever made `mine` states no licence" in found.because


def test_nothing_is_said_of_what_begins_from_nothing_or_from_a_run_of_ones_own():
    for start in (Scratch(), FineTune(checkpoints=("run-1",))):
        assert licensed(candidate(start), [OWN]) == candidate(start)
