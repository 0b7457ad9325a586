"""What Headstart's contenders that learn have in common: a table, a candidate, a session."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from serving import Ask


class Learner:
    """One candidate of the family `text_encoder` on the rows of a job."""

    def __init__(self, ask: Ask, kind: str, changes: Mapping[str, Any]) -> None:
        from headstart.families import family
        from headstart.verbs.opening import checkpoints
        from headstart.verbs.question import ask as ask_headstart

        asked = ask_headstart(
            ask.rows, target="label", task="classification", columns={"text": "text"}
        )
        self.family, self.task, self.rows = family("text_encoder"), asked.task, asked.data
        found = [
            each
            for each in self.family.propose(asked.task, asked.profile)
            if getattr(each, "name", "").endswith(f".{kind}")
        ]
        settings = replace(found[0].settings, **changes)
        self.candidate = replace(found[0], settings=settings)
        self.checkpoints, self.threads = checkpoints([self.candidate]), ask.threads

    def fit(self, cache: Path) -> Any:
        """Fit once, with vectors kept in `cache`; the model."""
        from headstart.session import Session

        folder = Path(tempfile.mkdtemp(dir=cache.parent))
        session = Session(
            seed=0,
            folder=folder,
            rows=len(self.rows),
            threads=self.threads,
            checkpoints=self.checkpoints,
            cache=cache,
        )
        model = self.family.fit(self.candidate, self.task, self.rows, session)
        shutil.rmtree(folder)
        return model

    def held_out(self) -> int:
        """Rows that the family holds out for the looks between its rounds."""
        from headstart.intake.splits import holdout

        share = min(0.15, 500 / len(self.rows))
        return len(holdout(self.rows, self.task, share, 0)[1])
