"""Two small tables on which an uninterrupted run takes a few seconds."""

from pathlib import Path

import numpy as np


def choices(path: Path, rows: int = 520) -> Path:
    """Yes or no from a product of two numbers and a colour; enough rows that a fifth is locked."""
    generator = np.random.default_rng(5)
    x, z = generator.normal(size=rows), generator.uniform(-2, 2, rows)
    colour = generator.choice(["red", "green", "blue"], rows)
    noise = generator.normal(0, 0.4, rows)
    answer = np.where(x * z + (colour == "red") * 0.8 + noise > 0.3, "yes", "no")
    return _write(
        path, "x,z,colour,answer", zip(x.round(4), z.round(4), colour, answer, strict=True)
    )


def heights(path: Path, rows: int = 200) -> Path:
    """A wave that no straight line follows; too few rows to lock any."""
    generator = np.random.default_rng(5)
    x = generator.uniform(-3, 3, rows)
    colour = generator.choice(["red", "green", "blue"], rows)
    height = np.sin(2 * x) * 3 + (colour == "red") * 2 + generator.normal(0, 0.5, rows)
    return _write(path, "x,colour,height", zip(x.round(4), colour, height.round(4), strict=True))


def _write(path: Path, head: str, rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path
