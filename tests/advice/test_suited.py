from __future__ import annotations

from dataclasses import replace

from headstart.advice.suited import suited
from headstart.families.floors import majority
from headstart.records import Candidate, Direct, FineTune, Transfer
from headstart.records.suitability import Similarity, Suitability

SETTINGS = majority.Settings()
TEXTS = {"a": "text", "b": "text", "c": "image"}


def _candidate(name, start=None):
    return Candidate(name=name, family=name.partition(".")[0], settings=SETTINGS, **_start(start))


def _start(start):
    return {} if start is None else {"start": start}


def _found(checkpoint, probe, neighbours=0.5, rows=400, similarity=None):
    layers = ({"linear_probe": 0.4, "neighbours": 0.4}, _scores(probe, neighbours))
    return Suitability(
        checkpoint=checkpoint, rows=rows, layer=1, layers=layers, similarity=similarity
    )


def _scores(probe, neighbours):
    return {"linear_probe": probe, "neighbours": neighbours}


TUNE_A = _candidate("text_encoder.a", FineTune(checkpoints=("a",)))
TUNE_B = _candidate("text_encoder.b", FineTune(checkpoints=("b",)))
BESIDE = _candidate("lightgbm")
ON_C = _candidate("lightgbm.on.c", Transfer(checkpoints=("c",)))


def _names(kept):
    return [each.name for each in kept]


def test_the_better_checkpoint_comes_first_and_others_keep_their_places():
    kept, refusals = suited([TUNE_A, BESIDE, TUNE_B], [_found("a", 0.80), _found("b", 0.82)], TEXTS)

    assert _names(kept) == ["text_encoder.b", "lightgbm", "text_encoder.a"]
    assert refusals == []


def test_a_checkpoint_that_is_behind_beyond_doubt_is_left_out_with_what_was_measured():
    kept, (refusal,) = suited([TUNE_A, TUNE_B], [_found("a", 0.6), _found("b", 0.9)], TEXTS)

    assert _names(kept) == ["text_encoder.b"]
    assert (refusal.family, refusal.start) == ("text_encoder", "FineTune")
    assert "`a` reach 0.60, those of `b` 0.90" in refusal.because


def test_a_checkpoint_whose_labels_a_person_mapped_is_not_judged_by_its_vectors():
    plain = _candidate("text_encoder.a", Direct(checkpoints=("a",)))
    meant = _candidate("text_encoder.a", Direct(checkpoints=("a",), labels=(("good", ("OK",)),)))

    kept, refusals = suited([TUNE_A, plain, meant], [_found("a", 0.6), _found("b", 0.9)], TEXTS)

    assert kept == [replace(meant, because=kept[0].because)]
    assert [each.start for each in refusals] == ["FineTune", "Direct"]


def test_few_rows_leave_doubt():
    found = [_found("a", 0.6, rows=20), _found("b", 0.8, rows=20)]

    assert suited([TUNE_A, TUNE_B], found, TEXTS)[1] == []


def test_checkpoints_of_different_modalities_are_not_compared():
    assert suited([TUNE_A, ON_C], [_found("a", 0.9), _found("c", 0.5)], TEXTS)[1] == []


def test_the_reason_says_what_was_measured():
    like = Similarity(measure="tokens per word", value=1.2, level="high")

    (told,), _ = suited([TUNE_A], [_found("a", 0.75, 0.7, similarity=like)], TEXTS)

    assert "on 400 labelled rows: frozen vectors of layer 1 of 1 give 0.75" in told.because
    assert "likeness to what it learned from: high (1.20 tokens per word)" in told.because


def test_without_probes_nothing_changes():
    assert suited([TUNE_A, BESIDE], [], TEXTS) == ([TUNE_A, BESIDE], [])
