"""The benchmark of weight selection as a page: each arm, and what the arms differ by."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.starts.cell import record_of
from benchmarks.tables.page import table
from benchmarks.weights.halves import ARMS, NETWORKS

_TITLES = {
    "minilm": "MiniLM-L6 at half the width and half the heads, food reviews",
    "minilm_shallow": "MiniLM-L6 with half its blocks, food reviews",
    "efficientnet": "EfficientNet-Lite0 at half the width, emoji of nine kinds",
}
_PAIRS = (("selected", "random"), ("selected", "shuffled"), ("shuffled", "random"))
_LEGEND = """\
Accuracy on the same test rows. The arms of a seed have the same training rows, batches, number of
steps and schedule; each takes that learning rate of three which was best on rows held out of the
training rows. A difference is the mean over seeds, with the 95 % interval of Student's t over the
pairs: one pair for each seed, which draws the training rows, their order, the random weights and
the shuffling. A head of its own begins at zero in every arm."""


def write_page(results: Path) -> Path:
    """Write `selection.md` beside the cells that are kept there."""
    parts = ["# Weight selection: half-size networks from a large one's weights\n", _LEGEND]
    for network in NETWORKS:
        if found := records(network, results):
            parts += [f"\n## {_TITLES[network]}\n", *_told(found)]
    results.mkdir(parents=True, exist_ok=True)
    path = results / "selection.md"
    path.write_text("\n".join(parts).rstrip() + "\n")
    return path


def records(network: str, results: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """Arm -> seed -> record, of the cells that are kept."""
    seeds = range(100)
    found = {
        arm: {
            seed: record
            for seed in seeds
            if (record := record_of(f"{network}-{arm}-{seed}", results)) is not None
        }
        for arm in ARMS
    }
    return {arm: by_seed for arm, by_seed in found.items() if by_seed}


def difference(
    first: Mapping[int, float], second: Mapping[int, float], level: float = 0.95
) -> tuple[float, float, float, int]:
    """Mean difference over the seeds that both have, its interval, and their number.

    Under two pairs the interval has no ends.

    >>> difference({0: 0.9, 1: 0.8}, {0: 0.7, 1: 0.6})[3]
    2
    """
    from scipy.special import stdtrit

    shared = sorted(set(first) & set(second))
    gains = np.array([first[seed] - second[seed] for seed in shared])
    if len(gains) < 2:
        mean = float(gains.mean()) if len(gains) else float("nan")
        return mean, float("nan"), float("nan"), len(gains)
    reach = float(stdtrit(len(gains) - 1, (1 + level) / 2) * gains.std(ddof=1) / len(gains) ** 0.5)
    mean = float(gains.mean())
    return mean, mean - reach, mean + reach, len(gains)


def _told(found: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> Sequence[str]:
    one = next(iter(next(iter(found.values())).values()))
    scores = {
        arm: {seed: each["score"] for seed, each in by_seed.items()}
        for arm, by_seed in found.items()
    }
    arms = [
        [
            arm,
            len(scores[arm]),
            f"{np.mean(list(scores[arm].values())):.3f}",
            " ".join(f"{score:.3f}" for score in scores[arm].values()),
            " ".join(f"{each['rate']:g}" for each in by_seed.values()),
            f"{np.mean([each['cost']['cpu'] for each in by_seed.values()]):.0f}",
            f"{np.mean([each['cost']['wall'] for each in by_seed.values()]):.0f}",
        ]
        for arm, by_seed in found.items()
    ]
    pairs = [
        [f"{first} - {second}", *_cells(difference(scores[first], scores[second]))]
        for first, second in _PAIRS
        if first in scores and second in scores
    ]
    heads = ["arm", "seeds", "mean", "each seed", "learning rates", "CPU s", "wall s"]
    return [
        f"{one['parameters']:,} parameters, {one['steps']} steps of {one['course']['batch']} rows, "
        f"{one['course']['learn']:,} training rows, {one['test_rows']:,} test rows.\n",
        table(heads, arms),
        "",
        table(["difference", "mean", "95 % interval", "seeds", ""], pairs),
    ]


def _cells(found: tuple[float, float, float, int]) -> list[object]:
    mean, low, high, seeds = found
    sure = "above 0" if low > 0 else "below 0" if high < 0 else "not told apart"
    if not np.isfinite(low):
        return [f"{mean:+.3f}", "", seeds, "too few seeds"]
    return [f"{mean:+.3f}", f"{low:+.3f} to {high:+.3f}", seeds, sure]
