from headstart.evaluation import by_labels
from headstart.records import Crossover, FineTune, Scratch, Standing, Verdict


def standing(candidate, family="net", start=None):
    start = start or FineTune(checkpoints=("m",))
    return Standing(candidate=candidate, family=family, start=start, score=0.9, interval=(0.8, 1.0))


def crossing(below, above, labels=None):
    interval = None if labels is None else (labels / 2, labels * 2)
    return Crossover(
        between=(below, above)
        if below != above
        else (below, "FineTune" if below == "Transfer" else "Scratch"),
        because="",
        labels=labels,
        interval=interval,
        below=below,
        above=above,
    )


def verdict(winner, *crossovers, beside=()):
    floor = standing("linear", "linear", Scratch())
    return Verdict(
        winner=winner,
        confidence="clear",
        tied=(),
        floor=floor,
        metric="accuracy",
        direction="up",
        deep_worth_it=True,
        probability_best=0.95,
        region=0.0,
        because="",
        crossovers=crossovers,
        floor_crossovers=beside,
    )


TUNED = standing("encoder.tune")


def test_who_takes_over_with_fewer_and_with_more_labels_is_said():
    decided = verdict(
        TUNED, crossing("Transfer", "FineTune", 200), crossing("FineTune", "Scratch", 9000)
    )

    assert by_labels(decided, 800) == (
        "At your 800 labels start from FineTune (`encoder.tune`); "
        "below about 200 labels `Transfer` does better (80 % between 100 and 400); "
        "above about 9,000 labels `Scratch` would do better (80 % between 4,500 and 18,000)."
    )


def test_the_first_that_takes_over_counts():
    decided = verdict(
        TUNED, crossing("Direct", "FineTune", 100), crossing("Transfer", "FineTune", 300)
    )

    assert "below about 300 labels `Transfer`" in by_labels(decided, 800)
    assert "Direct" not in by_labels(decided, 800)


def test_the_floor_may_be_what_takes_over():
    decided = verdict(TUNED, beside=(crossing("linear", "FineTune", 150),))

    assert "below about 150 labels `linear` does better" in by_labels(decided, 800)


def test_a_floor_that_wins_is_enough():
    decided = verdict(
        standing("linear", "linear", Scratch()), beside=(crossing("linear", "FineTune", 4000),)
    )

    assert by_labels(decided, 800).startswith(
        "At your 800 labels the floor `linear` is enough; "
        "above about 4,000 labels `FineTune` would do better"
    )


def test_a_start_that_stays_ahead_of_all_others_is_said_to():
    decided = verdict(TUNED, crossing("FineTune", "FineTune"))

    assert by_labels(decided, 800).endswith("no other start was better with fewer of them.")


def test_nothing_is_said_where_nothing_is_known():
    unknown = Crossover(between=("FineTune", "Scratch"), because="cannot tell: chance")

    assert by_labels(verdict(TUNED, unknown), 800) == ""
    assert by_labels(verdict(TUNED), 800) == ""
    assert by_labels(verdict(TUNED, crossing("FineTune", "FineTune"), unknown), 800) == ""


def test_a_crossing_that_speaks_against_the_winner_is_not_called_advice():
    against = crossing("FineTune", "Scratch", 300)
    behind = crossing("Transfer", "Transfer")

    assert by_labels(verdict(TUNED, against), 800) == ""
    assert by_labels(verdict(TUNED, crossing("Direct", "FineTune", 90), against), 800) == ""
    assert by_labels(verdict(TUNED, behind), 800) == ""


def test_a_blend_has_no_start_to_speak_of():
    blend = standing("blend", "blend", Scratch())

    assert by_labels(verdict(blend, crossing("Transfer", "Scratch", 300)), 800) == ""
