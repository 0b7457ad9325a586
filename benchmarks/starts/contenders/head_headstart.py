"""Tuning a head on the standing encoder by Headstart: vectors are computed once and kept on disk.

`cold` computes them in each round, `warm` finds those of the round before, as every later trial of
a run does.
"""

import shutil
from pathlib import Path

from learning import Learner
from serving import read_ask, serve


def main() -> None:
    ask = read_ask()
    learner = Learner(ask, "probe", {"longest": ask.longest})
    cache = Path(ask.folder) / "vectors"
    cache.mkdir(parents=True, exist_ok=True)

    def job() -> int:
        if ask.precision == "cold":
            shutil.rmtree(cache)
            cache.mkdir()
        learner.fit(cache)
        return len(learner.rows)

    job()
    serve(job, ("headstart", "torch", "transformers"))


if __name__ == "__main__":
    main()
