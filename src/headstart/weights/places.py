"""Folders that Headstart and others keep checkpoints in, and whether the network may be used.

`HEADSTART_CACHE` moves Headstart's own folder; `HEADSTART_OFFLINE=1` forbids every download. The
folders of other libraries are where these libraries themselves look.
"""

from __future__ import annotations

import os
from pathlib import Path

_TRUE = ("1", "true", "yes", "on")


def cache_folder() -> Path:
    """Headstart's own folder for what outlives a run."""
    if chosen := os.environ.get("HEADSTART_CACHE"):
        return Path(chosen).expanduser()
    return _user_cache() / "headstart"


def own_folder(name: str) -> Path:
    """Where a person puts a checkpoint's files by hand."""
    return cache_folder() / "weights" / name


def torch_hub_folder() -> Path:
    """Where torch keeps what torchvision downloads (`torch.hub.get_dir`), without importing it."""
    home = os.environ.get("TORCH_HOME")
    return (Path(home).expanduser() if home else _user_cache() / "torch") / "hub" / "checkpoints"


def is_offline() -> bool:
    """Whether downloads are forbidden; the hub's own variable counts as well."""
    asked = (os.environ.get(name, "") for name in ("HEADSTART_OFFLINE", "HF_HUB_OFFLINE"))
    return any(value.strip().lower() in _TRUE for value in asked)


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
