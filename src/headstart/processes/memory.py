"""How much memory is left for this process and what it starts."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def free_megabytes() -> float:
    """Memory that may still be filled, in MB (10^6 bytes).

    The least of what the machine has, what the control group of a container leaves, and the limit
    on resident memory that the person has set with `ulimit -m`.

    Example:
        >>> free_megabytes() > 1
        True
    """
    import psutil

    limit, _ = resource.getrlimit(resource.RLIMIT_RSS)
    free = [psutil.virtual_memory().available, *_left_in_groups(_GROUPS, _MEMBERSHIP)]
    return min([*free, limit] if limit != resource.RLIM_INFINITY else free) / 1e6


def _left_in_groups(groups: Path, membership: Path) -> Iterator[int]:
    """Bytes that each control group with a limit on memory leaves; files can be dropped from it."""
    for folder in _folders(groups, membership):
        limit, used = _number(folder / "memory.max"), _number(folder / "memory.current")
        if limit is None:  # version 1 of the interface
            limit = _number(folder / "memory.limit_in_bytes")
            used = _number(folder / "memory.usage_in_bytes")
        if limit is not None and used is not None:
            yield max(0, limit - used + _of_files(folder))


def _folders(groups: Path, membership: Path) -> list[Path]:
    """The groups of this process from the inside of a container (the roots) and from outside."""
    found = [groups, groups / "memory"]
    if membership.is_file():
        for line in membership.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in ("", "memory"):
                found.append(groups / controllers / path.lstrip("/"))
    return found


def _number(path: Path) -> int | None:
    """What a file of one number says; None where it is absent or says `max`."""
    text = path.read_text().strip() if path.is_file() else "max"
    return int(text) if text.isdigit() else None


def _of_files(folder: Path) -> int:
    """Bytes of file pages that have not been used of late, which count as used and are not."""
    path = folder / "memory.stat"
    lines = path.read_text().splitlines() if path.is_file() else []
    counts = dict(line.split() for line in lines)
    return int(counts.get("total_inactive_file", counts.get("inactive_file", 0)))
