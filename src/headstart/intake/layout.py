"""How a text table is laid out: dialect, header, and the names of the columns."""

from dataclasses import dataclass
from pathlib import Path

from headstart.errors import listed
from headstart.intake.dialects import Dialect, detect, records
from headstart.intake.headers import has_names, invented_names, unique_names

_SAMPLE_BYTES = 1 << 18
LONGEST_LINE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the table lies in a UTF-8 text, and how it is written."""

    path: Path
    dialect: Dialect
    names: tuple[str, ...]
    has_header: bool


def find_layout(path: Path) -> tuple[Layout, tuple[str, ...]]:
    """Dialect and names, with notes about names that were changed or invented."""
    with open(path, "rb") as file:
        sample = file.read(_SAMPLE_BYTES)
        if len(sample) == _SAMPLE_BYTES:
            sample += file.readline(LONGEST_LINE)  # the first line may be a very long one
    text = sample.decode("utf-8-sig", errors="replace")
    dialect = detect(text)
    first = records(text, dialect, most=1)[0]
    has_header = has_names(first)
    names, notes = unique_names(first) if has_header else (invented_names(len(first)), ())
    if not has_header:
        notes = (f"the first line holds no names; the columns are called {listed(names, 3)}",)
    return Layout(path=path, dialect=dialect, names=names, has_header=has_header), notes
