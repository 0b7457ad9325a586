"""Open a file of unknown content: what a disposable child runs, far from the person's process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from headstart.errors import DataError
from headstart.intake.opened import Opened, opened_to_plain
from headstart.intake.survey import Survey, survey
from headstart.intake.unpacking import unpacked
from headstart.processes.libraries import lean_arrow
from headstart.storage.checksums import sha256

VALUES = "values.arrow"
_JSON_NAMES = (".jsonl", ".ndjson", ".json")


def open_file(
    path: str, folder: str, as_text: list[str], forgiving: bool = False
) -> dict[str, Any]:
    """Write the values of a table file to `values.arrow` in `folder`; say what is known of it.

    Args:
        as_text: columns of a text table to leave as they are written.
        forgiving: one readable row is enough.

    Raises:
        DataError: it is not a table that can be read.
    """
    lean_arrow()
    source, out = Path(path), Path(folder) / VALUES
    try:
        content = unpacked(source, Path(folder))
        seen = survey(content, source.name)
        opened = _open(source, content, seen, out, as_text, forgiving)
        if not seen.encoding.startswith("utf"):
            note = f"the file is not in UTF-8; it is read as {seen.encoding}"
            opened = replace(opened, notes=(*opened.notes, note))
        found = seen.sha256 if content == source else sha256(source)
    except PermissionError:
        raise DataError(f"{source.name} may not be read.", "Check its permissions.") from None
    return opened_to_plain(replace(opened, fingerprint=found))


def _open(
    source: Path, content: Path, seen: Survey, out: Path, as_text: list[str], forgiving: bool
) -> Opened:
    if seen.kind in ("parquet", "arrow"):
        from headstart.intake import columnar

        return columnar.write_typed(content, seen.kind, out, name=source.name)
    text = _utf8(content, seen, out.parent)
    if _is_json(source, text):
        from headstart.intake import lines

        return lines.write_typed(text, out, name=source.name, forgiving=forgiving)
    from headstart.intake import delimited

    return delimited.write_typed(text, out, name=source.name, as_text=as_text, forgiving=forgiving)


def _is_json(source: Path, text: Path) -> bool:
    if any(ending.lower() in _JSON_NAMES for ending in source.suffixes[-2:]):
        return True
    with open(text, encoding="utf-8-sig", errors="replace") as file:
        return file.readline(1 << 16).lstrip().startswith('{"')


def _utf8(source: Path, seen: Survey, folder: Path) -> Path:
    """The file itself, or a copy in UTF-8 with one kind of line end."""
    if seen.encoding in ("utf-8", "utf-8-sig") and not seen.mixed_lines:
        return source
    copy = folder / "copy.txt"
    damaged = "surrogateescape" if seen.encoding.startswith("utf-8") else "replace"
    with (
        open(source, encoding=seen.encoding, errors=damaged) as old,
        open(copy, "w", encoding="utf-8", errors=damaged, newline="\n") as new,
    ):
        while block := old.read(1 << 20):  # reading turns every line end into \n
            new.write(block)
    return copy
