"""Families that misbehave: they are offered to Headstart as third parties' families are.

`on_path` makes a folder that, put on PYTHONPATH, declares them as entry points of the group
`headstart.families`. They show that a run keeps its budget and its good families whatever one does.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.environments import HERE

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "raises": "error",
        "spoils": "error",
        "misshapes": "error",
        "forgets": "error",
        "prattles": "error",
        "quits": "error",
        "strays": "diverged",
        "climbs": "diverged",
        "crashes": "crashed",
        "leaves": "crashed",
        "forks": "crashed",
        "swallows": "memory",
        "hangs": "timeout",
        "loops": "timeout",
    }
)
"""Each family, and the cause with which its trials fail."""


def on_path(folder: Path, names: Iterable[str] = tuple(CAUSES)) -> str:
    """The value of PYTHONPATH with which Headstart sees these families."""
    declared = folder / "headstart_hostile-1.dist-info"
    declared.mkdir(parents=True, exist_ok=True)
    (declared / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: headstart-hostile\nVersion: 1\n"
    )
    lines = [f"{name} = benchmarks.hostile.{name}" for name in names]
    (declared / "entry_points.txt").write_text("[headstart.families]\n" + "\n".join(lines) + "\n")
    return f"{folder}:{HERE.parent}"
