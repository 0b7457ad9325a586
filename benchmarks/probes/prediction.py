"""Rows a second of a delivered booster, and of the bare library on a matrix that is ready.

    python prediction.py RUN FILE        prints one JSON document

Called with the interpreter that has Headstart. The bare library gets the matrix that Headstart's
codes made, so it has nothing to do but predict: the comparison is as hard as it can be.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from headstart import delivery, intake

REPEATS = 5


def main() -> None:
    run, source = map(Path, sys.argv[1:3])
    delivered = delivery.load(run / "model")
    families = [member.family for member in delivered.members]
    if families != ["lightgbm"]:
        raise SystemExit(f"a single booster was to be delivered, not {', '.join(families)}")
    boosted: Any = delivered.models[0]
    table = intake.read(source, columns=delivered.contract.modalities()).data
    matrix = boosted.codes.matrix(table)
    member = boosted.members[0]
    seconds = {
        "headstart": best_of(lambda: delivered.predict(table)),
        "codes": best_of(lambda: boosted.codes.matrix(table)),
        "bare": best_of(lambda: member.predict(matrix)),
    }
    document = {
        "family": families[0],
        "rows": len(table),
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
        "ratio": round(seconds["bare"] / seconds["headstart"], 3),
    }
    print(json.dumps(document))


def best_of(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds: what the work takes when nothing disturbs it."""
    found = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return min(found)


if __name__ == "__main__":
    main()
