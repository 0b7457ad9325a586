"""From a name to verified files: the one home of this question.

A name is, in this order: a checkpoint of the catalogue; the path of a run, a model folder, a folder
that `save_pretrained` wrote or a file of parameters; a repository of the Hugging Face hub that is
in the local cache, as `owner/name` or `owner/name@revision`. No look-up touches the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from headstart.errors import WeightsError, unknown_name
from headstart.records.absence import Absence
from headstart.weights import catalogue, formats, verifying
from headstart.weights.configuration import CONFIG
from headstart.weights.entry import Entry, Place
from headstart.weights.places import own_folder
from headstart.weights.reading import read_entry
from headstart.weights.sources import folder as folder_source
from headstart.weights.sources import source
from headstart.weights.sources.run import MANIFEST
from headstart.weights.verifying import Proof

_REPOSITORY = re.compile(r"[a-zA-Z0-9][\w.-]*/[a-zA-Z0-9][\w.-]*(@[\w.-]+)?")
_WEAKEST: tuple[Proof, ...] = ("by form", "by size", "by SHA-256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A checkpoint on this machine, verified.

    Attributes:
        name: as it was asked for.
        path: the folder that holds its files, or the file itself.
        source: the kind of place it was found in.
        entry: what is known about it; None for an earlier run (its family knows it) and for a
            bare file of parameters (nothing but its tensors is known).
        verified: how sure it is that the parameters are the ones that the entry means.
    """

    name: str
    path: Path
    source: str
    entry: Entry | None
    verified: Proof

    @property
    def is_run(self) -> bool:
        return self.source == "run"

    @property
    def parameter_files(self) -> tuple[Path, ...]:
        """The files to open, in order; empty for a run, whose family opens them."""
        if self.path.is_file():
            return (self.path,)
        files = self.entry.files if self.entry else ()
        return tuple(self.path / file.name for file in files if file.holds_parameters)

    def file(self, name: str) -> Path | None:
        """A file of the checkpoint that is no parameters, such as its tokenizer."""
        path = self.path / name
        return path if self.path.is_dir() and path.is_file() else None


def find(name: str, *, any_channels: bool = False) -> Found | Absence:
    """A checkpoint by name, verified, or why it is not at hand.

    Args:
        any_channels: whether its pictures may have other channels than red, green and blue.

    Raises:
        AskError: nothing is called so.

    Example:
        >>> find("bert_base.nowhere")
        Traceback (most recent call last):
        headstart.errors.AskError: there is no checkpoint `bert_base.nowhere`. Did you mean ...
    """
    try:
        if name in catalogue.names():
            return _find_entry(catalogue.entry(name))
        if name and Path(name).exists():
            return _find_path(name, any_channels=any_channels)
        if _REPOSITORY.fullmatch(name):
            return _find_repository(name)
    except WeightsError as error:
        return Absence(because=error.message, hint=error.hint, damaged=True)
    raise unknown_name("checkpoint", name, catalogue.names())


def need(name: str, *, any_channels: bool = False) -> Found:
    """A checkpoint by name, for those who cannot go on without it; as `find`.

    Raises:
        AskError: nothing is called so.
        WeightsError: it is not on this machine, or damaged; the message says what brings it.
    """
    found = find(name, any_channels=any_channels)
    if isinstance(found, Absence):
        text = found.because[:1].upper() + found.because[1:]
        raise WeightsError(f"the checkpoint `{name}` cannot be used. {text}", found.hint)
    return found


def at(name: str, path: Path) -> Found:
    """A checkpoint whose place is known, as a session holds it; verified again from memory.

    Raises:
        WeightsError: what stands there is not what the name means.
    """
    if name in catalogue.names():
        folder = path.parent if path.is_file() else path
        return _verified(catalogue.entry(name), folder, "folder")
    return replace(_find_path(str(path)), name=name)


def look(entry: Entry) -> tuple[bool, str]:
    """Whether a checkpoint seems to be here, by the sizes of its files alone, and why (not).

    Takes no longer for large files than for small ones; `find` is what verifies.
    """
    for place, found in places(entry):
        if isinstance(found, Path):
            return _glance(entry, place, found)
    for place, folder in _other_revisions(entry):
        available, because = _glance(entry, place, folder)
        if available:
            return True, because
    absence = missing(entry)
    command = absence.hint.partition("`")[2].partition("`")[0]
    return False, f"{absence.because.rstrip('.')}; get it with: {command}"


def at_hand(family: str) -> list[Entry]:
    """The catalogue's checkpoints for a family that seem to be on this machine; as `look`."""
    mine = [each for each in catalogue.entries() if each.family == family]
    return [each for each in mine if look(each)[0]]


def places(entry: Entry) -> Iterator[tuple[Place, Path | Absence]]:
    """Every place of an entry, the person's own folder first, with what a look there found."""
    names = [file.name for file in entry.files]
    own: Place = {"kind": "folder", "path": str(own_folder(entry.name))}
    for place in (own, *entry.sources):
        yield place, source(place["kind"]).find(place, names)


def missing(entry: Entry) -> Absence:
    """One message for a checkpoint that is nowhere: which file, where to put it, what brings it."""
    looked = [(place, found) for place, found in places(entry) if isinstance(found, Absence)]
    because = "; ".join(dict.fromkeys(found.because for _, found in looked[1:]))
    ways = dict.fromkeys(found.hint for _, found in looked[1:])
    network = any(place["kind"] != "package" for place in entry.sources)
    get = [f"headstart models --get {entry.name}"] if network else []
    files = ", ".join(file.name for file in entry.files)
    by_hand = f"or put {files} into {own_folder(entry.name)}"
    commands = " or ".join(f"`{way}`" for way in (*get, *ways))
    return Absence(because=f"{because}.", hint=f"Run {commands}, {by_hand}.")


def _find_entry(entry: Entry) -> Found | Absence:
    for place, found in places(entry):
        if isinstance(found, Path):
            return _verified(entry, found, place["kind"])
    for place, folder in _other_revisions(entry):
        try:
            return _verified(entry, folder, place["kind"])
        except WeightsError:
            continue  # another revision need not be the same; the pinned one is asked for then
    return missing(entry)


def _other_revisions(entry: Entry) -> Iterator[tuple[Place, Path]]:
    """What the hub's cache holds of a repository beside the pinned revision, and of its old name.

    Other programs fetch whatever is newest; often its files are the same, which the hash tells.
    """
    names = [file.name for file in entry.files]
    for place in entry.sources:
        if place["kind"] != "huggingface":
            continue
        for repository in filter(None, (place["repository"], place.get("former"))):
            other: Place = {"kind": "huggingface", "repository": repository}
            found = source("huggingface").find(other, names)
            if isinstance(found, Path):
                yield other, found


def _verified(entry: Entry, folder: Path, kind: str) -> Found:
    """An entry's files in a folder, each of them checked; the weakest proof counts."""
    proofs = {file.name: verifying.verify(folder / file.name, file) for file in entry.files}
    holding = [proofs[file.name] for file in entry.files if file.holds_parameters]
    return Found(
        name=entry.name,
        path=folder / entry.files[0].name if len(entry.files) == 1 else folder,
        source=kind,
        entry=entry,
        verified=min(holding, key=_WEAKEST.index),
    )


def _glance(entry: Entry, place: Place, folder: Path) -> tuple[bool, str]:
    for file in entry.files:
        size = (folder / file.name).stat().st_size
        if file.bytes not in (None, size):
            return False, f"`{folder / file.name}` has {size:,} bytes instead of {file.bytes:,}"
    holding = [file for file in entry.files if file.holds_parameters]
    if all(verifying.is_remembered(folder / file.name, file) for file in holding):
        proof = "verified by SHA-256"
    elif all(file.sha256 for file in holding):
        proof = "verified by size; by SHA-256 at its first use"
    else:
        proof = "verified by size: no SHA-256 is known"
    where = f"the package {place['package']}" if place["kind"] == "package" else str(folder)
    return True, f"{proof}; in {where}"


def _find_path(name: str, *, any_channels: bool = False) -> Found:
    path = Path(name).absolute()
    if path.is_file():
        formats.examine(path)
        known = _same_file(path)
        return Found(
            name=name,
            path=path,
            source="folder",
            entry=None if known is None else replace(known, name=name),
            verified="by form" if known is None else "by SHA-256",
        )
    place = {"path": str(path)}
    run = source("run").find(place, ())
    if isinstance(run, Path):
        return Found(name=name, path=run, source="run", entry=None, verified="by form")
    folder = folder_source.find(place, ())
    assert isinstance(folder, Path)  # it exists
    if not any((folder / known).is_file() for known in (CONFIG, "adapter_config.json")):
        raise WeightsError(
            f"`{name}` holds no model: it has neither a {MANIFEST} nor a {CONFIG}.",
            "Name a run folder, a folder that save_pretrained wrote, or a file of parameters.",
        )
    return Found(
        name=name,
        path=folder,
        source="folder",
        entry=read_entry(folder, name, any_channels=any_channels),
        verified="by form",
    )


def _same_file(path: Path) -> Entry | None:
    """The checkpoint of the catalogue that is this one file, by its name, size and SHA-256."""
    for entry in catalogue.entries():
        for file in entry.files[:1] if len(entry.files) == 1 else ():
            is_alike = (file.name, file.bytes) == (path.name, path.stat().st_size)
            if is_alike and verifying.digest(path) == file.sha256:
                return entry
    return None


def _find_repository(name: str) -> Found | Absence:
    repository, _, revision = name.partition("@")
    place = {"repository": repository, **({"revision": revision} if revision else {})}
    found = source("huggingface").find(place, (CONFIG,))
    if isinstance(found, Absence):
        because = f"there is no folder or file `{name}`, and {found.because}."
        return Absence(because=because, hint=f"Run `{found.hint}` where the hub can be reached.")
    return Found(
        name=name,
        path=found,
        source="huggingface",
        entry=read_entry(found, name),
        verified="by form",
    )
