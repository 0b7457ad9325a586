"""What one trial has read of a standing encoder, the next ones take."""

from dataclasses import replace

import numpy as np
import pytest
from _texts import QUICK, TINY, fitted, rows

from headstart.features.embedding import Embedding
from headstart.features.kept_vectors import KeptVectors, keys_of
from headstart.records import FineTune, Scratch, Transfer

pytest.importorskip("torch")
pytest.importorskip("transformers")

PROBE, TUNE = Transfer(checkpoints=(TINY,), part="embedding"), FineTune(checkpoints=(TINY,))


def vectors(session):
    return session.vectors[TINY]


def chances(model):
    return model.predict(rows(20, seed=9)).values[0]


def test_the_second_trial_reads_only_what_is_new(encoder, tmp_path):
    _, first = fitted(PROBE, encoder, tmp_path / "a", data=rows(40), cache=tmp_path / "c")
    _, second = fitted(PROBE, encoder, tmp_path / "b", data=rows(60), cache=tmp_path / "c")
    _, third = fitted(TUNE, encoder, tmp_path / "d", data=rows(60), cache=tmp_path / "c")

    distinct = len(set(rows(40).values("note").to_pylist()))
    assert (vectors(first).taken, vectors(first).made) == (0, distinct)
    assert vectors(second).taken == 40
    assert 0 < vectors(second).made <= 20
    assert vectors(second).cpu_seconds > 0
    assert vectors(third).made == 0
    assert vectors(third).taken == 60 - 9  # what is held out is not asked for


def test_vectors_are_those_of_the_embedding_step(encoder, tmp_path):
    _, session = fitted(PROBE, encoder, tmp_path / "a", cache=tmp_path / "c")
    step = Embedding(checkpoint=TINY, layer=2, longest=64)
    kept, texts = KeptVectors(step.folder(tmp_path / "c")), rows().values("note").to_pylist()

    alone = replace(step, checkpoint=str(encoder)).apply(rows(), cores=1)

    assert vectors(session).made == len(kept)
    wanted = np.array(alone.values("note").to_pylist())
    np.testing.assert_allclose(kept.get(keys_of(texts)), wanted, atol=0.01)


@pytest.mark.parametrize("start", [PROBE, TUNE])
def test_taken_vectors_teach_the_same(encoder, comparer, tmp_path, start):
    for place in (encoder, comparer):
        plain, _ = fitted(start, place, tmp_path / "a")
        fitted(PROBE, place, tmp_path / "b", cache=tmp_path / place.name)
        taken, session = fitted(start, place, tmp_path / "d", cache=tmp_path / place.name)

        assert vectors(session).made == 0
        np.testing.assert_allclose(chances(taken), chances(plain), atol=0.02)


def test_a_head_answers_later_rows_by_the_vectors_that_the_run_has(encoder, tmp_path):
    model, session = fitted(PROBE, encoder, tmp_path / "a", cache=tmp_path / "c")
    new, mixed = rows(20, seed=9), rows(80)  # of these 60 were learned from
    made = vectors(session).made

    for data in (new, mixed):
        wanted = model.predict(data).values[0]
        np.testing.assert_allclose(model.predict_kept(data, session).values[0], wanted, atol=0.02)

    assert vectors(session).made <= made + 20 + 20
    made = vectors(session).made
    again = model.predict_kept(mixed, session).values[0]
    assert vectors(session).made == made
    np.testing.assert_array_equal(again, model.predict_kept(mixed, session).values[0])
    assert len(model.predict_kept(rows(0), session)) == 0


def test_what_has_moved_its_trunk_or_keeps_nothing_answers_by_no_vectors(encoder, tmp_path):
    tuned, _ = fitted(TUNE, encoder, tmp_path / "a", cache=tmp_path / "c")
    alone, _ = fitted(PROBE, encoder, tmp_path / "b")

    assert tuned.predict_kept is alone.predict_kept is None


def test_pairs_and_single_texts_are_not_mistaken_for_each_other(encoder, tmp_path):
    pairs = rows(60, reply=["wet"] * 60)

    fitted(PROBE, encoder, tmp_path / "a", cache=tmp_path / "c")
    first, one = fitted(PROBE, encoder, tmp_path / "b", data=pairs, cache=tmp_path / "c")
    again, two = fitted(PROBE, encoder, tmp_path / "d", data=pairs, cache=tmp_path / "c")

    assert vectors(one).taken == 0
    assert vectors(two).made == 0
    np.testing.assert_allclose(
        again.predict(pairs).values[0], first.predict(pairs).values[0], atol=1e-6
    )


def test_other_lengths_other_precision_and_random_weights_share_nothing(encoder, tmp_path):
    for number, (start, settings) in enumerate(
        [
            (PROBE, replace(QUICK, longest=8)),
            (PROBE, replace(QUICK, half=True)),
            (Scratch(checkpoints=(TINY,)), QUICK),
        ]
    ):
        folder, cache = tmp_path / str(number), tmp_path / "c"
        _, session = fitted(start, encoder, folder, settings=settings, cache=cache)

        assert session.vectors == {}
    assert not (tmp_path / "c").exists()


def test_a_clock_that_runs_out_keeps_what_was_read(encoder, tmp_path):
    model, session = fitted(
        PROBE, encoder, tmp_path / "a", data=rows(400), cache=tmp_path / "c", seconds=0.0
    )

    assert vectors(session).made == 64
    assert np.isfinite(chances(model)).all()
