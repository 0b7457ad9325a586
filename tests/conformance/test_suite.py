"""A check that cannot fail is no check: for each, a family that breaks its claim."""

import pickle
import random
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from headstart.families.floors import majority
from headstart.families.floors.majority import CARD, Constant
from headstart.records import Candidate, Numbers, Probabilities, Refusal
from headstart.testing import Broken, Subject, checks, examine

CHECKS = {check.__name__: check for check in checks()}


def family(name="majority", **changes):
    """The floor, with something changed."""
    module = ModuleType(name)
    vars(module).update({**vars(majority), **changes})
    return module


def broken(check, name="majority", **changes):
    """What is said when a changed floor is examined."""
    with pytest.raises(Broken) as said:
        examine(CHECKS[check], Subject(name, family(name, **changes)))
    return str(said.value)


def fitting(change):
    """A `fit` that does something first, and the right thing then."""

    def fit(candidate, task, data, session):
        change(data, session)
        return majority.fit(candidate, task, data, session)

    return fit


def answering(change):
    """A `fit` whose model changes its answer."""

    @dataclass(frozen=True, eq=False)
    class Changed:
        model: Constant

        def predict(self, data):
            return change(self.model.predict(data))

        def save(self, folder):
            self.model.save(folder)

    return lambda candidate, task, data, session: Changed(
        majority.fit(candidate, task, data, session)
    )


def each(answer, change):
    if isinstance(answer, Probabilities):
        return Probabilities(values=tuple(change(values) for values in answer.values))
    return Numbers(values=change(answer.values))


def test_the_unchanged_floor_holds_every_promise_here():
    subject = Subject("majority", family())

    outcomes = {name: examine(check, subject) for name, check in CHECKS.items()}

    assert set(outcomes.values()) == {"holds", "unconcerned"}


@pytest.mark.parametrize(
    ("check", "change", "said"),
    [
        ("check_card_names_the_family", {"name": "other"}, "the card says `other`"),
        ("check_card_summary_fits_a_line", {"summary": "a\nb"}, "not one line"),
        ("check_card_says_what_it_takes", {"kinds": ("sorting",)}, "unknown kinds"),
        ("check_card_has_an_answer_for_every_start", {"no_start": ()}, "starts made or refused"),
        ("check_card_names_declared_extras", {"extras": ("moon",)}, "undeclared extras: {'moon'}"),
        ("check_card_gives_references", {"references": ()}, "no reference"),
        ("check_card_says_when_not_to_use_it", {"when_not": ""}, "when not to use it"),
        ("check_card_excuses_have_reasons", {"excused": (("check_x", "?"),)}, "which is no check"),
    ],
)
def test_a_card_that_misleads_is_found(check, change, said):
    assert said in broken(check, CARD=replace(CARD, **change))


def test_an_excuse_that_is_no_longer_needed_is_found():
    card = replace(CARD, excused=(("check_empty_in_empty_out", "it was once so"),))

    assert "no longer needs its excuse" in broken("check_empty_in_empty_out", CARD=card)


def test_an_excuse_that_is_needed_is_heard():
    card = replace(CARD, summary="", excused=(("check_card_summary_fits_a_line", "it is shy"),))

    outcome = examine(
        CHECKS["check_card_summary_fits_a_line"], Subject("majority", family(CARD=card))
    )

    assert outcome == "excused"


def test_another_shape_is_found():
    @dataclass
    class Loose:
        pass

    @dataclass(frozen=True)
    class Silent:
        depth: int = 3

    def load(path):
        return majority.load(path)

    assert "takes ['path']" in broken("check_parameters_have_the_protocol_names", load=load)
    assert "can be changed" in broken("check_settings_are_frozen_with_defaults", Settings=Loose)
    assert "says nothing" in broken("check_settings_explain_themselves", Settings=Silent)


def test_proposals_that_mislead_are_found():
    count = iter(range(1000))

    def restless(task, profile):
        return [Candidate(name=f"{next(count)}", family="majority", settings=majority.Settings())]

    def silent(task, profile):
        return Refusal(family="majority", because="")

    assert "not refused" in broken("check_propose_refuses_other_kinds", propose=proposing())
    assert "was refused" in broken("check_propose_answers_each_kind_of_its_card", propose=silent)
    assert "differ" in broken("check_same_question_same_candidates", propose=restless)
    assert "no reason" in broken("check_candidates_are_well_formed", propose=restless)


def proposing(**changes):
    candidate = Candidate(name="majority", family="majority", settings=majority.Settings())
    return lambda task, profile: [replace(candidate, because="it is there", **changes)]


def test_a_family_that_learns_nothing_is_found():
    assert "the floor's" in broken("check_learning_beats_the_floor", name="constant")


def test_a_curve_that_rises_is_found():
    rising = fitting(lambda data, session: session.report(0.0))

    assert "reported 0 first" in broken("check_reported_loss_falls", fit=rising)


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("check_same_seed_same_predictions", lambda v: v + random.random()),
        ("check_row_order_changes_nothing", lambda v: v + np.arange(len(v))[:, None]),
        ("check_one_row_equals_that_row_of_a_batch", lambda v: v * len(v)),
        ("check_empty_in_empty_out", lambda v: v if len(v) else np.zeros(0)),
        ("check_answers_have_the_promised_form", lambda v: v * 2),
        ("check_answers_have_the_promised_form", lambda v: v.astype(np.float32)),
        ("check_answers_have_the_promised_form", lambda v: v * np.nan),
        ("check_expired_clock_leaves_a_usable_model", lambda v: v[:, :1]),
        ("check_two_threads_predict_as_one", lambda v: v + random.random()),
        ("check_global_random_states_stay_untouched", lambda v: v + 0 * random.random()),
        ("check_saved_model_answers_alike_in_a_fresh_process", lambda v: v[::-1] * 0.5),
    ],
)
def test_answers_that_cannot_be_relied_on_are_found(check, change):
    assert broken(check, fit=answering(lambda answer: each(answer, change)))


def test_bounds_that_cross_the_answer_are_found():
    def crossing(answer):
        if isinstance(answer, Probabilities):
            return answer
        return replace(answer, lower=answer.values + 1, upper=answer.values + 2)

    assert "cross" in broken("check_intervals_enclose_the_answer", fit=answering(crossing))


@pytest.mark.parametrize(
    ("check", "change", "said"),
    [
        ("check_nothing_is_printed", lambda data, session: print("epoch 1"), "epoch 1"),
        (
            "check_nothing_is_written_elsewhere",
            lambda data, session: Path("log.txt").write_text("1"),
            "log.txt",
        ),
        (
            "check_global_random_states_stay_untouched",
            lambda data, session: np.random.random(),
            "numpy.random",
        ),
        (
            "check_data_stay_unchanged",
            lambda data, session: np.add(data.row_ids, 1, out=data.row_ids),
            "row numbers changed",
        ),
        (
            "check_rounds_end_within_one_round",
            lambda data, session: [session.go_on() for _ in range(5)],
            "rounds were done",
        ),
        (
            "check_work_is_spent_within_one_round",
            lambda data, session: [session.go_on() for _ in range(99)],
            "were spent",
        ),
    ],
)
def test_a_fit_that_touches_what_is_not_its_own_is_found(check, change, said, fresh_lessons):
    assert said in broken(check, fit=fitting(change))


@pytest.fixture
def fresh_lessons():
    """Lessons that a family has changed are made anew."""
    from headstart.testing.tables import lesson

    lesson.cache_clear()
    yield
    lesson.cache_clear()


def test_a_silent_fit_is_found(monkeypatch):
    def silent(candidate, task, data, session):
        monkeypatch.setattr(session, "report", lambda loss: None)
        return majority.fit(candidate, task, data, session)

    assert "no loss was reported" in broken("check_at_least_one_report", fit=silent)


def test_a_pickle_is_found_whatever_its_name(monkeypatch):
    def save(self, folder):
        (folder / "weights.json").write_bytes(pickle.dumps(self.answers))

    monkeypatch.setattr(Constant, "save", save)

    assert "weights.json" in broken("check_model_folder_holds_no_pickle")


def test_a_folder_taken_for_a_model_is_found():
    assert "was loaded" in broken("check_wrong_folder_is_refused_in_words", load=lambda folder: 0)


def test_a_foreign_traceback_on_rough_data_is_found():
    def fit(candidate, task, data, session):
        return majority.fit(candidate, task, data, session) if len(data) > 1 else 1 / 0

    with pytest.raises(ZeroDivisionError):
        examine(CHECKS["check_one_row_is_taken"], Subject("majority", family(fit=fit)))


def test_a_warning_is_an_error():
    import warnings

    fit = fitting(lambda data, session: warnings.warn("take care"))

    with pytest.raises(UserWarning, match="take care"):
        examine(CHECKS["check_at_least_one_report"], Subject("majority", family(fit=fit)))


SAID = {
    "learning_rule": "counting",
    "parameters": 2,
    "layers": [{"name": "a", "kind": "constant", "parameters": 2, "output": (2,)}],
    "ensembles": [{"target": "a", "trees": 2, "depth": 1, "leaves": 4}],
}


@pytest.mark.parametrize(
    ("check", "change", "said"),
    [
        ("check_description_says_how_it_learned", {"learning_rule": ""}, "not a line"),
        ("check_description_says_how_it_learned", {"nonlinearities": [1]}, "not names"),
        ("check_described_layers_add_up", {"parameters": 3}, "3 parameters are stated"),
        ("check_described_layers_add_up", {"layers": [{"name": "a"}]}, "has the fields {'name'}"),
        ("check_described_trees_can_be", {"ensembles": [{"trees": 1}]}, "has the fields"),
    ],
)
def test_a_description_that_misleads_is_found(monkeypatch, check, change, said):
    monkeypatch.setattr(Constant, "describe", lambda self: {**SAID, **change})

    assert said in broken(check)


def test_trees_with_too_many_leaves_are_found(monkeypatch):
    trees = [{"target": "a", "trees": 1, "depth": 2, "leaves": 5}]
    monkeypatch.setattr(Constant, "describe", lambda self: {**SAID, "ensembles": trees})

    assert "1 trees of depth 2 have 5 leaves" in broken("check_described_trees_can_be")


def test_a_description_that_the_disk_changes_is_found(monkeypatch):
    count = iter(range(100))
    monkeypatch.setattr(Constant, "describe", lambda self: {**SAID, "settings": next(count)})

    assert "after loading, ['settings'] differ" in broken("check_description_survives_the_disk")


def test_a_description_that_changes_the_model_is_found(monkeypatch):
    def describe(self):
        self.answers[0][:] = self.answers[0][::-1].copy()
        return SAID

    monkeypatch.setattr(Constant, "describe", describe)

    assert "after describing, answers differ" in broken("check_describing_changes_nothing")


def test_a_model_that_says_nothing_is_not_concerned(monkeypatch):
    monkeypatch.delattr(Constant, "describe")

    for name in CHECKS:
        if "descri" in name:
            assert examine(CHECKS[name], Subject("majority", family())) == "unconcerned"
