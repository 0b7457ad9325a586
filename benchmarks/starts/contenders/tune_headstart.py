"""Fine-tuning all layers by Headstart; only the rows that it learns from are counted."""

import shutil
from pathlib import Path

from learning import Learner
from serving import read_ask, serve


def main() -> None:
    ask = read_ask()
    changes = {"passes": ask.passes, "batch": ask.batch, "longest": ask.longest, "patience": 10.0}
    if ask.precision == "float32":
        changes["half"] = False
    learner = Learner(ask, "tune", changes)
    cache = Path(ask.folder) / "vectors"

    def job() -> int:
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        learner.fit(cache)
        return ask.passes * (len(learner.rows) - learner.held_out())

    serve(job, ("headstart", "torch", "transformers"))


if __name__ == "__main__":
    main()
