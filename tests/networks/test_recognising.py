"""A file that holds nothing but tensors is recognised by all of them, or not at all."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")

from headstart.networks.picture_builds import BUILDS  # noqa: E402
from headstart.networks.recognising import SIGNS, recognised  # noqa: E402
from headstart.weights.formats import TensorFacts  # noqa: E402

KNOWN = [key for keys in SIGNS.values() for key in keys]


def tensors_of(library, name, labels):
    pytest.importorskip(library)
    build = BUILDS[library, name]
    with torch.device("meta"):
        state = build.make(name, {}).state_dict()
    found = {key: TensorFacts(dtype="F32", shape=tuple(v.shape)) for key, v in state.items()}
    for leaf, shape in (
        ("weight", (labels, found[f"{build.head}.weight"].shape[1])),
        ("bias", (labels,)),
    ):
        found[f"{build.head}.{leaf}"] = TensorFacts(dtype="F32", shape=shape)
    return found


def test_every_network_of_another_library_has_a_sign():
    assert set(KNOWN) == {key for key in BUILDS if key[0] != "transformers"}


@pytest.mark.parametrize(("library", "name"), KNOWN, ids=[name for _, name in KNOWN])
def test_a_network_with_another_head_is_recognised(library, name):
    tensors = tensors_of(library, name, labels=7)

    known = recognised(tensors)

    assert (known.library, known.network, known.labels) == (library, name, 7)
    assert known.seen.layers[-1].output == (7,)


def test_a_tensor_too_many_too_few_or_of_another_shape_is_not_recognised():
    tensors = tensors_of("torchvision", "resnet18", labels=7)
    other = TensorFacts(dtype="F32", shape=(3, 3))

    assert recognised({**tensors, "own.weight": other}) is None
    assert recognised({**tensors, "layer4.1.conv2.weight": other}) is None
    assert recognised({k: v for k, v in tensors.items() if k != "layer4.1.bn2.bias"}) is None
