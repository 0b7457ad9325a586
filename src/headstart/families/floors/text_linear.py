"""Logistic and ridge regression on the words of texts: the floor of every question about language.

Each text column becomes TF-IDF weights of its words and pairs of words (`features.tfidf`); other
columns come beside them as in the family `linear`. With some thousand labels it is hard to beat,
and it costs seconds.

References: Manning, Raghavan & Schütze 2008, "Introduction to Information Retrieval", chapter 6;
Joachims 1998, "Text Categorization with Support Vector Machines", for linear models of words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headstart.errors import WeightsError, listed
from headstart.families.floors._linear import (
    Head,
    answer,
    describe_heads,
    fit_heads,
    heads_from_plain,
    heads_to_arrays,
    heads_to_plain,
)
from headstart.features.codes import Codes, learn_codes, load_codes
from headstart.features.indicators import Indicators, learn_indicators
from headstart.features.tfidf import Terms, learn_terms, texts_of
from headstart.records import (
    Candidate,
    Card,
    Estimate,
    Prediction,
    Profile,
    Refusal,
    Table,
    Task,
    setting,
)
from headstart.session import Session
from headstart.storage.folders import write_file

CARD = Card(
    name="text_linear",
    summary="logistic or ridge regression on TF-IDF weights of words",
    kinds=("classification", "regression"),
    modalities=("text", "number", "category", "time", "identifier"),
    starts=("Scratch",),
    libraries=("sklearn",),
    threads="one",
    is_floor=True,
    when_not="where the order of words decides, or the same thing is said in other words",
    references=("Manning, Raghavan & Schütze 2008, 'Introduction to Information Retrieval', 6.2",),
    no_start=(
        ("Direct", "its weights mean the words of one table and one question"),
        ("FineTune", "its loss is convex: from any start it ends in the same place"),
        ("Transfer", "its weights mean the words of one table and one question"),
    ),
)

_FEW_WORDS = 2  # a text of so few words is written without spaces, or is a name
_ROWS_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The penalty is found on rows held out unless it is given."""

    characters: bool = setting(False, "whether pieces of 2 to 4 characters count beside words")
    penalty: float | None = setting(
        None, "L2 penalty, in rows: 1 weighs like C = 1 of scikit-learn", low=1e-9, high=1e9
    )
    rounds: int = setting(200, "most steps of the solver for one penalty", low=1, high=100_000)
    held_out: float = setting(
        0.2, "share of rows held out to choose the penalty", low=0.05, high=0.5
    )
    tolerance: float = setting(1e-5, "largest slope at which a fit ends", low=1e-12, high=0.1)


def propose(task: Task, profile: Profile) -> list[Candidate] | Refusal:
    if task.kind not in CARD.kinds:
        return Refusal(family=CARD.name, because=f"it has no answer for {task.kind}")
    texts = profile.inputs("text")
    if not texts:
        return Refusal(family=CARD.name, because="no input column is text")
    words = sum(column.median_words or 0.0 for column in texts)
    terms = profile.rows * max(words, 5.0)
    scores = sum(max(len(names), 1) for names in task.classes) or len(task.targets)
    candidate = Candidate(
        name=CARD.name,
        family=CARD.name,
        settings=Settings(characters=words <= _FEW_WORDS * len(texts)),
        because=(
            f"always in the race: what a deep model gains on {words:,.0f} words a row must be "
            "gained over counting them"
        ),
        estimate=Estimate(
            seconds=0.5 + terms * (3e-6 + 2e-6 * scores), megabytes=150 + 1e-4 * terms
        ),
    )
    return [candidate]


def fit(candidate: Candidate, task: Task, data: Table, session: Session) -> TextLinear:
    settings = candidate.settings
    kinds = ("words", "characters") if settings.characters else ("words",)
    learned = [
        (column, terms)
        for column in data.names("input", "text")
        for kind in kinds
        if (terms := learn_terms(kind, texts_of(data.values(column)))) is not None
    ]
    rest = data.with_columns([c for c in data.columns if c.modality != "text"])
    codes = learn_codes(rest)
    indicators = learn_indicators(codes.matrix(rest), codes.cardinalities)
    words = Words(columns=tuple(learned), codes=codes, indicators=indicators)
    heads = fit_heads(words.design(data, intercept=True), task, data, settings, session)
    return TextLinear(words=words, heads=heads)


def load(folder: Path) -> TextLinear:
    from safetensors.numpy import load_file

    if not (folder / "text_linear.json").is_file():
        found = listed(sorted(path.name for path in folder.iterdir()))
        raise WeightsError(
            f"`{folder}` holds no linear model of texts; it holds {found or 'nothing'}."
        )
    stored = json.loads((folder / "text_linear.json").read_text())
    arrays = load_file(folder / "text_linear.safetensors")
    columns = tuple(
        (each["column"], Terms(kind=each["kind"], terms=tuple(each["terms"]), rareness=arrays[key]))
        for place, each in enumerate(stored["words"])
        if (key := f"rareness.{place}")
    )
    indicators = Indicators(
        means=arrays["means"],
        spreads=arrays["spreads"],
        gaps=tuple(stored["gaps"]),
        sizes=tuple(stored["sizes"]),
    )
    words = Words(columns=columns, codes=load_codes(folder), indicators=indicators)
    return TextLinear(words=words, heads=heads_from_plain(stored["heads"], arrays))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """What turns rows into a sparse design matrix: terms of texts, then the other columns."""

    columns: tuple[tuple[str, Terms], ...]
    codes: Codes
    indicators: Indicators

    def design(self, data: Table, *, intercept: bool = False) -> Any:
        """A sparse array in rows; with `intercept` its last column is 1."""
        from scipy import sparse

        blocks = [
            terms.encode(texts_of(data.values(name)))
            if name in data.arrow.column_names
            else sparse.csr_array((len(data), len(terms.terms)))
            for name, terms in self.columns
        ]
        blocks.append(sparse.csr_array(self.indicators.design(self.codes.matrix(data))))
        if intercept:
            blocks.append(sparse.csr_array(np.ones((len(data), 1))))
        return sparse.csr_array(sparse.hstack(blocks, format="csr"))

    def blocks(self, data: Table) -> Iterator[Any]:
        """The design matrix in blocks of rows, at least one."""
        for first in range(0, max(len(data), 1), _ROWS_AT_ONCE):
            rows = np.arange(first, min(first + _ROWS_AT_ONCE, len(data)))
            yield self.design(data.take(rows))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextLinear:
    """Words of texts, other columns, and the weights for each target."""

    words: Words
    heads: tuple[Head, ...]

    def predict(self, data: Table) -> Prediction:
        return answer(self.heads, self.words.blocks(data))

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save

        self.words.codes.save(folder)
        indicators = self.words.indicators
        arrays = {"means": indicators.means, "spreads": indicators.spreads}
        arrays |= heads_to_arrays(self.heads)
        for place, (_, terms) in enumerate(self.words.columns):
            arrays[f"rareness.{place}"] = terms.rareness
        write_file(folder / "text_linear.safetensors", save(arrays))
        document = {
            "words": [
                {"column": name, "kind": terms.kind, "terms": terms.terms}
                for name, terms in self.words.columns
            ],
            "gaps": indicators.gaps,
            "sizes": indicators.sizes,
            "heads": heads_to_plain(self.heads),
        }
        write_file(folder / "text_linear.json", json.dumps(document, ensure_ascii=False))

    def describe(self) -> dict[str, Any]:
        """The penalties that were chosen, the number of terms and of weights."""
        terms = {name: len(terms.terms) for name, terms in self.words.columns}
        return {**describe_heads(self.heads), "terms": terms}
