"""What a child reports of a file that it has opened: plain values, for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from headstart.intake.rejected import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is known of a file once its values lie in an Arrow file.

    Attributes:
        names: of the columns, as they are in the file, made unique.
        rejected: rows that could not be read.
        notes: what a person should know about how it was read.
        fingerprint: SHA-256 of the file's bytes.
        written: column -> how it wrote its numbers or times, where there are several ways.
        comma_is_free: commas do not divide the values, so one may be a decimal mark.
    """

    names: tuple[str, ...]
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    comma_is_free: bool = False


def opened_to_plain(opened: Opened) -> dict[str, Any]:
    """For the way through the pipe."""
    return asdict(opened)


def opened_from_plain(plain: Mapping[str, Any]) -> Opened:
    """The value that `opened_to_plain` wrote."""
    return Opened(
        names=tuple(plain["names"]),
        rejected=tuple(Rejected(**each) for each in plain["rejected"]),
        notes=tuple(plain["notes"]),
        fingerprint=plain["fingerprint"],
        written=dict(plain["written"]),
        comma_is_free=plain["comma_is_free"],
    )
