"""How new a row is: even for rows like those of training, high and named for strange ones."""

import numpy as np
import pyarrow as pa
import pytest

from headstart.features.novelty import FILE, learn_novelty, read_novelty
from headstart.records import Column, Table

COLUMNS = (
    Column(name="age", modality="number"),
    Column(name="height", modality="number"),
    Column(name="colour", modality="category"),
    Column(name="said", modality="text"),
    Column(name="y", modality="number", role="target"),
)
WORDS = ("the", "a", "room", "was", "clean", "bed", "small", "quiet", "near", "station", "liked")


def people(rows: int, seed: int = 0) -> Table:
    generator = np.random.default_rng(seed)
    age = generator.normal(40, 10, rows).round(1)
    values = {
        "age": age,
        "height": 170 + 0.2 * age + generator.normal(0, 8, rows),
        "colour": generator.choice(["red", "green", "blue"], rows, p=[0.6, 0.3, 0.1]),
        "said": [" ".join(generator.choice(WORDS, 8)) for _ in range(rows)],
        "y": generator.normal(size=rows),
    }
    return Table(columns=COLUMNS, arrow=pa.table(values), row_ids=np.arange(rows))


def changed(table: Table, **cells: object) -> Table:
    """The table with these values in its first row."""
    arrow = table.arrow
    for name, value in cells.items():
        values = [value, *arrow.column(name).to_pylist()[1:]]
        place = arrow.column_names.index(name)
        arrow = arrow.set_column(place, name, pa.array(values, arrow.column(name).type))
    return Table(columns=table.columns, arrow=arrow, row_ids=table.row_ids)


@pytest.fixture(scope="module")
def learned():
    return learn_novelty(people(2000))


def test_new_rows_like_those_of_training_are_spread_evenly(learned):
    found = learned.judge(people(2000, seed=1)).novelty

    assert found.min() >= 0
    assert found.max() <= 1
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)
    assert np.mean(found > 0.9) == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"age": 400.0}, "`age` is 400; in training it was"),
        ({"colour": "mauve"}, "`colour` is `mauve`, which training did not have"),
        ({"age": None}, "`age` is missing, which it never was in training"),
        ({"said": "quarterly yields of nickel futures"}, "of the words of `said` are new"),
    ],
)
def test_a_strange_cell_is_named_and_makes_the_row_new(learned, cells, sentence):
    usual = people(200, seed=2)

    found = learned.judge(changed(usual, **cells))

    assert sentence in found.because[0]
    assert found.novelty[0] > 0.95


def test_what_is_strange_by_no_single_column_is_found_by_its_distance():
    generator = np.random.default_rng(0)
    first = generator.normal(size=2000)
    line = pa.table({"a": first, "b": first + 0.01 * generator.normal(size=2000)})
    columns = (Column(name="a", modality="number"), Column(name="b", modality="number"))
    table = Table(columns=columns, arrow=line, row_ids=np.arange(2000))
    off = Table(columns=columns, arrow=pa.table({"a": [1.0], "b": [-1.0]}), row_ids=np.arange(1))

    found = learn_novelty(table).judge(off)

    assert found.novelty[0] == 1.0
    assert "by no single column" in found.because[0]


def test_usual_rows_have_nothing_to_say(learned):
    said = learned.judge(people(500, seed=3)).because

    assert np.mean([text == "" for text in said]) > 0.9


def test_a_column_where_new_values_are_usual_is_not_spoken_of():
    rows = people(400)
    names = pa.array([f"n{i}" for i in range(400)])
    open_table = Table(
        columns=rows.columns, arrow=rows.arrow.set_column(2, "colour", names), row_ids=rows.row_ids
    )

    found = learn_novelty(open_table).judge(changed(open_table, colour="nobody"))

    assert "colour" not in found.because[0]
    assert found.novelty[0] < 1


def test_what_is_learned_survives_the_disk_and_is_small(learned, tmp_path):
    learned.write(tmp_path / FILE)
    asked = changed(people(100, seed=4), colour="mauve")

    before, after = learned.judge(asked), read_novelty(tmp_path / FILE).judge(asked)

    assert after.because == before.because
    np.testing.assert_array_equal(after.novelty, before.novelty)
    assert (tmp_path / FILE).stat().st_size < 300_000


def test_the_file_holds_no_value_of_a_category_or_text(learned, tmp_path):
    learned.write(tmp_path / FILE)

    content = (tmp_path / FILE).read_bytes()

    assert b"green" not in content
    assert b"station" not in content


def test_one_row_is_as_new_as_that_row_of_a_batch(learned):
    batch = people(50, seed=5)

    alone = [learned.judge(batch.take([row])).novelty[0] for row in range(10)]

    np.testing.assert_array_equal(alone, learned.judge(batch).novelty[:10])


def test_few_rows_and_unmeasured_columns_tell_nothing():
    only_target = people(100).without("input")

    assert learn_novelty(people(39)) is None
    assert learn_novelty(only_target) is None


def test_many_columns_are_folded_and_still_tell():
    generator = np.random.default_rng(0)
    names = [f"x{i}" for i in range(400)]
    columns = tuple(Column(name=name, modality="number") for name in names)

    def wide(rows, shift=0.0):
        values = {name: generator.normal(shift, size=rows) for name in names}
        return Table(columns=columns, arrow=pa.table(values), row_ids=np.arange(rows))

    learned = learn_novelty(wide(400))

    assert learned.references.shape[1] == 256
    assert np.mean(learned.judge(wide(200)).novelty > 0.9) < 0.25
    assert np.mean(learned.judge(wide(20, shift=2.0)).novelty) > 0.99


def test_a_picture_unlike_the_others_is_new(tmp_path):
    from PIL import Image

    generator = np.random.default_rng(0)
    for number in range(80):
        pixels = generator.integers(0, 80, (24, 24, 3), dtype=np.uint8)
        pixels[6:18, 6:18] += 120
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    Image.fromarray(np.full((24, 24, 3), 250, dtype=np.uint8)).save(tmp_path / "white.png")
    columns = (Column(name="image", modality="image"),)

    def pictures(names):
        arrow = pa.table({"image": names})
        return Table(
            columns=columns, arrow=arrow, row_ids=np.arange(len(names)), media_root=tmp_path
        )

    learned = learn_novelty(pictures([f"{number}.png" for number in range(70)]))
    found = learned.judge(pictures(["white.png", *[f"{number}.png" for number in range(70, 80)]]))

    assert found.novelty[0] == 1
    assert np.mean(found.novelty[1:]) < 0.8


def test_vectors_are_compared_by_their_directions():
    generator = np.random.default_rng(0)

    def vectors(middle, rows):
        values = middle + 0.1 * generator.normal(size=(rows, 8))
        arrow = pa.table({"v": [row.tolist() for row in values]})
        return Table(
            columns=(Column(name="v", modality="vector"),), arrow=arrow, row_ids=np.arange(rows)
        )

    usual, other = np.eye(8)[0], np.eye(8)[1]
    learned = learn_novelty(vectors(usual, 200))

    assert np.mean(learned.judge(vectors(usual, 50)).novelty) < 0.7
    assert (learned.judge(vectors(other, 5)).novelty == 1).all()
