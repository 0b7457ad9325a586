"""What a file is, judged by its bytes: its name may say anything.

One pass over the file finds its checksum, its encoding and its first NUL byte.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from headstart.errors import DataError

_BLOCK = 1 << 20
_SAMPLE = 1 << 18

# The first bytes of what people rename to .csv by mistake.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
    (b"RIFF", "a recording or picture (RIFF)"),
    (b"\x7fELF", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"FEA1", "a Feather file of version 1"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
)
_BINARY_ONLY = frozenset({b"BM", b"ID3", b"ORC", b"RIFF"})  # may also begin a text
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = re.compile(r"cp125[02478]$|iso8859_(2|3|4|9|10|13|14|15|16)$|latin_1$|mac_(ice|lat|rom)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the bytes say.

    Attributes:
        kind: `text`, `parquet` or `arrow` (file or stream).
        sha256: of all bytes.
        encoding: of a text; `utf-8` also where single rows are damaged.
        mixed_lines: its lines do not all end in \\n, or all in \\r\\n.
    """

    kind: str
    sha256: str
    encoding: str = "utf-8"
    mixed_lines: bool = False


def survey(path: Path, name: str = "") -> Survey:
    """Look at every byte of a file once; messages call it by `name`.

    Raises:
        DataError: the file is empty, is of a foreign kind, or holds bytes that no text has.
    """
    name, scan = name or path.name, _Scan(path)
    with open(path, "rb") as file:
        head = file.read(_SAMPLE)
    if not head.strip(b"\r\n\t \xef\xbb\xbf"):
        raise DataError(f"{name} is empty.", "A table needs a line of names and rows below.")
    if head.startswith((b"PAR1", b"PARE")):
        return Survey(kind="parquet", sha256=scan.sha256)
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return Survey(kind="arrow", sha256=scan.sha256)
    _refuse_foreign(name, head)
    encoding = _encoding(path, name, head, scan)
    return Survey(kind="text", sha256=scan.sha256, encoding=encoding, mixed_lines=scan.mixed_lines)


class _Scan:
    """One pass over the bytes: checksum, first NUL byte, whether it is UTF-8, ends of lines."""

    def __init__(self, path: Path) -> None:
        digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
        self.nul: int | None = None
        self.is_utf8 = True
        feeds = returns = both = position = 0
        last = b""
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                if self.nul is None and (found := block.find(b"\0")) >= 0:
                    self.nul = position + found
                self.is_utf8 = self.is_utf8 and _decodes(decoder, block)
                feeds, returns = feeds + block.count(b"\n"), returns + block.count(b"\r")
                both += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
                position, last = position + len(block), block[-1:]
        self.sha256 = digest.hexdigest()
        self.mixed_lines = returns > 0 and not (returns == both == feeds)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_foreign(name: str, head: bytes) -> None:
    if head.startswith(b"PK\x03\x04"):
        office = b"xl/" in head or b"[Content_Types].xml" in head
        what = "an Excel workbook" if office else "a zip archive"
        raise _foreign(name, what)
    for magic, what in _FOREIGN:
        if head.startswith(magic) and (magic not in _BINARY_ONLY or b"\0" in head):
            raise _foreign(name, what)
    if head[257:262] == b"ustar":
        raise _foreign(name, "a tar archive")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html")):
        raise _foreign(name, "a web page")


def _foreign(name: str, what: str) -> DataError:
    hints = {
        "an Excel workbook": "Save the sheet as CSV and name that file.",
        "a web page": "The download gave a page in place of the data; download the file itself.",
        "a Feather file of version 1": "Write it again with a present-day pandas or Arrow.",
    }
    unpack = "Unpack it and name the table inside."
    hint = hints.get(what, unpack if "archive" in what else "")
    hint = hint or "Headstart reads .csv, .tsv, .parquet, .feather and .jsonl tables."
    return DataError(f"{name} is {what} and not a table, whatever its name says.", hint)


def _encoding(path: Path, name: str, head: bytes, scan: _Scan) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if scan.nul is not None:
        return _encoding_with_nul(name, head, scan.nul)
    if scan.is_utf8:
        return "utf-8"
    return _legacy_encoding(path, name)


def _encoding_with_nul(name: str, head: bytes, nul: int) -> str:
    """UTF-16 without its mark has a NUL in every second byte; else the file is damaged."""
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(b"\0") > 0.7 * len(zeros):
            return encoding
    raise DataError(
        f"{name} is not a text table: it holds NUL bytes, the first at byte {nul:,}.",
        "If it is a damaged text, remove them with: tr -d '\\000' < damaged.csv > clean.csv",
    )


def _legacy_encoding(path: Path, name: str) -> str:
    """The encoding of a text that is not UTF-8 as a whole.

    Where most of the lines beyond ASCII are UTF-8, single lines are damaged: they are rejected one
    by one. Otherwise the file is in one of the encodings of old.
    """
    from charset_normalizer import from_bytes

    lines = _lines_beyond_ascii(path)
    if 2 * sum(_is_utf8(line) for line in lines) > len(lines):
        return "utf-8"
    sample = b"\n".join(lines)
    guesses = [guess.encoding for guess in from_bytes(sample)]  # the likeliest first
    if not guesses or _share_of_controls(sample) > 0.02:
        raise _garbage(name)
    if not _LATIN.match(guesses[0]):
        return guesses[0]
    if _reads_as_western(sample):
        return "cp1252"
    return next((guess for guess in guesses if guess != "cp1252"), "cp1252")


def _reads_as_western(sample: bytes) -> bool:
    """Whether no word has a symbol inside under cp1252, the most common of the Latin code pages.

    On few words the Latin pages cannot be told apart by their statistics; the wrong one shows by
    signs such as the pound or a superscript in the middle of words.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[^\W\d_][£¥¤§¹²³¼½¾¿¡¦¨¬¯ª«»]+[^\W\d_]|[£¥¹³¿¯¼¾][^\W\d_]", text)


def _garbage(name: str) -> DataError:
    return DataError(
        f"{name} is not a text table: its bytes make no text in any known encoding.",
        "Headstart reads .csv, .tsv, .parquet, .feather and .jsonl tables.",
    )


def _lines_beyond_ascii(path: Path, most: int = 300) -> list[bytes]:
    lines: list[bytes] = []
    with open(path, "rb") as file:
        while len(lines) < most and (line := file.readline(_BLOCK)):
            if not line.isascii():
                lines.append(line)
    return lines


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _share_of_controls(text: bytes) -> float:
    controls = sum(text.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f")
    return controls / max(len(text), 1)
