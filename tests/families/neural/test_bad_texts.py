"""Texts as they come: every family that reads them learns, and answers with finite chances."""

import numpy as np
import pyarrow as pa
import pytest
from _texts import HAPPY, READERS, reader, rows

pytest.importorskip("torch")
pytest.importorskip("transformers")

LONG = 100_000
STRANGE = (
    *("", None, " ", "\t\n", "\u3000\u200b", "dry", "light and dry"),
    *("dry " * (LONG // 4), "x" * LONG, "漢" * LONG, "!" * LONG),
    *("שלום עולם", "مرحبا بالعالم", "你好世界", "こんにちは", "Привет", "नमस्ते"),
    *("🎉🎊", "👩\u200d👩\u200d👧", "\U0001f1e9\U0001f1ea", "e\u0301\u0302\u0303", "\ufffd"),
    *("a\0b", "\0", "\x01\x02\x1f\x7f", "\u202e dry", "\ufeffwet", "\r\n\r"),
)
TEXTS = {
    "empty": [""],
    "missing": [None],
    "blank": [" ", "\t\n", "\u3000\u200b"],
    "equal": ["light and dry"],
    "strange": STRANGE,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", TEXTS)
def test_bad_texts_are_learned_from_and_answered(encoder, tmp_path, name, kind):
    given = [TEXTS[kind][place % len(TEXTS[kind])] for place in range(48)]
    data = rows(48, note=pa.array(given, pa.string()))

    answer = reader(name, HAPPY, data, encoder, tmp_path)(data)

    assert np.isfinite(answer.values[0]).all()
    np.testing.assert_allclose(answer.values[0].sum(axis=1), 1.0)


@pytest.mark.parametrize("name", READERS)
def test_who_learned_from_good_texts_answers_bad_ones(encoder, tmp_path, name):
    predict = reader(name, HAPPY, rows(60), encoder, tmp_path)

    answer = predict(rows(len(STRANGE), note=pa.array(STRANGE, pa.string())))

    assert np.isfinite(answer.values[0]).all()
    np.testing.assert_allclose(answer.values[0].sum(axis=1), 1.0)
