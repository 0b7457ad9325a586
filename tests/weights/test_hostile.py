"""Whatever stands in a checkpoint, `inspect` says it or refuses it in words, and runs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from _attacks import everything
from _hostile import FOLDERS, files
from _made import SMALL, saved

from headstart.errors import WeightsError

pytestmark = pytest.mark.xdist_group("hostile")  # what they share is made once

SHOWN = {"nan.pth", "infinite.pth", "poisoned_7"}
"""Only their values are bad, which nobody reads here, or nothing in them is used."""
PROGRAM = """
import contextlib, io, json, os, resource, sys, time
from pathlib import Path

from headstart.cli import main

root, warm, inner = map(Path, sys.argv[1:4])
ours = (sys.prefix, sys.base_prefix, str(Path(main.__code__.co_filename).parents[1]))
suspicious, running = [], False
kept = os.environ["HEADSTART_CACHE"]


def is_kept(event, arguments):
    # what was seen is kept in the folder for that, and nowhere else
    paths = [each for each in arguments if isinstance(each, str) and "/" in each]
    keeps = event in ("open", "os.mkdir", "os.rename") and paths
    return bool(keeps) and all(each.startswith(kept) for each in paths)


def watch(event, arguments):
    if not running or is_kept(event, arguments):
        return
    if event == "exec" and arguments[0].co_filename.startswith(ours):
        return  # a module of the installation, imported when it is first needed
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes or event.partition(".")[0] in ("os", "subprocess", "socket", "exec", "ctypes"):
        if event not in ("os.listdir", "os.scandir", "os.walk"):
            suspicious.append(f"{event} {str(arguments)[:200]}")
    if event == "import" and arguments[0].partition(".")[0] in ("modeling_own", "own", "somebody"):
        suspicious.append(f"{event} {arguments[0]}")


def said(path, *more):
    out, err = io.StringIO(), io.StringIO()
    began = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(["inspect", str(path), *more])
        except BaseException as error:
            code = repr(error)[:300]
    return [code, out.getvalue()[:2000], err.getvalue()[:2000], time.process_time() - began]


for path in sorted(warm.iterdir()):
    code, _, told, _ = said(path)
    assert code == 0, told  # the innocent ones, which import what is needed
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.addaudithook(watch)
report = {}
for path in sorted(root.iterdir()):
    running = True
    print(path.name, file=sys.stderr, flush=True)
    report[path.name] = said(path)
    running = False
    report[path.name].append(said(path, "--json")[1])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"report": report, "suspicious": suspicious, "grown_mb": (after - before) / 1024}))
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """What `headstart inspect` made of each, in a process that watches itself."""
    root = tmp_path_factory.mktemp("hostile")
    mark = root / "mark"
    everything(root / "all", mark)
    for name, content in files(mark).items():
        (root / "all" / name).write_bytes(content)
    for name, spoil in FOLDERS.items():
        folder = saved(root / "all" / f"folder_{name}", "bert", "BertModel")
        spoil(folder, mark)
    for name, kind in (("bert", "BertModel"), ("resnet", "ResNetModel")):
        saved(root / "warm" / name, name, kind)
    torch.save({"w": torch.ones(2, 2)}, root / "warm" / "plain.pth")
    program = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(
        [*program, str(root / "all"), str(root / "warm"), str(root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env={"PATH": "/usr/bin:/bin", "HEADSTART_CACHE": str(root / "cache"), "HOME": str(root)},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), mark


def test_there_are_far_more_than_sixty(hostile):
    told, _ = hostile

    assert len(FOLDERS) >= 60
    assert len(told["report"]) >= 240


def test_every_one_is_refused_with_exit_code_2(hostile):
    told, _ = hostile

    codes = {name: (code, out, err) for name, (code, out, err, *_) in told["report"].items()}
    assert {name: said for name, said in codes.items() if said[0] != 2 and name not in SHOWN} == {}
    assert {codes[name][0] for name in SHOWN} == {0}


def test_every_refusal_is_a_few_lines_without_a_traceback(hostile):
    told, _ = hostile

    for name, (_, out, err, *_) in told["report"].items():
        if name in SHOWN:
            continue
        lines = err.splitlines()
        assert out == "", name
        assert 2 <= len(lines) <= 8, (name, err)
        assert lines[0].startswith("headstart: "), name
        assert lines[1].startswith("  "), (name, err)  # what to do about it
        assert "Traceback" not in err, name


def test_every_refusal_is_a_document_with_json(hostile):
    told, _ = hostile

    for name, (*_, document) in told["report"].items():
        if name not in SHOWN:
            error = json.loads(document)["error"]
            assert error["message"], name
            assert error["hint"], name


def test_nothing_in_them_runs(hostile):
    told, mark = hostile

    assert told["suspicious"] == []
    assert not mark.exists()


def test_none_takes_long_or_much_memory(hostile):
    told, _ = hostile

    slow = {name: round(seconds, 1) for name, (_, _, _, seconds, _) in told["report"].items()}
    assert {name: seconds for name, seconds in slow.items() if seconds > 5} == {}
    assert told["grown_mb"] < 600


def test_control_characters_of_a_name_never_reach_the_terminal(capsys, tmp_path):
    from safetensors.torch import save_file

    from headstart.cli import main

    path = tmp_path / "model.safetensors"
    save_file({"a\x1b[2J\u202e\n.weight": torch.ones(2, 2)}, path)

    assert main(["inspect", str(path)]) == 0
    assert set("\x1b\u202e") & set(capsys.readouterr().out) == set()


def test_a_checkpoint_that_is_no_longer_the_one_it_was_is_not_taken_for_it(monkeypatch, tmp_path):
    from _made import rewritten

    from headstart import weights

    folder = saved(tmp_path / "model", "bert", "BertModel")
    assert weights.need(str(folder)).entry.parameters
    rewritten(folder, hidden_size=2 * SMALL["bert"]["hidden_size"])

    with pytest.raises(WeightsError, match="not of the same checkpoint"):
        weights.at("mine", Path(folder))
