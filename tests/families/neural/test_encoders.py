"""Every architecture takes every start, and is the same again after the disk."""

import json

import numpy as np
import pytest
from _texts import FEW, HAPPY, QUICK, TINY, fitted, rows

from headstart.families.neural import text_encoder
from headstart.networks.tensors import distinct_tensors
from headstart.networks.text_builds import BUILDS
from headstart.records import Direct, FineTune, Scratch, Transfer

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

_BERT = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 66,
}
VALUES = {
    "bert": {**_BERT, "pad_token_id": 0},
    "roberta": {**_BERT, "pad_token_id": 0, "type_vocab_size": 1},
    "distilbert": {
        "dim": 16,
        "hidden_dim": 24,
        "n_layers": 2,
        "n_heads": 2,
        "max_position_embeddings": 66,
        "pad_token_id": 0,
    },
    "t5": {"d_model": 16, "d_kv": 8, "d_ff": 24, "num_layers": 2, "num_heads": 2},
}
LABELS = {"id2label": {0: "SAD", 1: "Happy"}, "label2id": {"SAD": 0, "Happy": 1}}
STARTS = {
    "head": FineTune(checkpoints=(TINY,), layers="head"),
    "last": FineTune(checkpoints=(TINY,), layers="last"),
    "all": FineTune(checkpoints=(TINY,)),
    "lora": FineTune(checkpoints=(TINY,), method="lora"),
    "encoder": Transfer(checkpoints=(TINY,), part="encoder"),
    "scratch": Scratch(checkpoints=(TINY,)),
}
every_architecture = pytest.mark.parametrize("architecture", sorted(BUILDS))


@pytest.fixture(scope="module")
def saved(tmp_path_factory, encoder):
    """Folders as `save_pretrained` writes them: with labels where the library has such a class."""
    words = json.loads((encoder / "config.json").read_text())["vocab_size"]

    def save(architecture):
        from headstart.networks.randomness import own_randomness

        build, folder = BUILDS[architecture], tmp_path_factory.mktemp(architecture)
        config = getattr(transformers, build.config)(
            **VALUES[architecture], vocab_size=words, **(LABELS if build.classifier else {})
        )
        with own_randomness(5):
            network = getattr(transformers, build.classifier or build.encoder)(config)
        network.save_pretrained(folder)
        (folder / "tokenizer.json").write_text((encoder / "tokenizer.json").read_text())
        plain = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
        (folder / "tokenizer_config.json").write_text(json.dumps({**plain, "model_max_length": 64}))
        return folder

    return {name: save(name) for name in BUILDS}


def trunk(model):
    return {name: value.clone() for name, value in model.network.trunk.network.named_parameters()}


def theirs(folder, architecture):
    """What the library itself reads into the encoder."""
    build = BUILDS[architecture]
    kind = getattr(transformers, build.encoder)
    return kind.from_pretrained(folder, **dict(build.options)).state_dict()


@every_architecture
@pytest.mark.parametrize("kind", sorted(STARTS))
def test_every_start_learns_and_is_the_same_after_the_disk(saved, tmp_path, architecture, kind):
    model, _ = fitted(STARTS[kind], saved[architecture], tmp_path / "s", data=rows(FEW))
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")

    again = text_encoder.load(tmp_path / "model")

    expected = model.predict(rows()).values[0]
    assert np.isfinite(expected).all()
    np.testing.assert_array_equal(again.predict(rows()).values[0], expected)


@every_architecture
@pytest.mark.parametrize("kind", sorted(STARTS))
def test_a_start_moves_what_its_name_says(saved, tmp_path, architecture, kind):
    model, _ = fitted(STARTS[kind], saved[architecture], tmp_path / "s", data=rows(FEW))
    before, after = theirs(saved[architecture], architecture), trunk(model)
    last = f"{BUILDS[architecture].blocks}."

    moved = {name for name in after if not torch.equal(after[name], before[name])}

    matrices = {name for name in after if after[name].ndim == 2}
    match kind:
        case "head":
            assert moved == set()
        case "last":  # two blocks are all that it has
            assert moved
            assert all(name.startswith(last) for name in moved)
        case "lora":
            assert moved
            assert moved <= matrices
            assert model.network.trunk.words.weight.equal(before[_words(model)])
        case "all" | "encoder":
            assert any(name.startswith(last) for name in moved)
            assert _words(model) in moved
        case "scratch":
            assert moved >= matrices


def _words(model):
    network = model.network.trunk.network
    table = model.network.trunk.words.weight
    return next(name for name, value in network.named_parameters() if value is table)


@every_architecture
def test_a_transferred_encoder_begins_with_the_copied_tensors(saved, tmp_path, architecture):
    start = STARTS["encoder"]
    model, _ = fitted(
        start, saved[architecture], tmp_path / "s", data=rows(FEW), seconds=0.0, settings=_still()
    )

    assert {move.action for move in model.receipt.moves} <= {"copied", "dropped"}
    copied = {move.target for move in model.receipt.moves if move.action == "copied"}
    assert copied >= set(distinct_tensors(model.network.trunk.network))
    for name, value in trunk(model).items():
        torch.testing.assert_close(value, theirs(saved[architecture], architecture)[name])


def _still():
    from dataclasses import replace

    return replace(QUICK, learning_rate=1e-7)


@pytest.mark.parametrize("architecture", sorted(n for n, each in BUILDS.items() if each.classifier))
def test_direct_answers_as_the_librarys_pipeline(saved, tmp_path, architecture):
    texts = ["dry and new", "heavy wet outside", "left " * 100, "new 🎉 дом", "light"]
    model, session = fitted(Direct(checkpoints=(TINY,)), saved[architecture], tmp_path / "s")

    ours = model.predict(rows(5, note=texts)).values[0]

    ask = transformers.pipeline(
        "text-classification", model=str(saved[architecture]), top_k=None, device="cpu"
    )
    found = [
        {each["label"]: each["score"] for each in told} for told in ask(texts, truncation=True)
    ]
    wanted = np.array([[each["Happy"], each["SAD"]] for each in found])
    np.testing.assert_allclose(ours, wanted, atol=1e-5)
    assert session.rounds_done == 0
    assert HAPPY.classes[0] == ("happy", "sad")
