"""Candidates that begin from what fits of a checkpoint of another architecture or shape."""

from itertools import pairwise

import pytest

from headstart.advice import advise
from headstart.errors import WeightsError
from headstart.records import Budget, Candidate, ColumnFacts, Profile, Scratch, Task, Transfer
from headstart.records.profile import PictureFacts
from headstart.testing.checkpoints import make_text_encoder

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
from safetensors.torch import save_file  # noqa: E402

nn = torch.nn
pytestmark = pytest.mark.xdist_group("torch")
TASK = Task(kind="classification", targets=("y",), classes=(("no", "yes"),), metric="accuracy")
LONG = Budget(seconds=36_000.0)


def profile(modality, rows=20_000):
    facts = {"text": {"median_words": 40.0}, "image": {"pictures": LOOK}}[modality]
    column = ColumnFacts(
        name="x", modality=modality, role="input", missing=0, distinct=rows, **facts
    )
    return Profile(source="table.csv", rows=rows, columns=(column,), task=TASK)


LOOK = PictureFacts(width=32.0, height=32.0, grey=0.0, transparent=0.0)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return str(make_text_encoder(tmp_path_factory.mktemp("reader")))


@pytest.fixture
def eyes(tmp_path):
    """A function that writes a chain of six kernels into a file of parameters."""

    def made(kernel=3):
        widths = (3, 64, 64, 64, 64, 64, 64)
        layers = [nn.Conv2d(before, after, kernel) for before, after in pairwise(widths)]
        save_file(nn.Sequential(*layers).state_dict(), tmp_path / "my eyes.safetensors")
        return str(tmp_path / "my eyes.safetensors")

    return made


def advised(modality, name, **options):
    return advise(TASK, profile(modality), LONG, weights=(name,), **options)


def begun(advice):
    return {each.name: each for each in advice.candidates if _is_begun(each)}


def _is_begun(candidate: Candidate) -> bool:
    return isinstance(candidate.start, Transfer) and candidate.start.part == "tensors"


def test_a_file_of_somebodys_own_network_stands_beside_scratch(eyes):
    place = eyes()

    found = advised("image", place, families=("cnn",))

    (candidate,) = begun(found).values()
    assert candidate.name == "cnn.from.my_eyes"
    assert candidate.start.checkpoints == (place,)
    assert "of the network's parameters begin from" in candidate.because
    assert "by adapting their shape" in candidate.because
    assert any(each.name == "cnn" and isinstance(each.start, Scratch) for each in found.candidates)


def test_a_file_needs_no_name_of_a_family(eyes):
    assert list(begun(advised("image", eyes()))) == ["cnn.from.my_eyes"]


def test_a_file_that_fits_nowhere_ends_the_advice_with_what_was_tried(eyes):
    with pytest.raises(
        WeightsError, match=r"No network begins from its tensors: .*my eyes"
    ) as told:
        advised("image", eyes(kernel=5))

    assert "a file of parameters alone" in told.value.message
    assert "`0.entry.weight`" in told.value.message or "is expected" in told.value.message


def test_readers_take_tensors_of_an_encoder_when_they_are_asked_for(reader):
    names = ("lstm", "transformer")

    found = begun(advised("text", reader, families=names))

    assert sorted(each.family for each in found.values()) == sorted(names)
    assert "100%" in found[f"transformer.from.{_stem(reader)}"].because.replace(" ", "") or (
        "99%" in found[f"transformer.from.{_stem(reader)}"].because
    )


def _stem(place):
    return place.rpartition("/")[2]


def test_where_a_family_goes_on_from_it_whole_its_tensors_are_not_moved_besides(reader):
    assert begun(advised("text", reader)) == {}


def test_what_reads_texts_is_not_offered_to_what_sees(reader):
    assert begun(advised("image", reader, families=("cnn",))) == {}


def test_nobody_who_asks_for_other_starts_gets_them(eyes):
    with pytest.raises(WeightsError, match="a file of parameters alone"):
        advised("image", eyes(), starts=("scratch",))
