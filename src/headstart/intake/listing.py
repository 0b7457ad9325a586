"""What lies in a folder, by kind; nothing is opened, and no link is followed out of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Literal

from headstart.errors import DataError, listed
from headstart.intake.modalities import AUDIO_ENDINGS, IMAGE_ENDINGS

Kind = Literal["picture", "text", "recording", "table", "other"]
TEXT_ENDINGS = (".txt",)
TAR_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
ARCHIVE_ENDINGS = (".zip", *TAR_ENDINGS)
METADATA = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
MOST_FILES = 2_000_000
_TABLE_ENDINGS = (".csv", ".tsv", ".parquet", ".feather", ".arrow", ".jsonl", ".ndjson")
_ENDINGS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("picture", IMAGE_ENDINGS),
    ("text", TEXT_ENDINGS),
    ("recording", AUDIO_ENDINGS),
    ("table", _TABLE_ENDINGS),
)
_OF_SYSTEMS = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a folder and of the folders in it.

    Attributes:
        root: the folder, with links resolved.
        files: paths relative to it with their kind, in the order of their names.
        hidden: files and folders whose name begins with a dot, and those of operating systems.
        links: to folders, out of the folder, or to nothing.
        odd: names that are no UTF-8, and what is neither file nor folder.
    """

    root: Path
    files: tuple[tuple[str, Kind], ...]
    hidden: int = 0
    links: int = 0
    odd: int = 0

    def of(self, kind: Kind) -> tuple[str, ...]:
        """Paths of the files of one kind."""
        return tuple(name for name, each in self.files if each == kind)

    def metadata(self) -> str:
        """The path of the table that describes the files, or nothing."""
        tables = set(self.of("table"))
        before = wrapper([name for name, _ in self.files])
        return next((before + name for name in METADATA if before + name in tables), "")

    def left_out(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """A note on what is not read beside the files of these kinds, or nothing."""
        rest = [name for name, kind in self.files if kind not in kinds and not _is_metadata(name)]
        others = f"of other kinds ({_endings(rest)})" if rest else ""
        counts = {
            "hidden": self.hidden,
            "links to folders or out of the folder": self.links,
            "of no ordinary kind or name": self.odd,
            others: len(rest),
        }
        total = sum(counts.values())
        told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        files = "1 file is" if total == 1 else f"{total:,} files are"
        return (f"{files} left out: {told}",) if total else ()


def listing(folder: Path) -> Listing:
    """Everything in a folder, at any depth.

    Raises:
        DataError: it may not be read, or holds more than two million files.
    """
    root = folder.resolve()
    files: list[tuple[str, Kind]] = []
    tally: Counter[str] = Counter()
    try:
        for path, what in _walk(root, root):
            if what == "file":
                files.append((path, kind_of(path)))
            else:
                tally[what] += 1
            if len(files) > MOST_FILES:
                raise DataError(f"{folder} holds more than {MOST_FILES:,} files.", "Name a part.")
    except PermissionError as error:
        raise DataError(
            f"{error.filename} may not be read.", "Check the permissions of the folder."
        ) from None
    return Listing(
        root=root,
        files=tuple(sorted(files)),
        hidden=tally["hidden"],
        links=tally["link"],
        odd=tally["odd"],
    )


def kind_of(name: str) -> Kind:
    """What a file is, by its name.

    Example:
        >>> kind_of("cats/Tom.JPG"), kind_of("notes.md")
        ('picture', 'other')
    """
    lowered = name.lower()
    return next((kind for kind, endings in _ENDINGS if lowered.endswith(endings)), "other")


def is_system_file(name: str) -> bool:
    """Hidden files and folders, and what operating systems leave behind."""
    return name.startswith(".") or name.lower() in _OF_SYSTEMS


def wrapper(names: Sequence[str]) -> str:
    """The folders around everything, as a prefix: `flowers/` where all paths begin with it.

    Example:
        >>> wrapper(["flowers/rose/1.png", "flowers/tulip/1.png"]), wrapper(["rose/1.png"])
        ('flowers/', 'rose/')
    """
    if not names:
        return ""
    first, last = (name.split("/")[:-1] for name in (min(names), max(names)))
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(f"{part}/" for part, _ in same)


def what_is_there(found: Listing) -> str:
    """Kinds of files by their endings, for a message.

    Example:
        >>> what_is_there(Listing(root=Path("."), files=(("a.pdf", "other"), ("b.pdf", "other"))))
        '2 files (.pdf 2)'
    """
    names = [name for name, _ in found.files]
    if not names:
        return "nothing" if not found.hidden + found.links else "hidden files or links alone"
    files = "1 file" if len(names) == 1 else f"{len(names):,} files"
    counts = Counter(map(_ending, names)).most_common(4)
    return f"{files} ({', '.join(f'{ending} {count:,}' for ending, count in counts)})"


def _walk(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Relative path and what it is: `file`, `hidden`, `link` or `odd`."""
    waiting = [(str(folder), "")]
    while waiting:
        where, before = waiting.pop()
        with os.scandir(where) as entries:
            for entry in entries:
                what = _what(entry, root)
                if what == "folder":
                    waiting.append((entry.path, f"{before}{entry.name}/"))
                else:
                    yield before + entry.name, what


def _what(entry: os.DirEntry[str], root: Path) -> str:
    if is_system_file(entry.name):
        return "hidden"
    if not _is_plain(entry.name):
        return "odd"
    if entry.is_symlink():
        target = Path(os.path.realpath(entry.path))
        return "file" if root in target.parents and target.is_file() else "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "odd"


def _is_plain(name: str) -> bool:
    """Whether every program reads the name alike: UTF-8, no backslash."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\\" not in name


def _is_metadata(name: str) -> bool:
    return name.rpartition("/")[2] in METADATA


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower() or "without an ending"


def _endings(names: Sequence[str]) -> str:
    return listed([ending for ending, _ in Counter(map(_ending, names)).most_common()], 3)
