"""Open bytes as the child would, but in this process: the same code without a process for each."""

from pathlib import Path

import pyarrow as pa

from headstart.intake import opening
from headstart.intake.opened import Opened, opened_from_plain


def open_bytes(
    folder: Path, content: bytes | str, name: str = "t.csv", as_text: tuple[str, ...] = ()
) -> tuple[dict[str, list], Opened]:
    """The columns as lists, and what was reported."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    opened = opened_from_plain(opening.open_file(str(path), str(out), list(as_text)))
    with pa.OSFile(str(out / opening.VALUES)) as file:
        table = pa.ipc.open_file(file).read_all()
    return table.to_pydict(), opened
