import numpy as np

from headstart.evaluation import climbs
from headstart.records import Direct, FineTune, Scratch, Transfer, Trial

TUNED, FROZEN = FineTune(checkpoints=("m",)), Transfer(checkpoints=("m",))


def trial(candidate, start, rows, draw, score, loss=None, *, family="net", number=None):
    return Trial(
        id=f"{candidate}-{rows}-{draw}" if number is None else number,
        candidate=candidate,
        family=family,
        start=start,
        status="finished",
        rows=rows,
        draw=draw,
        score=score,
        loss=1 - score if loss is None else loss,
    )


FLOOR = [trial("linear", Scratch(), rows, 0, 0.6, family="linear") for rows in (64, 192)]


def climbed(*trials, **options):
    found = climbs([*trials, *FLOOR], floors={"linear"}, floor="linear", **options)
    return {each.name: each for each in found}


def test_each_start_has_its_best_candidate_on_each_rung_and_the_floor_stands_last():
    found = climbed(
        trial("a", TUNED, 64, 0, 0.70),
        trial("b", TUNED, 64, 0, 0.75),
        trial("a", TUNED, 192, 0, 0.90),
        trial("b", TUNED, 192, 0, 0.80),
        trial("c", Scratch(), 192, 0, 0.50),
    )

    assert list(found) == ["FineTune", "Scratch", "linear"]
    assert [(each.rows, each.candidate) for each in found["FineTune"].rungs] == [
        (64, "b"),
        (192, "a"),
    ]
    assert [each.rows for each in found["Scratch"].rungs] == [192]
    assert found["linear"].is_floor


def test_the_loss_chooses_not_the_score_that_is_shown():
    found = climbed(
        trial("lucky", TUNED, 64, 0, 0.90, loss=0.8), trial("good", TUNED, 64, 0, 0.80, loss=0.4)
    )

    assert found["FineTune"].rungs[0].candidate == "good"
    assert found["FineTune"].rungs[0].scores == {0: 0.80}


def test_a_draw_does_not_choose_the_candidate_that_it_scores():
    luck = {"a": (0.9, 0.5, 0.5), "b": (0.5, 0.95, 0.6)}
    found = climbed(
        *[
            trial(name, TUNED, 64, draw, score)
            for name, scores in luck.items()
            for draw, score in enumerate(scores)
        ]
    )

    (rung,) = found["FineTune"].rungs
    # Draw 0 is a's luck: the other two choose b there. Draw 1 is b's: the others choose a.
    assert rung.candidate == "b"
    assert rung.scores == {0: 0.5, 1: 0.5, 2: 0.6}


def test_who_was_tried_again_stands_for_the_rung():
    found = climbed(
        trial("once", FROZEN, 64, 0, 0.95),
        *[trial("often", FROZEN, 64, draw, 0.80) for draw in range(3)],
    )

    assert found["Transfer"].rungs[0].candidate == "often"


def test_what_learns_nothing_is_level_over_all_rungs_with_the_draws_of_all():
    asked = Direct(checkpoints=("m",))
    found = climbed(
        *[trial("ask", asked, 64, draw, 0.7 + draw / 100) for draw in range(3)],
        trial("ask", asked, 192, 0, 0.7),
    )

    climb = found["Direct"]
    assert not climb.learns
    assert [each.rows for each in climb.rungs] == [64, 192]
    assert climb.rungs[1].scores == {0: 0.7, 1: 0.71, 2: 0.72}


def test_a_start_that_only_floors_took_has_the_best_floors_climb_and_says_so():
    found = climbed(trial("a", FROZEN, 64, 0, 0.7))

    assert found["Scratch"].remark == "only floors were tried as `Scratch`"
    assert found["Scratch"].rungs[0].candidate == "linear"
    assert not found["Transfer"].remark


def test_what_is_no_comparison_takes_no_part():
    blend = Trial(
        id="9",
        candidate="blend",
        family="blend",
        start=Scratch(),
        status="finished",
        rows=64,
        draw=0,
    )
    refit = trial("a", TUNED, 256, None, 0.99)
    failed = Trial(
        id="8", candidate="a", family="net", start=TUNED, status="failed", rows=64, draw=0
    )

    found = climbed(trial("a", TUNED, 64, 0, 0.7), blend, refit, failed)

    assert [each.rows for each in found["FineTune"].rungs] == [64]
    assert found["Scratch"].remark


def test_cut_trials_and_samples_stay_with_their_rung():
    asked = []

    def samples(one):
        asked.append(one.id)
        return np.array([one.score])

    found = climbed(
        trial("a", TUNED, 64, 0, 0.7, number="0007"),
        trial("a", TUNED, 64, 1, 0.8),
        cut={"0007"},
        samples=samples,
    )

    (rung,) = found["FineTune"].rungs
    assert rung.is_cut
    assert rung.samples.tolist() == [0.7]
    assert "a-64-1" not in asked
