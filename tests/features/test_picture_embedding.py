"""Pictures as vectors of a frozen encoder, on a tiny checkpoint."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from headstart import weights
from headstart.features.encoding import (
    Encoding,
    encoding_from_plain,
    encoding_of,
    encoding_to_plain,
)
from headstart.features.picture_embedding import PictureEmbedding
from headstart.records import Column, FineTune, Scratch, Table, Transfer
from headstart.testing.checkpoints import make_picture_encoder, make_text_encoder

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.xdist_group("torch")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return str(make_picture_encoder(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    return str(make_text_encoder(tmp_path_factory.mktemp("texts")))


@pytest.fixture
def root(tmp_path):
    random = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        pixels = random.integers(0, 256, (40, 32, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    (tmp_path / "copy.png").write_bytes((tmp_path / "a.png").read_bytes())
    return tmp_path


def table(root, names=("a", "b", None, "c", "copy")):
    paths = [None if name is None else f"{name}.png" for name in names]
    columns = (
        Column(name="photo", modality="image"),
        Column(name="note", modality="text"),
        Column(name="size", modality="number"),
    )
    arrow = pa.table(
        {
            "photo": pa.array(paths, pa.string()),
            "note": pa.array(["light and dry"] * len(names), pa.string()),
            "size": np.arange(len(names)) * 1.0,
        }
    )
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(len(names)), media_root=root)


def vectors(rows, name="photo"):
    return rows.values(name).to_pylist()


def test_an_image_column_becomes_a_vector_column_and_missing_stays_missing(checkpoint, root):
    embedded = PictureEmbedding(checkpoint=checkpoint).apply(table(root), cores=1)

    assert [column.modality for column in embedded.columns] == ["vector", "text", "number"]
    found = vectors(embedded)
    assert [each and len(each) for each in found] == [48, 48, None, 48, 48]
    assert found[0] == pytest.approx(found[4], abs=0.02)
    assert np.abs(np.array(found[0]) - np.array(found[1])).max() > 0.01


def test_the_top_is_what_the_library_makes_of_a_picture(checkpoint, root):
    from transformers import ResNetModel

    network = ResNetModel.from_pretrained(checkpoint).eval()
    pixels = np.asarray(Image.open(root / "a.png").resize((32, 32), Image.Resampling.BILINEAR))
    seen = (torch.from_numpy(pixels.copy()).float() / 255 - 0.5) / 0.25
    with torch.inference_mode():
        wanted = network(seen.permute(2, 0, 1)[None]).pooler_output.flatten().numpy()

    found = vectors(PictureEmbedding(checkpoint=checkpoint).apply(table(root), cores=1))

    # Products in bfloat16 have eight bits.
    assert found[0] == pytest.approx(wanted, abs=0.05 * float(np.abs(wanted).max()))


def test_vectors_are_computed_once_for_the_bytes_of_a_picture(
    checkpoint, root, tmp_path, monkeypatch
):
    step, cache = PictureEmbedding(checkpoint=checkpoint), tmp_path / "cache"
    first = vectors(step.apply(table(root), cores=1, cache=cache))
    monkeypatch.setattr(PictureEmbedding, "_computed", None)
    (root / "moved.png").write_bytes((root / "b.png").read_bytes())

    again = vectors(step.apply(table(root, ("moved", "a", None)), cores=1, cache=cache))

    assert again == [first[1], first[0], None]


def test_every_stage_is_kept_when_stages_are_compared(checkpoint, root, tmp_path, monkeypatch):
    layers = PictureEmbedding(checkpoint=checkpoint).layers(table(root), 1, tmp_path / "cache")
    monkeypatch.setattr(PictureEmbedding, "_computed", None)

    assert [layer.shape for layer in layers] == [(5, 16), (5, 16), (5, 32), (5, 48)]
    for place, layer in enumerate(layers):
        step = PictureEmbedding(checkpoint=checkpoint, layer=place)
        kept = vectors(step.apply(table(root), cores=1, cache=tmp_path / "cache"))
        assert kept[2] is None
        assert kept[3] == pytest.approx(layer[3], abs=0.01)


@pytest.mark.parametrize("names", [(), (None, None)])
def test_without_a_picture_there_is_no_vector(checkpoint, root, names, tmp_path):
    for cache in (None, tmp_path / "cache"):
        found = PictureEmbedding(checkpoint=checkpoint).apply(table(root, names), 1, cache)

        assert vectors(found) == [None] * len(names)
        assert found.arrow.schema.field("photo").type.list_size == 48


def test_a_step_that_reads_texts_and_pictures_leaves_numbers_and_vectors(checkpoint, texts, root):
    start = Transfer(checkpoints=(texts, checkpoint), part="embedding", layer=(1, 2))
    step = encoding_of(start)

    assert step is not None
    assert [reader.layer for reader in step.readers] == [1, 2]
    embedded = step.apply(table(root), cores=1)

    assert [column.modality for column in embedded.columns] == ["vector", "vector", "number"]
    assert len(vectors(embedded, "note")[0]) == len(vectors(embedded)[0]) == 32
    assert encoding_from_plain(encoding_to_plain(step)) == step


def test_only_a_transfer_of_embeddings_asks_for_the_step(checkpoint):
    assert encoding_of(Scratch()) is None
    assert encoding_of(FineTune(checkpoints=(checkpoint,))) is None
    assert encoding_of(Transfer(checkpoints=(checkpoint,), part="encoder")) is None


def test_an_encoder_that_was_taken_along_needs_no_catalogue(checkpoint, root, tmp_path):
    weights.copy(checkpoint, tmp_path / "encoder-0")
    step = Encoding(readers=(PictureEmbedding(checkpoint="no such checkpoint"),))

    moved = step.at({"no such checkpoint": tmp_path / "encoder-0"})
    found = vectors(moved.apply(table(root), cores=1))

    assert found == vectors(PictureEmbedding(checkpoint=checkpoint).apply(table(root), cores=1))


def test_what_is_kept_is_not_lacking(checkpoint, root, tmp_path):
    step, cache = PictureEmbedding(checkpoint=checkpoint), tmp_path / "cache"

    assert step.lacks(table(root), cache)
    step.apply(table(root), 1, cache)

    assert not step.lacks(table(root), cache)
    assert not step.lacks(table(root, ()), cache)


def test_pictures_are_compared_with_what_the_encoder_has_seen(checkpoint, root):
    found = PictureEmbedding(checkpoint=checkpoint).similarity(table(root))

    assert found.measure == "nats of gap"
    assert found.value > 0
    assert PictureEmbedding(checkpoint=checkpoint).similarity(table(root, (None, None))) is None
