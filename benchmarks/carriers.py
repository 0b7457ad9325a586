"""Find a set's file where its package keeps it, and turn it once into typed Parquet.

Packages of the Python index are installed, without what they declare, into the environment `data`;
Debian's are downloaded and unpacked under `benchmarks/cache/`, never installed. Nothing of a
carrier is imported or run: its files are opened by `benchmarks/readers.py`, and only if their
SHA-256 is the one in the table.
"""

import subprocess
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
    place, _, package = one.carrier.partition(":")
    match place:
        case "pypi":
            path = site_packages("data") / one.member
        case "debian":
            path = _unpacked(package) / one.member
        case _:
            path = BESIDE / one.member
    if not path.exists():
        raise SetUpFailed(f"the set `{one.name}` is not here: no `{one.member}` in {one.carrier}")
    found = sha256(path.read_bytes()).hexdigest()
    if found != one.sha256:
        raise SetUpFailed(f"`{one.member}` of {one.carrier} is another file: sha256 {found}")
    return path


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
        raise SetUpFailed(
            f"`{command[0]}` is not on this machine; sets of Debian's need it"
        ) from None
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
