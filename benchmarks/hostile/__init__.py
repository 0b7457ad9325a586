"""Families that misbehave: they are offered to Headstart as third parties' families are.

`on_path` makes a folder that, put on PYTHONPATH, declares them as entry points of the group
`headstart.families`. They show that a budget holds whatever a family does.
"""

from pathlib import Path

from benchmarks.environments import HERE

NAMES = ("hangs", "crashes", "raises")


def on_path(folder: Path) -> str:
    """The value of PYTHONPATH with which Headstart sees these families."""
    declared = folder / "headstart_hostile-1.dist-info"
    declared.mkdir(parents=True, exist_ok=True)
    (declared / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: headstart-hostile\nVersion: 1\n"
    )
    lines = [f"{name} = benchmarks.hostile.{name}" for name in NAMES]
    (declared / "entry_points.txt").write_text("[headstart.families]\n" + "\n".join(lines) + "\n")
    return f"{folder}:{HERE.parent}"
