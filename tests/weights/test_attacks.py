"""Nothing in a checkpoint ever runs: every attack is refused, in words, and leaves no trace."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from _attacks import everything

pytestmark = pytest.mark.xdist_group("attacks")  # what they share is made once

ROUTES = ("save the parameters again", "copy the whole folder", "copy it again", "take another")
ROUTES += ("copy the checkpoint again",)
PROGRAM = """
import json, sys
from pathlib import Path

import torch, safetensors.torch, tokenizers  # what they load themselves is no attack
from headstart import weights
from headstart.errors import HeadstartError
from headstart.records.absence import Absence

root, inner = Path(sys.argv[1]), Path(sys.argv[2])
ours = (sys.prefix, sys.base_prefix, str(Path(weights.__file__).parents[1]))
suspicious, running = [], False


def watch(event, arguments):
    if not running:
        return
    if event == "exec" and arguments[0].co_filename.startswith(ours):
        return  # a module of the installation, imported when it is first needed
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes or event.partition(".")[0] in ("os", "subprocess", "socket", "exec", "ctypes"):
        if event not in ("os.listdir", "os.scandir"):
            suspicious.append(f"{event} {str(arguments)[:200]}")
    if event == "import" and arguments[0].partition(".")[0] in ("modeling_own", "own", "somebody"):
        suspicious.append(f"{event} {arguments[0]}")


def opened(path):
    found = weights.find(str(path))
    if isinstance(found, Absence):
        return ["refused", found.because, found.hint]
    weights.state(found)
    if found.path.is_dir():
        weights.tokenizer(found)
    return ["opened", "", ""]


def moved(path):
    weights.plan(str(path), torch.nn.Linear(2, 2), least=0.0).apply(check=False)
    return ["opened", "", ""]


def tried(what, path):
    try:
        return what(path)
    except HeadstartError as error:
        return ["refused", error.message, error.hint]
    except BaseException as error:
        return ["crashed", repr(error)[:300], ""]


weights.plan({"weight": torch.ones(2, 2)}, torch.nn.Linear(2, 2)).apply()  # imports what it needs
sys.addaudithook(watch)
report, plans = {}, {}
for path in sorted(root.iterdir()):
    running = True
    report[path.name], plans[path.name] = tried(opened, path), tried(moved, path)
    running = False
print(json.dumps({"report": report, "plans": plans, "suspicious": suspicious}))
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """What became of every attack, tried in a process that watches itself."""
    root = tmp_path_factory.mktemp("attacks")
    canary = root / "canary"
    made = everything(root / "files", canary)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(root / "files"), str(root)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HEADSTART_CACHE": str(root / "cache"), "HOME": str(root)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), canary, made


def test_there_are_enough_attacks_in_enough_kinds(opened):
    _, _, made = opened

    assert len(made) >= 120
    assert len({path.suffix for path in made}) >= 12


def test_nothing_runs(opened):
    told, canary, _ = opened

    assert not canary.exists()
    assert told["suspicious"] == []


def test_every_attack_is_refused_and_none_crashes_the_reader(opened):
    told, _, made = opened

    outcomes = {name: outcome for name, (outcome, _, _) in told["report"].items()}
    assert set(outcomes) == {path.name for path in made}
    assert {name for name, outcome in outcomes.items() if outcome != "refused"} == set()


def test_every_refusal_says_what_is_wrong_and_names_the_safe_route(opened):
    told, _, _ = opened

    for name, (_, because, hint) in told["report"].items():
        assert because.strip(), name
        assert any(route in hint.lower() for route in ROUTES), (name, hint)
        assert "weights_only" not in because


def test_no_attack_is_planned_into_a_network_or_crashes_who_plans(opened):
    told = opened[0]["plans"]

    assert len(told) >= 120
    assert {name: said for name, said in told.items() if said[0] != "refused"} == {}
