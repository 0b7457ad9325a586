"""Find a set's file where its package keeps it, and turn it once into typed Parquet.

Packages of the Python index are installed, without what they declare, into the environment `data`;
Debian's and npm's are downloaded and unpacked under `benchmarks/cache/`, never installed. Nothing
of a carrier is imported or run: its files are opened by `benchmarks/readers.py`, and only if their
SHA-256 is the one in the table.
"""

import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

from benchmarks.environments import HERE, SetUpFailed, python_of, site_packages
from benchmarks.sets import RealSet

CACHE = HERE / "cache"
BESIDE = HERE.parent.parent / "shared"


def parquet_of(one: RealSet) -> Path:
    """The set as a Parquet file with typed columns; read from its carrier the first time.

    Raises:
        SetUpFailed: the carrier cannot be had here, or holds another file or shape than the table
        says.
    """
    path = CACHE / "sets" / f"{one.name}-{one.sha256[:12]}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _read(one, locate(one), path)
    return path


def locate(one: RealSet) -> Path:
    """The file that holds the set, checked against its SHA-256."""
    return file_of(one.carrier, one.member, one.sha256)


def file_of(carrier: str, member: str, sha256_told: str) -> Path:
    """A file inside a carrier, checked against its SHA-256.

    Raises:
        SetUpFailed: the carrier cannot be had here, or holds another file.
    """
    place, _, package = carrier.partition(":")
    match place:
        case "pypi":
            path = site_packages("data") / member
        case "debian":
            path = _unpacked(package) / member
        case "npm":
            path = _untarred(package) / member
        case _:
            path = BESIDE / member
    if not path.exists():
        raise SetUpFailed(f"a set is not here: no `{member}` in {carrier}")
    found = sha256(path.read_bytes()).hexdigest()
    if found != sha256_told:
        raise SetUpFailed(f"`{member}` of {carrier} is another file: sha256 {found}")
    return path


def _untarred(package: str) -> Path:
    """The files of a package of npm's registry in a folder of ours; nothing of it is run."""
    folder = CACHE / "npm" / package
    if not folder.exists():
        archives = folder.with_name(f"{package}.download")
        archives.mkdir(parents=True, exist_ok=True)
        problem = _run("npm", "pack", package, "--silent", inside=archives)
        if problem:
            raise SetUpFailed(f"`npm pack {package}` failed: {problem}")
        for archive in archives.glob("*.tgz"):
            with tarfile.open(archive) as files:
                files.extractall(folder, filter="data")
    return folder


def _unpacked(package: str) -> Path:
    """A Debian package's files in a folder of ours; the list of packages is renewed if need be."""
    folder = CACHE / "debian" / package
    if not folder.exists():
        archives = folder.with_name(f"{package}.download")
        archives.mkdir(parents=True, exist_ok=True)
        if _run("apt-get", "download", "-qq", package, inside=archives):
            _run("apt-get", "update", "-qq", inside=archives)
            problem = _run("apt-get", "download", "-qq", package, inside=archives)
            if problem:
                raise SetUpFailed(f"`apt-get download {package}` failed: {problem}")
        for archive in archives.glob("*.deb"):
            _run("dpkg", "-x", str(archive), str(folder), inside=archives)
    return folder


def _run(*command: str, inside: Path) -> str:
    """What a command complained about when it failed, else nothing."""
    try:
        done = subprocess.run(command, cwd=inside, capture_output=True, text=True)
    except FileNotFoundError:
        raise SetUpFailed(f"`{command[0]}` is not on this machine; some sets need it") from None
    return (done.stderr.strip()[-400:] or "no reason given") if done.returncode else ""


def _read(one: RealSet, source: Path, path: Path) -> None:
    reader = HERE / "readers.py"
    command = [str(python_of("data")), str(reader), str(source), str(path), "--item", one.item]
    command += ["--blank", one.blank, "--drop", *one.dropped]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SetUpFailed(f"the set `{one.name}` could not be read: {done.stderr.strip()[-400:]}")
    problem = _unlike(one, path)
    if problem:
        path.unlink()
        raise SetUpFailed(f"the set `{one.name}` is not what the table says: {problem}")


def _unlike(one: RealSet, path: Path) -> str:
    import pyarrow.parquet as parquet

    table = parquet.read_table(path)
    if one.target not in table.column_names:
        return f"no column `{one.target}` among {', '.join(table.column_names[:8])}"
    missing = sum(column.null_count for column in table.columns)
    found = (table.num_rows, table.num_columns - 1, missing)
    expected = (one.rows, one.inputs, one.missing)
    return "" if found == expected else f"rows, inputs, missing are {found}, expected {expected}"
