"""Texts with a word that decides, and one fit of a text encoder on a tiny checkpoint."""

import numpy as np
import pyarrow as pa

from headstart.families import family
from headstart.families.neural import text_encoder
from headstart.families.neural.text_encoder import Settings
from headstart.features.embedding import Embedding
from headstart.records import Candidate, Column, FineTune, Scratch, Table, Task, Transfer
from headstart.session import Session

WORDS = ("light", "dry", "heavy", "wet", "left", "outside", "new", "and")
HAPPY = Task(kind="classification", targets=("mood",), classes=(("happy", "sad"),), metric="f1")
TINY = "tiny"
FEW = 30  # too few to hold rows out, so that the last weights stay and not the best
QUICK = Settings(passes=2, batch=8, learning_rate=1e-3)


def rows(n=60, seed=0, **more):
    """Texts in which the word `dry` makes happy; other columns stand beside them."""
    random = np.random.default_rng(seed)
    texts = [" ".join(random.choice(WORDS, size=6)) for _ in range(n)]
    moods = ["happy" if "dry" in text.split() else "sad" for text in texts]
    values = {"note": texts, "size": random.normal(size=n), "mood": moods, **more}
    columns = (
        Column(name="note", modality="text"),
        Column(name="size", modality="number"),
        Column(name="mood", modality="category", role="target"),
        *(Column(name=name, modality="text") for name in more if name != "note"),
    )
    arrow = pa.table({name: pa.array(values[name]) for name in (c.name for c in columns)})
    return Table(columns=columns, arrow=arrow, row_ids=np.arange(n))


def fitted(start, place, folder, *, task=HAPPY, data=None, settings=QUICK, **limits):
    """The model and the session of one fit."""
    data = rows() if data is None else data
    folder.mkdir(exist_ok=True)
    session = Session(seed=1, folder=folder, rows=len(data), checkpoints={TINY: place}, **limits)
    candidate = Candidate(name="x", family="text_encoder", settings=settings, start=start)
    return text_encoder.fit(candidate, task, data, session), session


_SETTINGS = {
    "probe": {},
    "tune": {"passes": 4, "batch": 8, "learning_rate": 1e-3},
    "lstm": {"passes": 8, "batch": 16, "entries": 16, "units": 16, "learning_rate": 1e-2},
    "transformer": {"passes": 8, "batch": 16, "entries": 16, "heads": 2, "learning_rate": 1e-2},
    "text_linear": {},
    "linear": {},  # on vectors of the frozen encoder
}
_STARTS = {
    "probe": Transfer(checkpoints=(TINY,), part="embedding"),
    "tune": FineTune(checkpoints=(TINY,)),
}
READERS = tuple(_SETTINGS)


def reader(name, task, data, encoder, folder):
    """Fit one of the families that read; returns what answers for later rows."""
    which = "text_encoder" if name in _STARTS else name
    module = family(which)
    step = Embedding(checkpoint=str(encoder)) if name == "linear" else None
    session = Session(seed=1, folder=folder, rows=len(data), checkpoints={TINY: encoder})
    candidate = Candidate(
        name=name,
        family=which,
        settings=module.Settings(**_SETTINGS[name]),
        start=_STARTS.get(name, Scratch()),
    )
    model = module.fit(candidate, task, step.apply(data, 1) if step else data, session)
    return lambda later: model.predict(step.apply(later, 1) if step else later)
