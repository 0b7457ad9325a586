"""A folder of pictures or texts becomes a table: a row for each file, its folder is its class."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from headstart.errors import DataError, listed
from headstart.intake.listing import ARCHIVE_ENDINGS, Kind, Listing, what_is_there, wrapper
from headstart.intake.opened import Opened, opened_from_plain
from headstart.intake.rejected import Rejected
from headstart.intake.texts import VALUES

if TYPE_CHECKING:
    import pyarrow as pa

CLASS = "class"
FILE_NAME = "file_name"
_COLUMNS: Mapping[Kind, str] = {"picture": "image", "text": "text"}
_PARTS = frozenset(
    ("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval")
)
_FEW, _SMALL_SHARE = 3, 0.05
_SECONDS, _MEGABYTES = 600.0, 1500.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """The rows of a folder.

    Attributes:
        arrow: the files that could be read: paths of pictures or texts, and classes if there are.
        files: the path of every file in order, also of those that could not be read.
        words: modality of each column.
        target: the column of classes, if there are.
    """

    arrow: pa.Table
    files: tuple[str, ...]
    words: Mapping[str, str]
    target: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = field(default=())


def gather(found: Listing, name: str) -> Gathered:
    """Read what a listing holds: pictures, or texts.

    Args:
        name: what messages call the folder.

    Raises:
        DataError: it holds neither, or both, or parts such as `train` and `test`.
    """
    import pyarrow as pa

    kind, files = _of_one_kind(found, name)
    classes = _classes(files, name)
    rejected: tuple[Rejected, ...] = ()
    if kind == "text":
        arrow, rejected = _texts(found.root, files, name)
    else:
        arrow = pa.table({_COLUMNS[kind]: pa.array(files, pa.string())})
    words = {_COLUMNS[kind]: _COLUMNS[kind]}
    if any(classes):
        unread = {each.row for each in rejected}
        kept = [label for row, label in enumerate(classes) if row not in unread]
        arrow = arrow.append_column(CLASS, pa.array(kept, pa.string()))
        words[CLASS] = "category"
    return Gathered(
        arrow=arrow,
        files=files,
        words=words,
        target=(CLASS,) if any(classes) else (),
        rejected=rejected,
        notes=(*found.left_out([kind]), *_about(rejected, len(files))),
    )


def _of_one_kind(found: Listing, name: str) -> tuple[Kind, tuple[str, ...]]:
    """The kind that the folder is about, and its files; a few of the other kind may lie beside."""
    pictures, texts = found.of("picture"), found.of("text")
    if not pictures and not texts:
        raise _nothing(found, name)
    kinds: list[tuple[Kind, tuple[str, ...]]] = [("picture", pictures), ("text", texts)]
    (kind, files), (_, others) = sorted(kinds, key=lambda each: -len(each[1]))
    if len(others) > max(_FEW, _SMALL_SHARE * len(files)) or not _beside(others, files):
        raise DataError(
            f"{name} holds {len(pictures):,} pictures and {len(texts):,} texts: "
            "it is not clear which of them are the rows.",
            "Keep one kind in the folder, or add a metadata.csv with a column `file_name` and one "
            "for each text, label or number.",
        )
    return kind, files


def _beside(others: Sequence[str], files: Sequence[str]) -> bool:
    """Whether every file of the minor kind lies at the top or beside files of the major one."""
    folders = {each.rpartition("/")[0] for each in files}
    return {each.rpartition("/")[0] for each in others} <= {*folders, ""}


def _nothing(found: Listing, name: str) -> DataError:
    tables, recordings = found.of("table"), found.of("recording")
    if recordings:
        return DataError(
            f"{name} holds recordings ({what_is_there(found)}), which are not read yet.",
            "Headstart reads folders of pictures or of texts, and tables.",
        )
    hint = "Put pictures (.png, .jpg ...) or texts (.txt) into one folder for each class."
    archived = [name for name, _ in found.files if name.lower().endswith(ARCHIVE_ENDINGS)]
    if archived:
        hint = f"Name an archive in it, such as {listed(archived[:1])}."
    if tables:
        hint = f"Name a table in it, such as {listed(tables[:1])}."
    return DataError(f"{name} holds no pictures and no texts; found: {what_is_there(found)}.", hint)


def _classes(files: Sequence[str], name: str) -> list[str | None]:
    """The class of each file: the first folder that does not hold all of them; or none.

    Raises:
        DataError: the folders are parts of the data and no classes.
    """
    begin = len(wrapper(files))
    classes = [
        first if rest else None
        for first, _, rest in (each[begin:].partition("/") for each in files)
    ]
    names = sorted({label for label in classes if label})
    if len(names) > 1 and all(label.lower() in _PARTS for label in names):
        inner = Path(name) / files[0][:begin]
        parts = " and ".join(f"`{label}`" for label in names)
        train = next((label for label in names if label.lower().startswith("train")), names[0])
        other = next(label for label in names if label != train)
        raise DataError(
            f"{name} holds the parts {parts}, which are no classes.",
            f"Learn from one and judge on another: headstart fit {inner / train} "
            f"--test {inner / other}",
        )
    return classes


def _texts(root: Path, files: Sequence[str], name: str) -> tuple[pa.Table, tuple[Rejected, ...]]:
    import pyarrow as pa

    with tempfile.TemporaryDirectory(prefix="headstart-") as folder:
        opened = _in_child(root, files, folder, name)
        arrow = pa.ipc.open_file(pa.memory_map(str(Path(folder) / VALUES))).read_all()
    if not len(arrow):
        first = opened.rejected[0]
        raise DataError(
            f"none of the {len(files):,} texts in {name} can be read; "
            f"`{first.content}`: {first.because}.",
            "A text file holds UTF-8.",
        )
    return arrow, opened.rejected


def _in_child(root: Path, files: Sequence[str], folder: str, name: str) -> Opened:
    from headstart.processes import children

    outcome = children.run(
        "headstart.intake.texts:write_texts",
        {"root": str(root), "names": list(files), "column": _COLUMNS["text"], "folder": folder},
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
    )
    if outcome.status != "ok":
        raise DataError(f"the texts in {name} cannot be read: {outcome.because}.")
    return opened_from_plain(outcome.value)


def _about(rejected: Sequence[Rejected], files: int) -> tuple[str, ...]:
    if not rejected:
        return ()
    first = rejected[0]
    are = "is" if len(rejected) == 1 else "are"
    return (
        f"{len(rejected):,} of {files:,} texts {are} left out (`{first.content}`: {first.because})",
    )
