"""The floor for texts, with scikit-learn as its oracle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from headstart.errors import WeightsError
from headstart.families.floors import text_linear
from headstart.records import Candidate, Column, ColumnFacts, Profile, Refusal, Table, Task
from headstart.session import Session

TASK = Task(kind="classification", targets=("y",), classes=(("bad", "good"),))
GOOD = ("lovely taste", "would buy again", "fresh and crisp", "great value for the money")
BAD = ("stale and dry", "never again", "broken on arrival", "tastes of soap")


def table(texts: list[str | None], labels: list[str], **numbers: np.ndarray) -> Table:
    columns = [Column(name="review", modality="text")]
    columns += [Column(name=name, modality="number") for name in numbers]
    columns.append(Column(name="y", modality="category", role="target"))
    arrow = pa.table({"review": pa.array(texts, pa.string()), **numbers, "y": labels})
    return Table(columns=tuple(columns), arrow=arrow, row_ids=np.arange(len(texts)))


def reviews(count: int, seed: int = 0) -> Table:
    random = np.random.default_rng(seed)
    labels = random.choice(["bad", "good"], count).tolist()
    texts = [
        f"{random.choice(GOOD if label == 'good' else BAD)}, {random.choice(GOOD + BAD)}"
        for label in labels
    ]
    return table(texts, labels)


def fitted(data: Table, folder: Path, task: Task = TASK, **settings: object):
    candidate = Candidate(
        name="text_linear", family="text_linear", settings=text_linear.Settings(**settings)
    )
    session = Session(seed=0, folder=folder, rows=len(data))
    return text_linear.fit(candidate, task, data, session)


def chances(model: text_linear.TextLinear, texts: list[str | None]) -> np.ndarray:
    data = table(texts, ["bad"] * len(texts))
    return model.predict(data).values[0]


@pytest.mark.parametrize("penalty", [10.0, 1.0, 0.1])
def test_probabilities_are_those_of_scikit_learn(penalty, tmp_path):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    data, unseen = reviews(150), reviews(40, seed=1)
    model = fitted(data, tmp_path, penalty=penalty, tolerance=1e-9, rounds=2_000)

    oracle = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b"),
        LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=5_000),
    ).fit(data.values("review").to_pylist(), data.values("y").to_pylist())
    expected = oracle.predict_proba(unseen.values("review").to_pylist())

    assert model.predict(unseen).values[0] == pytest.approx(expected, abs=1e-5)


def test_rare_words_decide_and_common_ones_do_not(tmp_path):
    model = fitted(reviews(200), tmp_path)

    good, bad = chances(model, ["lovely taste, fresh", "stale and dry, soap"])[:, 1]

    assert good > 0.8
    assert bad < 0.2


def test_a_text_without_a_known_word_gets_the_answer_for_an_empty_one(tmp_path):
    model = fitted(reviews(200), tmp_path)

    empty, missing, unknown = chances(model, ["", None, "zzz qqq"])

    assert empty == pytest.approx(missing)
    assert empty == pytest.approx(unknown)


def test_texts_written_without_spaces_are_read_by_characters(tmp_path):
    labels = ["good", "bad"] * 40
    texts = [
        f"这个味道很好吃{n}" if y == "good" else f"质量太差了退货{n}" for n, y in enumerate(labels)
    ]

    model = fitted(table(texts, labels), tmp_path, characters=True)

    assert chances(model, ["味道很好", "太差退货"])[:, 1].tolist() == pytest.approx([1, 0], abs=0.3)


def test_other_columns_count_beside_the_words(tmp_path):
    random = np.random.default_rng(3)
    stars = random.normal(size=300)
    labels = np.where(stars > 0, "good", "bad").tolist()
    data = table(["the same words"] * 300, labels, stars=stars)

    model = fitted(data, tmp_path)

    answers = model.predict(data).values[0][:, 1] > 0.5
    assert np.mean(answers == (stars > 0)) > 0.97


def test_nothing_but_empty_texts_still_gives_the_shares(tmp_path):
    labels = ["good"] * 30 + ["bad"] * 10

    model = fitted(table([""] * 40, labels), tmp_path)

    assert chances(model, ["anything"])[0] == pytest.approx([0.25, 0.75], abs=0.01)


def test_hundred_thousand_characters_cost_no_more_than_the_first_ones(tmp_path):
    from headstart.features.tfidf import MOST_CHARACTERS, texts_of

    long = "word " * 20_000

    assert len(texts_of(pa.chunked_array([[long, None]]))[0]) == MOST_CHARACTERS


def profile(**columns: object) -> Profile:
    facts = tuple(
        ColumnFacts(name=name, modality=modality, role="input", missing=0, distinct=50, **more)
        for name, (modality, more) in columns.items()
    )
    return Profile(source="here", rows=100, columns=facts, task=TASK)


def test_without_a_text_it_refuses():
    refusal = text_linear.propose(TASK, profile(size=("number", {})))

    assert isinstance(refusal, Refusal)
    assert "no input column is text" in refusal.because


@pytest.mark.parametrize(("words", "characters"), [(1.0, True), (30.0, False)])
def test_characters_are_proposed_where_texts_have_no_words(words, characters):
    (candidate,) = text_linear.propose(TASK, profile(note=("text", {"median_words": words})))

    assert candidate.settings.characters is characters


def test_another_folder_is_refused_in_words(tmp_path):
    with pytest.raises(WeightsError, match="holds no linear model of texts"):
        text_linear.load(tmp_path)
