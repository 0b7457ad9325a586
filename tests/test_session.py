"""One loop carries the clock, the allowance, interruption and resume for every paradigm."""

import math

import pytest

from headstart.session import Diverged, Session


class Clock:
    """Time that passes only when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def session(folder, clock=None, **options):
    extra = {"clock": clock} if clock else {}
    return Session(**{"seed": 0, "folder": folder, "rows": 500, **options, **extra})


def note(folder):
    (folder / "state").write_text("kept")


def test_without_limits_every_round_is_done(tmp_path):
    assert list(session(tmp_path).rounds(3)) == [0, 1, 2]


@pytest.mark.parametrize(("work", "done"), [(0.0, 1), (0.5, 1), (0.9, 1), (1.0, 2), (1.4, 2)])
def test_work_is_never_overspent_but_one_round_is_always_done(work, done, tmp_path):
    alive = session(tmp_path, work=work)

    assert len(list(alive.rounds(100))) == done
    assert alive.stopped_by == "work"
    assert alive.spent == pytest.approx(done * 0.5)


def test_a_round_that_passes_the_rows_twice_costs_twice(tmp_path):
    alive = session(tmp_path, work=2.0)

    assert len(list(alive.rounds(100, passes=2.0))) == 2


def test_a_round_that_would_not_end_in_time_is_not_begun(tmp_path, clock):
    alive = session(tmp_path, clock, seconds=10.0)

    for _ in alive.rounds(100):
        clock.now += 4.0

    assert alive.rounds_done == 2
    assert alive.stopped_by == "time"


def test_what_came_before_the_first_round_is_not_taken_for_a_round(tmp_path, clock):
    alive = session(tmp_path, clock, seconds=10.0)
    clock.now += 6.0  # a library was imported

    for _ in alive.rounds(100):
        clock.now += 1.0

    assert alive.rounds_done == 4


def test_what_a_library_does_before_its_loop_is_no_round_either(tmp_path, clock):
    alive = session(tmp_path, clock, seconds=10.0)
    clock.now += 6.0  # columns were sorted into bins
    asked = []

    while not asked or asked[-1]:
        clock.now += 1.0
        asked.append(alive.go_on())

    assert (len(asked), alive.stopped_by) == (4, "time")


def test_an_expired_clock_allows_one_round(tmp_path):
    assert list(session(tmp_path, seconds=0.0).rounds(100)) == [0]


def test_an_interruption_ends_the_loop_between_rounds(tmp_path):
    alive = session(tmp_path, interrupted=lambda: True)

    assert list(alive.rounds(100)) == [0]
    assert alive.stopped_by == "interruption"


def test_a_library_that_owns_its_loop_asks_the_same_question(tmp_path):
    alive = session(tmp_path, work=1.0)

    assert [alive.go_on(), alive.go_on()] == [True, False]
    assert (alive.rounds_done, alive.stopped_by) == (2, "work")


def test_steps_in_a_world_are_a_thousandth_of_a_unit(tmp_path):
    alive = session(tmp_path, rows=0, work=2.0)

    alive.spend(0.5)

    assert alive.allowance == pytest.approx(1500)
    assert session(tmp_path).allowance == math.inf


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_ends_the_trial(loss, tmp_path):
    with pytest.raises(Diverged, match=r"the loss became .* in round 1"):
        session(tmp_path).report(loss)


def test_reports_are_watched(tmp_path):
    seen = []
    alive = session(tmp_path, watch=lambda rounds, loss: seen.append((rounds, loss)))

    for _ in alive.rounds(2):
        alive.report(0.5)

    assert seen == [(0, 0.5), (1, 0.5)]
    assert alive.losses == [0.5, 0.5]


def test_state_is_kept_every_half_minute(tmp_path, clock):
    alive = session(tmp_path, clock)
    kept = []

    for _ in alive.rounds(7, keep=lambda folder: kept.append(note(folder))):
        clock.now += 10.0

    assert len(kept) == 2
    assert (alive.kept / "state").read_text() == "kept"


def test_after_a_kill_the_count_goes_on(tmp_path, clock):
    killed = session(tmp_path, clock)
    for _ in killed.rounds(10, keep=note):
        clock.now += 16.0
        if killed.rounds_done == 5:
            break

    again = session(tmp_path, clock)

    assert again.rounds_done == 4  # two rounds make half a minute, so four were kept
    assert again.spent == pytest.approx(2.0)
    assert list(again.rounds(10, keep=note)) == [4, 5, 6, 7, 8, 9]


def test_a_family_that_keeps_nothing_starts_over(tmp_path, clock):
    first = session(tmp_path, clock)
    for _ in first.rounds(3):
        clock.now += 40.0

    assert first.kept is None
    assert list(session(tmp_path, clock).rounds(3)) == [0, 1, 2]


def test_a_carried_state_is_kept_at_the_end(tmp_path):
    first = session(tmp_path, work=1.0, carry=True)
    list(first.rounds(100, keep=note))

    second = session(tmp_path, work=2.0, carry=True)

    assert list(second.rounds(100, keep=note)) == [2, 3]


def test_a_state_carried_elsewhere_leaves_the_trial_as_it_would_be_done_again(tmp_path, clock):
    def trial():
        return session(tmp_path / "trial", clock, work=2.0, carry_to=tmp_path / "next" / "kept")

    for _ in trial().rounds(100, keep=note):
        clock.now += 16.0
    done = list(trial().rounds(100, keep=note))

    assert done == [2, 3]
    assert list(session(tmp_path / "next", work=3.0).rounds(100, keep=note)) == [4, 5]


def test_one_round_is_done_even_when_all_were_kept(tmp_path):
    list(session(tmp_path, carry=True).rounds(3, keep=note))

    assert list(session(tmp_path, carry=True).rounds(3, keep=note)) == [2]
