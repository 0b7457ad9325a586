"""Companions are left out of our own processes while a library is imported, and only then."""

from __future__ import annotations

import sys

import pytest

from headstart.processes.libraries import OURS, lean, own_environment


@pytest.fixture
def without_graphviz(monkeypatch):
    monkeypatch.delitem(sys.modules, "graphviz", raising=False)


def test_companions_are_absent_inside_and_back_afterwards(monkeypatch, without_graphviz):
    monkeypatch.setenv(OURS, "1")

    with lean():
        assert sys.modules["graphviz"] is None
    assert "graphviz" not in sys.modules


def test_a_companion_that_is_wanted_or_there_already_stays(monkeypatch, without_graphviz):
    monkeypatch.setenv(OURS, "1")
    here = sys.modules[__name__]
    monkeypatch.setitem(sys.modules, "plotly", here)

    with lean("graphviz"):
        assert "graphviz" not in sys.modules
        assert sys.modules["plotly"] is here


def test_a_process_of_the_users_is_left_alone(monkeypatch, without_graphviz):
    monkeypatch.delenv(OURS, raising=False)

    with lean():
        assert "graphviz" not in sys.modules


def test_threads_of_our_processes_do_not_wait_awake_for_long(monkeypatch):
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)

    assert own_environment()["GOMP_SPINCOUNT"] == "1000"


@pytest.mark.parametrize("decision", [("GOMP_SPINCOUNT", "7"), ("OMP_WAIT_POLICY", "ACTIVE")])
def test_who_has_decided_how_threads_wait_is_heeded(monkeypatch, decision):
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.setenv(*decision)

    found = own_environment()

    assert found[decision[0]] == decision[1]
    assert found.get("GOMP_SPINCOUNT") in (None, "7")
