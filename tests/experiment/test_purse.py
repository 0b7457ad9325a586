from headstart.experiment.purse import Purse
from headstart.records import Budget, Scratch, Trial


def trial(work: float) -> Trial:
    return Trial(
        id="0001",
        candidate="linear",
        family="linear",
        start=Scratch(),
        status="finished",
        work=work,
        seconds=3.0,
    )


def test_seconds_pass_by_themselves():
    now = [100.0]
    purse = Purse(Budget(seconds=60), began=90.0, now=lambda: now[0])

    before = purse.left()
    now[0] += 5

    assert purse.left() == before - 5
    assert purse.price(trial(work=7)) == 3.0


def test_work_units_are_paid_by_trials_and_read_no_clock():
    def forbidden() -> float:
        raise AssertionError("a budget of steps read the clock")

    purse = Purse(Budget(steps=100), began=0.0, spent=10, now=forbidden)
    purse.pay(trial(work=7))

    assert purse.left() == 83
    assert purse.limits(5.0) == {"seconds": None, "work": 5.0}


def test_a_job_is_never_allowed_to_outlive_the_budget():
    purse = Purse(Budget(seconds=60), began=0.0, now=lambda: 50.0)

    limits = purse.limits(30.0)

    assert limits["no_later_than"] <= 10.0
