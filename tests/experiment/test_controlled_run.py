"""A whole run with control arms, in this process: they say what weights were worth, and no more."""

import time

import numpy as np
import pytest

from headstart.experiment.engines.inprocess import InProcessEngine
from headstart.records import Budget, FineTune, control_of
from headstart.testing.checkpoints import make_text_encoder
from headstart.verbs.closing import silent
from headstart.verbs.fitting import answer
from headstart.verbs.request import Request

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.xdist_group("torch")


def _notes(path):
    random = np.random.default_rng(0)
    lines = ["note,state"]
    for number in range(90):
        is_dry = random.random() < 0.5
        note = f"{'light and dry' if is_dry else 'heavy, wet'} {number}"
        lines.append(f'"{note}",{"good" if is_dry != (random.random() < 0.2) else "bad"}')
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_leader_meets_itself_without_its_weights(tmp_path):
    (tmp_path / "encoder").mkdir()
    encoder = make_text_encoder(tmp_path / "encoder")
    request = Request(
        source=_notes(tmp_path / "notes.csv"),
        question={"target": "state", "columns": {"note": "text"}},
        budget=Budget(steps=200.0),
        began=time.monotonic(),
        families=("text_encoder",),
        starts=("finetune",),
        weights=(str(encoder),),
        variants={"text_encoder.encoder.tune": {"passes": 2}},
        most_draws=3,
        most_rungs=1,
        measures=False,
        control=True,
        out=tmp_path / "run",
    )

    settled = answer(request, InProcessEngine(), silent()).settled

    leader = "text_encoder.encoder.tune"
    controls, verdict = settled.verdict.controls, settled.verdict
    assert controls.candidate == leader
    assert [(arm.control, arm.draws) for arm in controls.arms] == [("random", 3), ("shuffled", 3)]
    arms = [each for each in settled.trials if control_of(each.start)]
    assert {each.candidate for each in arms} == {f"{leader}.random", f"{leader}.shuffled"}
    assert {each.status for each in arms} == {"finished"}
    assert {dict(each.settings)["passes"] for each in arms} == {2}
    assert all(isinstance(each.start, FineTune) for each in arms)
    judged = {each.candidate for each in verdict.standings} | {*verdict.tied, *settled.weights}
    assert judged.isdisjoint(each.candidate for each in arms)
    assert verdict.because.endswith(controls.because)
