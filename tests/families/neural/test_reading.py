"""Families that learn to read from scratch."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from headstart.families import family
from headstart.profiling import profile
from headstart.records import Candidate, Column, FineTune, Refusal, Scratch, Table, Task
from headstart.session import Session

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

TASK = Task(kind="classification", targets=("bites",), classes=(("man", "dog"),), metric="f1")
SMALL = {
    "lstm": {"entries": 16, "units": 16, "learning_rate": 1e-2},
    "transformer": {"entries": 16, "heads": 2, "learning_rate": 1e-2},
}
each_family = pytest.mark.parametrize("name", sorted(SMALL))


def rows(n, seed=0):
    """Who bites whom: the same words, and only their order tells."""
    random = np.random.default_rng(seed)
    bites = random.choice(["man", "dog"], size=n)
    other = np.where(bites == "man", "dog", "man")
    texts = [f"the {one} bites the {two}" for one, two in zip(bites, other, strict=True)]
    return Table(
        columns=(
            Column(name="told", modality="text"),
            Column(name="bites", modality="category", role="target"),
        ),
        arrow=pa.table({"told": texts, "bites": pa.array(bites.tolist())}),
        row_ids=np.arange(n),
    )


def fitted(name, folder, start=None, **checkpoints):
    folder.mkdir()
    module, data = family(name), rows(200)
    settings = module.Settings(passes=12, batch=16, **SMALL[name])
    session = Session(seed=0, folder=folder, rows=len(data), checkpoints=checkpoints)
    candidate = Candidate(name=name, family=name, settings=settings, start=start or Scratch())
    return module.fit(candidate, TASK, data, session), session


@each_family
def test_the_order_of_words_is_learned(name, tmp_path):
    model, _ = fitted(name, tmp_path / "s")

    answers = model.predict(rows(60, seed=1)).values[0].argmax(axis=1)

    truth = [TASK.classes[0].index(each) for each in rows(60, seed=1).values("bites").to_pylist()]
    assert (answers == truth).mean() == 1.0


@each_family
def test_an_earlier_model_is_gone_on_with_in_its_own_words(name, tmp_path):
    earlier, first = fitted(name, tmp_path / "s")
    folder = tmp_path / "model"
    folder.mkdir()
    earlier.save(folder)

    later, second = fitted(name, tmp_path / "t", FineTune(checkpoints=("e",)), e=folder)

    assert second.losses[0] < first.losses[0]
    assert later.tokens.written == earlier.tokens.written
    assert {move.action for move in later.receipt.moves} == {"copied"}


@each_family
def test_it_wants_many_rows_and_not_too_many(name):
    module, facts = family(name), profile(rows(60), TASK, source="x")

    few = module.propose(TASK, replace(facts, rows=500))
    some = module.propose(TASK, replace(facts, rows=20_000))
    endless = module.propose(TASK, replace(facts, rows=100_000_000))

    assert isinstance(few, Refusal)
    assert "500 rows" in few.because
    assert [each.name for each in some] == [name]
    assert isinstance(endless, Refusal)
    assert "minutes" in endless.because
