"""A whole story with control arms: what the weights were worth is said, and decides nothing."""

from __future__ import annotations

import numpy as np
import pytest

from headstart.testing.checkpoints import make_text_encoder

pytestmark = pytest.mark.xdist_group("torch")


@pytest.mark.usefixtures("one_core")
def test_the_leader_meets_itself_without_its_weights(headstart, tmp_path):
    random = np.random.default_rng(0)
    lines = ["note,state"]
    for _ in range(70):
        is_dry = random.random() < 0.5
        note = f"{'light and dry' if is_dry else 'heavy, wet'} {random.integers(10)}"
        lines.append(f'"{note}",{"good" if is_dry != (random.random() < 0.2) else "bad"}')
    (tmp_path / "notes.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "encoder").mkdir()
    make_text_encoder(tmp_path / "encoder")
    words = ["--target", "state", "--column", "note=text", "--families", "text_encoder"]
    words += ["--weights", "encoder", "--starts", "finetune", "--steps", "40", "--control"]

    done = headstart("fit", "notes.csv", *words, "--single", "--out", "run", "--json", seconds=280)

    assert done.code == 0, done.err
    verdict, trials = done.document["verdict"], done.document["trials"]
    arms = {t["candidate"]: t for t in trials if t["control"]}
    leader = verdict["controls"]["candidate"]
    assert set(arms) == {f"{leader}.random", f"{leader}.shuffled"}
    assert {each["start"] for each in arms.values()} == {"FineTune"}
    for name in arms:
        drawn = {t["draw"] for t in trials if t["candidate"] == name}
        assert drawn <= {t["draw"] for t in trials if t["candidate"] == leader}
        assert {t["settings"]["passes"] for t in trials if t["candidate"] == name} == {
            next(
                t["settings"]["passes"]
                for t in reversed(trials)
                if t["candidate"] == leader and t["draw"] is not None
            )
        }
    judged = [verdict["winner"]["candidate"], *verdict["tied"]]
    judged += [each["candidate"] for each in verdict["standings"]]
    assert not set(judged) & set(arms)
    assert verdict["because"].endswith(verdict["controls"]["because"])
    page = (tmp_path / "run" / "report.html").read_text()
    assert "beside shuffled ones" in page
