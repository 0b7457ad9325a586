"""Text tables of every kind, good and bad, through the code that the child runs."""

import bz2
import codecs
import datetime
import gzip
import hashlib
import lzma

import pytest
from opened_here import open_bytes

from headstart.errors import DataError


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "a;b\n1;x\n2;y\n",
        "a\tb\n1\tx\n2\ty\n",
        "a|b\n1|x\n2|y\n",
        "a,b\r\n1,x\r\n2,y\r\n",
        "a,b\r1,x\r2,y\r",
        "a,b\r\n1,x\n2,y\r\n",
        '"a","b"\n"1","x"\n"2","y"',
        "\ufeffa,b\n1,x\n2,y\n",
        "A title\n\na,b\n1,x\n2,y\n",
    ],
)
def test_any_delimiter_line_end_and_quoting_gives_the_same_table(tmp_path, text):
    values, opened = open_bytes(tmp_path, text)

    assert values == {"a": [1, 2], "b": ["x", "y"]}
    assert opened.rejected == ()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings_of_old_are_recognised(tmp_path, encoding):
    words = ["Müller", "Jürgen", "Käse", "Größe", "naïve", "café", "Straße", "Österreich"]
    text = "name,n\n" + "".join(f"{word},{number}\n" for number, word in enumerate(words))

    values, _ = open_bytes(tmp_path, text.encode(encoding))

    assert values["name"] == words


def test_quoted_cells_hold_delimiters_quotes_and_line_ends(tmp_path):
    text = 'review,score\n"good, very ""good""",1\n"two\nlines",0\n'

    values, _ = open_bytes(tmp_path, text)

    assert values == {"review": ['good, very "good"', "two\nlines"], "score": [1, 0]}


def test_backslash_escapes_where_quotes_are_not_doubled(tmp_path):
    values, _ = open_bytes(tmp_path, 'a,b\n"x\\"y",1\n"z",2\n')

    assert values["a"] == ['x"y', "z"]


def test_semicolon_file_has_decimal_commas(tmp_path):
    values, opened = open_bytes(tmp_path, "price;n\n1,5;3\n2,25;4\n")

    assert values == {"price": [1.5, 2.25], "n": [3, 4]}
    assert opened.notes == ("in `price` a comma is the decimal mark",)


def test_column_becomes_number_only_if_every_value_does(tmp_path):
    values, _ = open_bytes(tmp_path, "a,b,c\n1,1,007\n2.5,x,008\n,3,\n")

    assert values == {"a": [1, 2.5, None], "b": ["1", "x", "3"], "c": ["007", "008", None]}


def test_word_in_the_last_row_of_many_makes_the_whole_column_text(tmp_path):
    rows = 150_000  # beyond the first batch, where the column still looked like integers
    text = "a,b\n" + "1,01/02/2020\n" * rows + "?,13/02/2020\nx,?\n"

    values, _ = open_bytes(tmp_path, text)

    assert values["a"] == ["1"] * rows + ["?", "x"]
    assert values["b"][0] == datetime.datetime(2020, 2, 1)
    assert values["b"][-2:] == [datetime.datetime(2020, 2, 13), None]


def test_question_mark_is_missing_among_numbers_and_a_word_among_words(tmp_path):
    values, _ = open_bytes(tmp_path, "n,w\n1,?\n?,a\n-,-\n")

    assert values == {"n": [1, None, None], "w": ["?", "a", "-"]}


def test_infinity_counts_as_missing_and_is_told(tmp_path):
    values, opened = open_bytes(tmp_path, "x,y\n1.5,1\ninf,2\n-inf,3\n")

    assert values["x"] == [1.5, None, None]
    assert opened.notes == ("infinite numbers in `x` count as missing (2)",)


def test_kept_as_text_when_asked(tmp_path):
    values, _ = open_bytes(tmp_path, "a,b\n1.0,2\n", as_text=("a",))

    assert values == {"a": ["1.0"], "b": [2]}


def test_unreadable_rows_are_kept_with_line_reason_and_content(tmp_path):
    text = 'a,b,c\n1,x,2\n2,y\n3,z,4,5\n\n4,"mul\nti",7\n5,"bad"q,8\n6,ok,9\n'

    values, opened = open_bytes(tmp_path, text)

    assert values["a"] == [1, 4, 6]
    found = [(each.row, each.line, each.because, each.content) for each in opened.rejected]
    assert found == [
        (1, 3, "it has 2 values where the header has 3 names", "2,y"),
        (2, 4, "it has 4 values where the header has 3 names", "3,z,4,5"),
        (4, 8, "a quotation mark is opened and not properly closed", '5,"bad"q,8'),
    ]


def test_all_values_of_a_row_are_counted_however_many_lack_or_are_over(tmp_path):
    _, opened = open_bytes(tmp_path, "a,b,c,d\n1,2,3,4\n5\n6,7,8,9,10,11\n1,2,3,4\n")

    assert [each.because for each in opened.rejected] == [
        "it has 1 value where the header has 4 names",
        "it has 6 values where the header has 4 names",
    ]


def test_quote_that_is_never_closed_costs_one_row_and_not_the_rest(tmp_path):
    text = "a,b\n" + "1,x\n" * 50 + '2,"open\n' + "3,y\n" * 50

    values, opened = open_bytes(tmp_path, text)

    assert values["a"] == [1] * 50 + [3] * 50
    assert [(each.row, each.line, each.content) for each in opened.rejected] == [
        (50, 52, '2,"open')
    ]


def test_row_of_broken_utf8_is_rejected_alone(tmp_path):
    good = "".join(f"Größe {number},{number}\n" for number in range(20)).encode()

    values, opened = open_bytes(tmp_path, b"a,b\n" + good + b"Gr\xf6\xdfe,5\n" + good)

    assert len(values["a"]) == 40
    assert opened.rejected[0].because == "it holds bytes that are no UTF-8 text"
    assert opened.rejected[0].line == 22


def test_repeated_and_empty_names_are_made_unique_and_told(tmp_path):
    values, opened = open_bytes(tmp_path, "a,b,a,\n1,2,3,4\n")

    assert list(values) == ["a", "b", "a_2", "column_4"]
    assert opened.notes == ("more than one column is called `a`; the later ones are read as `a_2`",)


def test_names_that_differ_in_case_only_are_different(tmp_path):
    values, _ = open_bytes(tmp_path, 'A,a,"x""y"\n1,2,3\n')

    assert values == {"A": [1], "a": [2], 'x"y': [3]}


def test_file_without_names_gets_some(tmp_path):
    values, opened = open_bytes(tmp_path, "5.1,3.5,a\n4.9,3.0,b\n".replace("a", "1.5"))

    assert list(values) == ["column_1", "column_2", "column_3"]
    assert len(values["column_1"]) == 2
    assert "the first line holds no names" in opened.notes[0]


@pytest.mark.parametrize("packer", [gzip, bz2, lzma])
def test_compressed_file_is_unpacked(tmp_path, packer):
    content = packer.compress(b"a,b\n1,x\n")

    values, opened = open_bytes(tmp_path, content, "t.csv.gz")

    assert values == {"a": [1], "b": ["x"]}
    assert opened.fingerprint == hashlib.sha256(content).hexdigest()


def test_one_column_is_enough(tmp_path):
    values, _ = open_bytes(tmp_path, "y\n1\n2\n")

    assert values == {"y": [1, 2]}


def test_ten_thousand_columns(tmp_path):
    names = ",".join(f"c{number}" for number in range(10_000))
    row = ",".join(str(number % 7) for number in range(10_000))

    values, _ = open_bytes(tmp_path, f"{names}\n{row}\n{row}\n{row}\n")

    assert len(values) == 10_000
    assert values["c13"] == [6, 6, 6]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"t\.csv is empty"),
        (b"\n \n", r"t\.csv is empty"),
        (codecs.BOM_UTF8, r"t\.csv is empty"),
        (b"a,b\n", r"t\.csv has a header and no rows \(`a`, `b`\)"),
        (b"\x89PNG\r\n\x1a\n....", "is a PNG picture and not a table"),
        (b"PK\x03\x04 data.csv", "is a zip archive and not a table"),
        (b"PK\x03\x04 [Content_Types].xml", "is an Excel workbook and not a table"),
        (b"x" * 257 + b"ustar", "is a tar archive and not a table"),
        (b"\x1f\x8b\x08\x00\x00", r"t\.csv is damaged: "),
        (b"%PDF-1.7", "is a PDF document"),
        (b"<!DOCTYPE html><html>", "is a web page and not a table"),
        (b"a,b\n1,\x00\n", "holds NUL bytes, the first at byte 6"),
        (bytes(range(128, 256)) * 40 + b"\x01\x02\x03" * 900, "make no text in any known encoding"),
        (b"a,b\n1\n2\n3\n4,5\n", r"3 of 4 rows of t\.csv cannot be read; line 2: it has 1 value"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, content, message):
    with pytest.raises(DataError, match=message) as caught:
        open_bytes(tmp_path, content)

    assert caught.value.hint
