"""A checkpoint answers by its own labels where a person says what they mean."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from _texts import HAPPY, TINY, fitted, rows

from headstart import weights
from headstart.errors import WeightsError
from headstart.families.neural import image_encoder, text_encoder
from headstart.profiling import profile
from headstart.records import Candidate, Column, Direct, Refusal, Table, Task
from headstart.session import Session
from headstart.testing.checkpoints import SIDE, make_picture_encoder, make_text_encoder

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
Image = pytest.importorskip("PIL.Image")

pytestmark = pytest.mark.xdist_group("torch")
STARS = ("NEGATIVE", "NEUTRAL", "POSITIVE", "MIXED")
MOODS = (("happy", ("POSITIVE",)), ("sad", ("NEGATIVE", "NEUTRAL")))
THINGS = ("cat", "dog", "rose")
LIVING = Task(
    kind="classification", targets=("y",), classes=(("animal", "rose"),), metric="accuracy"
)


@pytest.fixture(scope="module")
def rater(tmp_path_factory):
    """A folder with a classifier of texts whose labels are no moods."""
    return text_classifier(tmp_path_factory.mktemp("rater"), STARS)


@pytest.fixture(scope="module")
def unnamed(tmp_path_factory):
    """A folder with a classifier of texts whose outputs nobody named."""
    return text_classifier(tmp_path_factory.mktemp("unnamed"), ("LABEL_0", "LABEL_1", "LABEL_2"))


def text_classifier(folder, labels):
    make_text_encoder(folder, labels)
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**kind, "model_max_length": 64}))
    return folder


def pipelines_answers(place, texts):
    """Of each text label -> probability, as the source library's pipeline says them."""
    ask = transformers.pipeline("text-classification", model=str(place), top_k=None, device="cpu")
    return [{each["label"]: each["score"] for each in found} for found in ask(texts)]


def shared(answers, groups):
    """Sums over each group of labels, so that the groups share the whole."""
    sums = np.array([[sum(each[label] for label in group) for group in groups] for each in answers])
    return sums / sums.sum(axis=1, keepdims=True)


def direct(place, labels, *, name=TINY):
    """What is proposed or refused as `Direct` of this checkpoint under a mapping."""
    entry = replace(weights.at(name, place).entry, name=name)
    answers = text_encoder.propose_from(HAPPY, profile(rows(), HAPPY, source="x"), [entry], labels)
    named = [each for each in answers if isinstance(each, Candidate)]
    mine = [each for each in named if isinstance(each.start, Direct)]
    return mine + [each for each in answers if isinstance(each, Refusal) and each.start == "Direct"]


def test_mapped_labels_of_texts_answer_as_the_pipeline_does(rater, tmp_path):
    model, session = fitted(Direct(checkpoints=(TINY,), labels=MOODS), rater, tmp_path / "s")
    texts = ["dry and new", "heavy wet outside", "light", "left outside and wet"]
    wanted = shared(pipelines_answers(rater, texts), [("POSITIVE",), ("NEGATIVE", "NEUTRAL")])

    found = model.predict(rows(4, note=texts)).values[0]

    np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert np.ptp(found[:, 0]) > 0.01, "texts that get one answer would show nothing"
    assert session.rounds_done == 0


def test_outputs_that_nobody_named_are_mapped_by_their_number(unnamed, tmp_path):
    mapping = (("happy", ("2", "LABEL_0")), ("sad", ("LABEL_1",)))
    model, _ = fitted(Direct(checkpoints=(TINY,), labels=mapping), unnamed, tmp_path / "s")
    texts = ["dry and new", "heavy wet outside"]
    answers = pipelines_answers(unnamed, texts)

    found = model.predict(rows(2, note=texts)).values[0]

    wanted = shared(answers, [("LABEL_2", "LABEL_0"), ("LABEL_1",)])
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_a_mapped_model_survives_the_disk(rater, tmp_path):
    model, _ = fitted(Direct(checkpoints=(TINY,), labels=MOODS), rater, tmp_path / "s")
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")

    again = text_encoder.load(tmp_path / "model")

    np.testing.assert_array_equal(model.predict(rows()).values[0], again.predict(rows()).values[0])


def test_a_model_that_was_saved_with_one_output_a_class_is_still_read(labeller, tmp_path):
    model, _ = fitted(Direct(checkpoints=(TINY,)), labeller, tmp_path / "s")
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    path = tmp_path / "model" / "network.json"
    document = json.loads(path.read_text())
    assert document["places"] == [[1], [0]]
    path.write_text(json.dumps({**document, "places": [1, 0]}))

    again = text_encoder.load(tmp_path / "model")

    np.testing.assert_array_equal(model.predict(rows()).values[0], again.predict(rows()).values[0])


def test_mapped_labels_of_pictures_answer_as_their_library_does(tmp_path):
    (tmp_path / "labeller").mkdir()
    place = make_picture_encoder(tmp_path / "labeller", THINGS)
    data = pictures(tmp_path)
    start = Direct(checkpoints=(TINY,), labels=(("animal", ("cat", "dog")),))
    session = Session(seed=1, folder=tmp_path, rows=len(data), checkpoints={TINY: place})
    settings = image_encoder.Settings()
    candidate = Candidate(name="x", family="image_encoder", settings=settings, start=start)
    model = image_encoder.fit(candidate, LIVING, data, session)

    network = transformers.ResNetForImageClassification.from_pretrained(place).eval()
    seen = np.stack([np.asarray(Image.open(tmp_path / f"{n}.png")) for n in range(len(data))])
    units = (torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.25
    with torch.inference_mode():
        whole = network(units).logits.double().softmax(dim=1)
    wanted = torch.stack([whole[:, :2].sum(dim=1), whole[:, 2]], dim=1)

    np.testing.assert_allclose(model.predict(data).values[0], wanted, atol=1e-5)
    assert session.rounds_done == 0


def pictures(root):
    random = np.random.default_rng(0)
    for place in range(6):
        pixels = random.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(root / f"{place}.png")
    columns = (
        Column(name="photo", modality="image"),
        Column(name="y", modality="category", role="target"),
    )
    names, answers = [f"{place}.png" for place in range(6)], ["animal", "rose"] * 3
    arrow = pa.table({"photo": names, "y": answers})
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(6), media_root=root)


def test_the_candidate_holds_the_mapping_and_says_whose_it_is(rater):
    (candidate,) = direct(rater, MOODS)

    assert candidate.start == Direct(checkpoints=(TINY,), labels=MOODS)
    assert "mapped by you: `happy` = `POSITIVE`, `sad` = `NEGATIVE` + `NEUTRAL`" in (
        candidate.because
    )


def test_without_a_mapping_the_refusal_says_how_to_give_one(rater):
    (refusal,) = direct(rater, ())

    assert "--label CLASS=LABEL says what its labels mean: `NEGATIVE`, `NEUTRAL`" in refusal.because


def test_a_class_without_a_label_refuses_the_start(rater):
    (refusal,) = direct(rater, MOODS[:1])

    assert "no label of `tiny` is called like the class `sad`" in refusal.because


def test_a_mapping_leaves_checkpoints_alone_that_have_other_labels(comparer, labeller):
    (by_class_name,) = direct(comparer, MOODS)
    (by_own_labels,) = direct(labeller, MOODS)

    assert by_class_name.start == by_own_labels.start == Direct(checkpoints=(TINY,))


def test_the_checkpoint_that_has_the_labels_is_tried_beside_smaller_ones(rater, encoder):
    first = weights.at(TINY, encoder).entry
    others = [replace(first, name=name, parameters=1) for name in ("a", "b")]
    meant = replace(weights.at(TINY, rater).entry, name="meant")
    facts = profile(rows(), HAPPY, source="x")

    def tried(labels):
        answers = text_encoder.propose_from(HAPPY, facts, [meant, *others], labels)
        named = [each for each in answers if isinstance(each, Candidate)]
        return {name for each in named for name in each.start.checkpoints}

    assert tried(()) == {"a", "b"}
    assert tried(MOODS) == {"a", "b", "meant"}


def test_a_start_whose_labels_the_checkpoint_has_not_is_no_silent_other_one(comparer, tmp_path):
    with pytest.raises(WeightsError, match="has no labels of its own"):
        fitted(Direct(checkpoints=(TINY,), labels=MOODS), comparer, tmp_path / "s")
