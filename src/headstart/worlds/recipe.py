"""From what a person writes, `gym:CartPole-v1`, to a `World`.

Only names are looked up; the environment itself is made where it is used. An id never names code:
Gymnasium's form `module:Name-v0` is refused, because a stored run could then import anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headstart.errors import AskError, listed, nearest
from headstart.processes.libraries import need
from headstart.records import World
from headstart.worlds.corridor import cells_of

PREFIXES = ("gym", "game", "corridor")


def is_world(source: object) -> bool:
    """Whether a source names a world rather than a file.

    Example:
        >>> is_world("gym:CartPole-v1"), is_world("data.csv")
        (True, False)
    """
    return isinstance(source, str) and source.partition(":")[0] in PREFIXES and ":" in source


def parse(source: str, settings: Iterable[tuple[str, Any]] = ()) -> World:
    """The recipe that a source names, checked against the names that exist.

    Args:
        source: `gym:ID` for Gymnasium's registry, `corridor:CELLS` for the bundled corridor.
        settings: pairs passed to the environment when it is made.

    Raises:
        AskError: nothing is registered under this id; the nearest is offered.
        MissingExtra: Gymnasium is not installed.

    Example:
        >>> parse("corridor:5").id
        'corridor:5'
    """
    kind, _, name = source.partition(":")
    pairs = tuple(sorted(settings))
    if kind == "gym":
        return World(id=f"gym:{_registered(name)}", settings=pairs)
    if kind == "corridor":
        if pairs:
            raise AskError(
                f"the world `{source}` has no settings; got {listed(k for k, _ in pairs)}."
            )
        return World(id=f"corridor:{cells_of(name)}")
    if kind == "game":
        raise AskError(
            f"the world `{source}` is a game; this version learns in Gymnasium's worlds only.",
            "Board games follow in a later version. Try gym:CartPole-v1.",
        )
    raise AskError(
        f"`{source}` names no world; `gym:` and an id was expected.",
        "For instance: gym:CartPole-v1",
    )


def _registered(name: str) -> str:
    """The full id of a registered environment; a name without a version means its newest one."""
    gymnasium = need("gymnasium", wanted_by=f"the world `gym:{name}`")
    known = list(gymnasium.registry)
    if name in known:
        return name
    versions = [other for other in known if other.rpartition("-v")[0] == name]
    if versions:
        return max(versions, key=lambda other: int(other.rpartition("-v")[2]))
    raise _unknown(name, known)


def _unknown(name: str, known: list[str]) -> AskError:
    if ":" in name:
        return AskError(
            f"the world `gym:{name}` names a Python module, and ids are never imported.",
            "Let its package register it (entry point `gymnasium.envs`); then use the plain id.",
        )
    namespace, slash, _ = name.rpartition("/")
    if slash and not any(other.startswith(f"{namespace}/") for other in known):
        return AskError(
            f"there is no world `gym:{name}`: no installed package registers `{namespace}/...`.",
            "Install the package that brings it, for instance ale-py for `ALE/...`.",
        )
    return AskError(
        f"there is no world `gym:{name}`. {nearest(name, known)}Known: {listed(known)}."
    )
