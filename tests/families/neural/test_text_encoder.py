"""Each start does what its name says; tiny checkpoints are made here."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from _texts import FEW, HAPPY, QUICK, TINY, fitted, rows

from headstart import weights
from headstart.errors import WeightsError
from headstart.families.neural import text_encoder
from headstart.families.neural.text_encoder import Settings
from headstart.features.targets import class_indices
from headstart.profiling import profile
from headstart.records import (
    Candidate,
    Column,
    Direct,
    FineTune,
    Refusal,
    Scratch,
    Table,
    Task,
    Transfer,
)

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.families.neural._contrast import pair_losses  # noqa: E402
from headstart.networks.pretrained import Pretrained  # noqa: E402


def entry(folder, **changes):
    found = weights.at("tiny", folder)
    return replace(found.entry, name="tiny", **changes)


def trunk(model):
    return {name: value.clone() for name, value in model.network.trunk.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


# Direct


def test_a_checkpoint_with_the_right_labels_answers_as_the_pipeline_does(labeller, tmp_path):
    from transformers import pipeline

    model, session = fitted(Direct(checkpoints=(TINY,)), labeller, tmp_path / "s")
    texts = ["dry and new", "heavy wet outside", "left " * 100, "new 🎉 дом"]
    ours = model.predict(rows(4, note=texts)).values[0]

    ask = pipeline("text-classification", model=str(labeller), top_k=None, device="cpu")
    theirs = [
        {each["label"]: each["score"] for each in found} for found in ask(texts, truncation=True)
    ]
    wanted = np.array([[each["Happy"], each["SAD"]] for each in theirs])
    np.testing.assert_allclose(ours, wanted, atol=1e-5)
    assert session.rounds_done == 0


def test_a_direct_start_changes_no_weight(labeller, comparer, tmp_path):
    task = replace(HAPPY, classes=(("dry", "heavy wet"),))
    for place, asked in ((labeller, HAPPY), (comparer, task)):
        model, session = fitted(Direct(checkpoints=(TINY,)), place, tmp_path / "s", task=asked)
        theirs = weights.state(weights.need(str(place)))
        ours = model.network.network.state_dict()

        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
        assert model.receipt.coverage == 1.0
        assert session.rounds_done == 0


def test_an_embedding_checkpoint_tells_the_nearest_class_name(comparer, tmp_path):
    task = replace(HAPPY, classes=(("light_and_dry", "heavy wet"),))

    model, _ = fitted(Direct(checkpoints=(TINY,)), comparer, tmp_path / "s", task=task)
    texts = ["light and dry", "heavy wet", ""]
    values = model.predict(rows(3, note=texts)).values[0]

    assert values.argmax(axis=1)[:2].tolist() == [0, 1]
    np.testing.assert_allclose(values.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (("0", "1"), "the class name `0` says nothing"),
        (("yes", "no"), "the class name `yes` says nothing"),
        (("great", "other"), "the class name `other` says nothing"),
        (("A", "B"), "the class name `A` says nothing"),
    ],
)
def test_class_names_that_say_nothing_are_refused_with_the_reason(comparer, classes, said):
    task = replace(HAPPY, classes=(classes,))

    answers = text_encoder.propose_from(task, profile(rows(), HAPPY, source="x"), [entry(comparer)])

    (refused,) = [each for each in answers if getattr(each, "start", None) == "Direct"]
    assert isinstance(refused, Refusal)
    assert said in refused.because


def test_generic_labels_match_nothing(labeller):
    generic = replace(entry(labeller).labels, names=())

    answers = text_encoder.propose_from(
        HAPPY, profile(rows(), HAPPY, source="x"), [entry(labeller, labels=generic)]
    )

    refused = {each.start: each.because for each in answers if isinstance(each, Refusal)}
    assert "labels that are other ones" in refused["Direct"]


def test_a_direct_model_survives_the_disk(labeller, comparer, tmp_path):
    task = replace(HAPPY, classes=(("dry", "wet"),))
    for number, (place, asked) in enumerate(((labeller, HAPPY), (comparer, task))):
        model, _ = fitted(Direct(checkpoints=(TINY,)), place, tmp_path / "s", task=asked)
        folder = tmp_path / f"model-{number}"
        folder.mkdir()
        model.save(folder)

        again = text_encoder.load(folder)

        np.testing.assert_array_equal(
            model.predict(rows()).values[0], again.predict(rows()).values[0]
        )


# FineTune, Transfer, Scratch


@pytest.mark.parametrize(
    "start",
    [
        FineTune(checkpoints=(TINY,), layers="head"),
        Transfer(checkpoints=(TINY,), part="embedding"),
    ],
)
def test_a_head_alone_leaves_the_encoder_bit_for_bit(encoder, tmp_path, start):
    model, _ = fitted(start, encoder, tmp_path / "s")
    theirs = weights.state(weights.need(str(encoder)))

    assert same({f"network.{name}": value for name, value in theirs.items()}, trunk(model))
    assert model.network.head.weight.abs().max() > 0


def test_fine_tuning_begins_with_the_checkpoints_own_vectors(encoder, tmp_path):
    from transformers import BertConfig, BertModel

    still = replace(QUICK, learning_rate=1e-7, passes=1)
    model, _ = fitted(FineTune(checkpoints=(TINY,)), encoder, tmp_path / "s", settings=still)
    reference = BertModel(
        BertConfig(**json.loads((encoder / "config.json").read_text())), add_pooling_layer=False
    ).eval()
    reference.load_state_dict(weights.state(weights.need(str(encoder))))
    tokens, lengths, kinds, columns = model.inputs(rows(5))
    mask = (torch.arange(tokens.shape[1]) < lengths[:, None]).long()

    with torch.no_grad():
        hidden = reference(input_ids=tokens.long(), attention_mask=mask).last_hidden_state
        wanted = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        found = model.network.features(tokens, lengths, kinds, columns)

    torch.testing.assert_close(found[:, :32], wanted, atol=1e-4, rtol=0)


def test_fine_tuning_all_moves_every_block_and_the_last_only_the_last(encoder, tmp_path):
    theirs = weights.state(weights.need(str(encoder)))
    settings = replace(QUICK, last=1)

    def moved(start):
        model, _ = fitted(start, encoder, tmp_path / "s", data=rows(FEW), settings=settings)
        return {
            re.sub(r"^network\.|\.(weight|bias)$", "", name)
            for name, value in trunk(model).items()
            if not torch.equal(value, theirs[name.removeprefix("network.")])
        }

    every, last = (
        moved(FineTune(checkpoints=(TINY,))),
        moved(FineTune(checkpoints=(TINY,), layers="last")),
    )

    assert "encoder.layer.0.output.dense" in every
    assert "embeddings.word_embeddings" in every
    assert last
    assert all(name.startswith("encoder.layer.1.") for name in last)


def test_learning_on_kept_maps_is_learning_through_the_whole_network(
    encoder, tmp_path, monkeypatch
):
    settings = replace(QUICK, last=1, batch=FEW, passes=8, dropout=0.0)
    start = FineTune(checkpoints=(TINY,), layers="last")
    whole = shutil.copytree(encoder, tmp_path / "whole")
    config = json.loads((whole / "config.json").read_text())
    no_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (whole / "config.json").write_text(json.dumps({**config, **no_dropout}))

    found = []
    for enters in (True, False):
        monkeypatch.setattr(Pretrained, "can_be_entered", enters)
        model, _ = fitted(start, whole, tmp_path / "s", data=rows(FEW), settings=settings)
        with torch.no_grad():
            found.append(model.network(*model.inputs(rows(FEW))))

    torch.testing.assert_close(*found, atol=1e-2, rtol=0)  # maps have half precision


def test_small_changes_are_merged_before_the_model_is_saved(encoder, tmp_path):
    lora = FineTune(checkpoints=(TINY,), method="lora")
    model, _ = fitted(lora, encoder, tmp_path / "s", data=rows(FEW))
    theirs = weights.state(weights.need(str(encoder)))

    names = {name.removeprefix("network."): value for name, value in trunk(model).items()}

    assert names.keys() == theirs.keys()
    assert torch.equal(
        names["embeddings.word_embeddings.weight"], theirs["embeddings.word_embeddings.weight"]
    )
    assert not torch.equal(
        names["encoder.layer.0.output.dense.weight"], theirs["encoder.layer.0.output.dense.weight"]
    )


def test_pairs_bring_texts_of_one_class_together_in_every_block(encoder, tmp_path):
    pairs = FineTune(checkpoints=(TINY,), method="contrast")
    data = rows(FEW)
    settings = replace(QUICK, learning_rate=3e-3)
    model, _ = fitted(pairs, encoder, tmp_path / "s", data=data, settings=settings)
    standing, _ = fitted(
        FineTune(checkpoints=(TINY,), layers="head"), encoder, tmp_path / "t", data=data
    )
    classes = torch.from_numpy(class_indices(data, HAPPY)[:, 0])

    def apart(one):
        vectors = torch.nn.functional.normalize(one.network.trunk(*one.inputs(data)[:3]), dim=-1)
        return float(pair_losses(vectors[None], classes).mean())

    with torch.inference_mode():
        assert apart(model) < 0.8 * apart(standing)
    assert not same(trunk(model), trunk(standing))


def test_scratch_has_other_weights_in_the_same_form(encoder, tmp_path):
    model, _ = fitted(Scratch(checkpoints=(TINY,)), encoder, tmp_path / "s")
    theirs = weights.state(weights.need(str(encoder)))
    ours = {name.removeprefix("network."): value for name, value in trunk(model).items()}

    assert ours.keys() == theirs.keys()
    words = "embeddings.word_embeddings.weight"
    assert ours[words].shape == theirs[words].shape
    assert not torch.isclose(ours[words], theirs[words]).float().mean() > 0.1
    assert model.receipt.moves == ()


def test_a_transferred_encoder_has_a_hidden_layer_of_ours(encoder, tmp_path):
    model, _ = fitted(Transfer(checkpoints=(TINY,), part="encoder"), encoder, tmp_path / "s")

    assert model.network.hidden is not None
    assert {move.action for move in model.receipt.moves} == {"copied"}


@pytest.mark.parametrize(
    "start",
    [
        FineTune(checkpoints=(TINY,)),
        FineTune(checkpoints=(TINY,), layers="last"),
        FineTune(checkpoints=(TINY,), method="lora"),
        FineTune(checkpoints=(TINY,), method="contrast"),
        Transfer(checkpoints=(TINY,), part="encoder"),
        Transfer(checkpoints=(TINY,), part="embedding"),
    ],
    ids=lambda start: f"{type(start).__name__}-{getattr(start, 'part', '') or start.method}",
)
def test_every_start_from_a_checkpoint_has_a_receipt_of_all_its_tensors(encoder, tmp_path, start):
    model, _ = fitted(start, encoder, tmp_path / "s", seconds=0.0)
    theirs = weights.state(weights.need(str(encoder)))

    receipt = model.describe()["receipt"]

    assert receipt.coverage == 1.0
    assert {move.source for move in receipt.moves} == theirs.keys()
    assert {move.target for move in receipt.moves} == theirs.keys()


def test_a_checkpoint_that_lacks_a_tensor_is_refused(encoder, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "gap"
    folder.mkdir()
    for file in encoder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    tensors = load_file(folder / "model.safetensors")
    del tensors["encoder.layer.1.output.dense.weight"]
    save_file(tensors, folder / "model.safetensors")

    with pytest.raises(
        WeightsError, match=r"`encoder\.layer\.1\.output\.dense\.weight` is missing"
    ):
        fitted(FineTune(checkpoints=(TINY,)), folder, tmp_path / "s")


def test_fine_tuning_learns_what_one_word_means(encoder, tmp_path):
    settings = Settings(passes=12, batch=8, learning_rate=2e-3)

    model, _ = fitted(
        FineTune(checkpoints=(TINY,)), encoder, tmp_path / "s", data=rows(300), settings=settings
    )
    answers = model.predict(rows(200, seed=5)).values[0].argmax(axis=1)
    truth = np.array(
        [0 if mood == "happy" else 1 for mood in rows(200, seed=5).values("mood").to_pylist()]
    )

    assert (answers == truth).mean() > 0.9


def test_rows_without_weight_teach_nothing(encoder, tmp_path):
    wrong = rows(80)
    moods = ["sad" if mood == "happy" else "happy" for mood in wrong.values("mood").to_pylist()]
    both = pa.concat_tables([rows(80).arrow, wrong.arrow.set_column(2, "mood", pa.array(moods))])
    counts = pa.array(np.repeat([1.0, 0.0], 80))
    data = Table(
        columns=(*rows().columns, Column(name="count", modality="number", role="weight")),
        arrow=both.append_column("count", counts),
        row_ids=np.arange(160),
    )
    start = Transfer(checkpoints=(TINY,), part="embedding")

    model, _ = fitted(start, encoder, tmp_path / "s", data=data)
    answers = model.predict(rows(80)).values[0].argmax(axis=1)
    truth = np.array([0 if mood == "happy" else 1 for mood in rows(80).values("mood").to_pylist()])

    assert (answers == truth).mean() > 0.8


def test_a_model_that_was_used_as_it_is_cannot_be_gone_on_with(labeller, tmp_path):
    model, _ = fitted(Direct(checkpoints=(TINY,)), labeller, tmp_path / "s")
    folder = tmp_path / "direct"
    folder.mkdir()
    model.save(folder)

    with pytest.raises(WeightsError, match="learned nothing to go on from"):
        fitted(FineTune(checkpoints=(TINY,)), folder, tmp_path / "t")


@pytest.mark.parametrize(
    "texts",
    [
        ["", None, "   ", "🎉🎊", "дом 家 بيت", "dry " * 25_000],
        [None] * 6,
    ],
    ids=["strange", "none"],
)
def test_strange_texts_are_answered(encoder, tmp_path, texts):
    model, _ = fitted(FineTune(checkpoints=(TINY,)), encoder, tmp_path / "s")

    values = model.predict(rows(6, note=pa.array(texts, pa.string()))).values[0]

    assert np.isfinite(values).all()


def test_two_text_columns_are_read_as_a_pair(encoder, tmp_path):
    pair = rows(60, reply=["wet"] * 60)
    model, _ = fitted(
        Transfer(checkpoints=(TINY,), part="embedding"), encoder, tmp_path / "s", data=pair
    )

    _, lengths, kinds, _ = model.inputs(pair)

    assert model.tokens.columns == ("note", "reply")
    assert kinds.sum(dim=1).tolist() == [2] * 60  # `wet` and the separator after it
    assert (lengths == 6 + 1 + 3).all()


def test_a_clock_that_runs_out_while_reading_still_gives_a_model(encoder, tmp_path):
    for start in (FineTune(checkpoints=(TINY,)), Transfer(checkpoints=(TINY,), part="embedding")):
        model, _ = fitted(start, encoder, tmp_path / "s", data=rows(400), seconds=0.0)

        assert np.isfinite(model.predict(rows()).values[0]).all()


# Proposals


def test_starts_are_proposed_by_the_number_of_labels(encoder):
    few, some, more, many = (
        text_encoder.propose_from(
            HAPPY, replace(profile(rows(), HAPPY, source="x"), rows=n), [entry(encoder)]
        )
        for n in (40, 300, 500, 50_000)
    )

    def kinds(answers):
        return [each.name.split(".")[-1] for each in answers if isinstance(each, Candidate)]

    assert kinds(few) == ["probe", "contrast"]
    assert kinds(some) == ["probe", "contrast", "tune", "last", "lora", "joined"]
    assert kinds(more) == ["probe", "tune", "contrast", "last", "lora", "joined"]
    assert kinds(many) == ["probe", "tune", "last", "lora", "joined", "scratch"]
    reasons = {each.start: each.because for each in few if isinstance(each, Refusal)}
    assert "want 20,000" in reasons["Scratch"]


def test_numbers_have_no_pairs_to_learn_few_labels_from(encoder):
    task = Task(kind="regression", targets=("happy",), metric="rmse")
    facts = replace(profile(rows(), HAPPY, source="x"), rows=40)

    answers = text_encoder.propose_from(task, facts, [entry(encoder)])

    reasons = {each.start: each.because for each in answers if isinstance(each, Refusal)}
    assert "below 50" in reasons["FineTune"]


def test_without_a_checkpoint_or_a_text_the_family_says_why():
    facts = profile(rows(), HAPPY, source="x")
    no_text = replace(facts, columns=tuple(c for c in facts.columns if c.modality != "text"))

    assert "on this machine" in text_encoder.propose_from(HAPPY, facts, []).because
    assert "no input column is text" in text_encoder.propose_from(HAPPY, no_text, []).because


def test_advice_tells_the_familys_own_reason_for_a_refused_start(comparer):
    from headstart.advice import advise
    from headstart.records import Budget

    task = replace(HAPPY, classes=(("good", "other"),))
    facts = profile(rows(), HAPPY, source="x")

    advice = advise(
        task, facts, Budget(seconds=1800.0), families=["text_encoder"], weights=[str(comparer)]
    )

    refused = {
        each.start: each.because for each in advice.refusals if each.family == "text_encoder"
    }
    assert "`other` says nothing" in refused["Direct"]
    named = [each for each in advice.candidates if each.family == "text_encoder"]
    assert {each.start.checkpoints for each in named} == {(str(comparer),)}
