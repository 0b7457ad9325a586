from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace

import pytest

from headstart.reporting.layout import Paint, paint_for
from headstart.reporting.live import Live


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def stream():
    return io.StringIO()


def watch(live, classes):
    live.profiled(classes.profile)
    live.advised(SimpleNamespace(candidates=classes.candidates, refusals=classes.refusals))
    live.began(classes.candidates[0], 968, 0)
    live.progressed(10, 0.41)
    live.finished(classes.trials[-2])
    live.finished(classes.trials[-1])
    live.judged(classes)


def test_in_a_pipe_only_the_warnings_are_written(stream, classes):
    watch(Live(stream, width=100), classes)

    text = stream.getvalue()

    assert [line[:20] for line in text.splitlines() if not line.startswith(" ")] == [
        "headstart: warning: ",
        "headstart: warning: ",
    ]
    assert "\r" not in text
    assert "\x1b" not in text


def test_notes_on_the_reading_are_no_warnings_and_stand_in_the_header_alone(stream, classes):
    noted = replace(classes.profile, notes=("a comma is the decimal mark",))
    piped, terminal = Live(io.StringIO(), width=100), Live(stream, width=100, in_place=True)

    piped.profiled(noted)
    terminal.profiled(noted)

    assert "comma" not in piped._stream.getvalue()
    assert stream.getvalue().count("note: a comma is the decimal mark") == 1


def test_a_silent_watch_writes_nothing(stream, classes):
    watch(Live(stream, width=100, silent=True), classes)

    assert stream.getvalue() == ""


def test_in_a_terminal_each_trial_leaves_one_line(stream, classes):
    watch(Live(stream, width=100, in_place=True), classes)

    text = stream.getvalue()
    lines = [line.rpartition("\r")[2] for line in text.splitlines()]

    assert any("lightgbm" in x and "968 rows" in x and "accuracy 0.841" in x for x in lines)
    assert any("failed: it needed more than 2,900 MB" in line for line in lines)
    assert "\x1b" not in text


def test_a_refit_has_no_score_and_says_so(stream, classes):
    live = Live(stream, width=100, in_place=True)

    live.finished(replace(classes.trials[0], score=None, draw=None, seconds=3.0))

    assert stream.getvalue().rstrip().endswith("trained for good   3.0 s")


def test_the_live_line_is_rewritten_at_most_ten_times_a_second(stream, classes):
    clock = Clock()
    live = Live(stream, width=100, in_place=True, clock=clock)

    live.began(classes.candidates[0], 968, None)
    for rounds in range(100):
        clock.now += 0.01
        live.progressed(rounds, 0.5)

    assert "968 rows · refit" in stream.getvalue()
    assert 8 <= stream.getvalue().count("round") <= 11


def test_a_colour_terminal_clears_the_line_by_its_own_code(stream, classes):
    live = Live(stream, width=100, in_place=True, paint=Paint(enabled=True))

    live.began(classes.candidates[0], 968, 0)
    live.finished(classes.trials[-2])

    assert "\r\x1b[K" in stream.getvalue()


def test_no_color_and_pipes_turn_colour_off(monkeypatch, stream):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert paint_for(terminal).enabled
    assert not paint_for(stream).enabled
    monkeypatch.setenv("NO_COLOR", "1")
    assert not paint_for(terminal).enabled
