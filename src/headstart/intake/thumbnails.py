"""Small copies of pictures, for pages that people look at."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

from headstart.errors import DataError
from headstart.storage.folders import inside

SIDE = 64
_QUALITY = 80
_SECONDS, _MEGABYTES = 30.0, 1500.0


def thumbnails(root: Path, names: Sequence[str]) -> dict[str, str]:
    """Pictures of at most 64 pixels a side by name, as JPEG in base 64.

    Drawn in a disposable child, because a decoder may crash. A picture that cannot be read has
    none; nor has any where the child came to no end within 30 s.
    """
    from headstart.processes import children

    outcome = children.run(
        "headstart.intake.thumbnails:draw",
        {"root": str(root), "names": list(names)},
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
    )
    return dict(outcome.value) if outcome.status == "ok" else {}


def draw(root: str, names: Sequence[str]) -> dict[str, str]:
    """What `thumbnails` answers, within the child."""
    drawn = {}
    for name in dict.fromkeys(names):
        try:
            drawn[name] = _small(inside(Path(root), name))
        except (DataError, OSError):  # it was changed since it was read: the page shows its name
            continue
    return drawn


def _small(path: Path) -> str:
    from PIL import Image

    from headstart.intake.pictures import decode

    picture = Image.fromarray(decode(path, 2 * SIDE))
    picture.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return base64.b64encode(out.getvalue()).decode()
