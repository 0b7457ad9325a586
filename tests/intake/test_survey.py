"""What bytes say of a file."""

import pytest

from headstart.errors import DataError
from headstart.intake.survey import survey

WORDS = {
    "cp1252": "Müller Käse Größe café naïve garçon 20 € «bon» Österreich",
    "cp1250": "Łódź Kraków Gdańsk Świętokrzyskie Żółć Częstochowa",
    "cp1251": "Москва Санкт-Петербург Казань",
    "cp932": "東京 大阪府 京都市",
}


def write(folder, content: bytes):
    path = folder / "t.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", WORDS)
def test_code_page_is_guessed_so_that_the_words_come_out_right(tmp_path, encoding):
    content = WORDS[encoding].replace(" ", "\n").encode(encoding)

    found = survey(write(tmp_path, content)).encoding

    assert content.decode(found) == WORDS[encoding].replace(" ", "\n")


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"PAR1....", "parquet"), (b"ARROW1\0\0", "arrow"), (b"a,b\n1,2\n", "text")],
)
def test_content_and_not_the_name_decides(tmp_path, head, kind):
    assert survey(write(tmp_path, head)).kind == kind


def test_checksum_is_that_of_the_bytes(tmp_path):
    import hashlib

    content = b"a,b\n" + b"1,2\n" * 600_000  # more than one block

    assert survey(write(tmp_path, content)).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "mixed"),
    [
        (b"a\n1\n", False),
        (b"a\r\n1\r\n", False),
        (b"a\r1\r", True),
        (b"a\r\n1\n", True),
        (b"a" * ((1 << 20) - 1) + b"\r\nx\r\n", False),  # divided between two blocks
    ],
)
def test_line_ends_of_several_kinds_are_noticed(tmp_path, content, mixed):
    assert survey(write(tmp_path, content)).mixed_lines is mixed


def test_letter_cut_between_two_blocks_is_still_utf8(tmp_path):
    content = b"a" * ((1 << 20) - 1) + "ö\nö\n".encode()

    assert survey(write(tmp_path, content)).encoding == "utf-8"


def test_nul_bytes_are_refused_with_the_remedy(tmp_path):
    with pytest.raises(DataError, match="holds NUL bytes, the first at byte 6") as caught:
        survey(write(tmp_path, b"a,b\n1,\0\n"))

    assert "tr -d" in caught.value.hint
