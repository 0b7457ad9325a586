"""Which encoders come before which families for tables."""

from dataclasses import replace

import pytest

from headstart.advice import rules
from headstart.advice.pairing import pairs
from headstart.records import ColumnFacts, Profile, Task, Transfer
from headstart.records.profile import PictureFacts
from headstart.testing.checkpoints import make_picture_encoder, make_text_encoder

pytest.importorskip("torch")

TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
SIZE = ColumnFacts(name="size", modality="number", role="input", missing=0, distinct=500)
NOTE = ColumnFacts(
    name="note", modality="text", role="input", missing=0, distinct=500, median_words=9.0
)
PHOTO = ColumnFacts(name="photo", modality="image", role="input", missing=0, distinct=500)


def profiled(*columns, rows=500):
    return Profile(source="x", rows=rows, columns=columns, task=TASK)


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    texts, pictures = (tmp_path_factory.mktemp(name) for name in ("texts", "pictures"))
    return str(make_text_encoder(texts)), str(make_picture_encoder(pictures))


def test_pictures_are_seen_by_an_encoder_before_every_usual_family(checkpoints):
    _, pictures = checkpoints

    found = pairs(TASK, profiled(PHOTO, SIZE), [pictures], [])

    assert [each.family for each in found] == ["lightgbm", "feedforward"]
    assert {each.start for each in found} == {Transfer(checkpoints=(pictures,))}
    assert f"the picture is seen by `{pictures}`" in found[0].because


def test_texts_and_pictures_of_one_row_have_an_encoder_each(checkpoints):
    texts, pictures = checkpoints

    found = pairs(TASK, profiled(NOTE, PHOTO, SIZE), [pictures, texts], ["lightgbm"])

    (candidate,) = found
    assert candidate.start == Transfer(checkpoints=(texts, pictures))
    assert candidate.name == f"lightgbm.on.{texts}+{pictures}"
    alone = pairs(TASK, profiled(NOTE, SIZE), [texts], ["lightgbm"])[0]
    assert candidate.estimate.seconds > alone.estimate.seconds


def test_a_table_without_media_has_no_pairs(checkpoints):
    assert pairs(TASK, profiled(SIZE), list(checkpoints), []) == []


def test_pretrained_eyes_promise_more_for_photographs_than_for_digits():
    photographs, digits = (
        profiled(
            replace(
                PHOTO,
                pictures=PictureFacts(width=side, height=side, grey=0.0, transparent=0.0),
            ),
            rows=5_000,
        )
        for side in (300.0, 28.0)
    )

    assert rules.promise("image_encoder", photographs) > rules.promise("cnn", photographs)
    assert rules.promise("image_encoder", digits) < rules.promise("cnn", digits)
    (said,) = rules.reasons("image_encoder", digits)
    assert "seldom photographs" in said.fact
