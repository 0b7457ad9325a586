from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from headstart import verbs
from headstart.cli import main
from headstart.cli.faults import phrased
from headstart.errors import AskError, NothingTrained
from headstart.reporting.contract import error_document

NEVER_FOR_HELP = ("numpy", "pyarrow", "torch", "sklearn", "jinja2", "headstart.reporting")


def headstart(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "headstart", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )


def raising(error):
    def run(*args, **kwargs):
        raise error

    return run


def test_help_and_version_end_well():
    helped, versioned = headstart("--help"), headstart("--version")

    assert (helped.returncode, versioned.returncode) == (0, 0)
    verbs = ("profile", "advise", "fit", "predict", "report", "replay", "models", "doctor")
    for verb in (*verbs, "inspect", "adjust"):
        assert f"\n    {verb} " in helped.stdout
    for later in ("serve", "export", "play"):
        assert f"\n    {later} " not in helped.stdout
    assert versioned.stdout.startswith("headstart 0.")


def test_no_words_at_all_show_the_help():
    shown = headstart()

    assert shown.returncode == 0
    assert "verbs:" in shown.stdout


def test_the_command_line_is_read_without_heavy_imports():
    code = (
        "import sys; from headstart.cli.parser import parse; parse(['fit', 'x']); "
        f"print([name for name in {NEVER_FOR_HELP!r} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_a_wrong_request_is_one_message_and_code_2(capsys):
    code = main(["fit", "x.csv", "--minuets", "3"])

    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "headstart: `headstart fit` has no option `--minuets`. Did you mean `--minutes`?",
        "  See: headstart fit --help",
    ]


def test_with_json_a_refusal_is_one_document_on_standard_output(capsys):
    code = main(["fit", "x.csv", "--minuets", "3", "--json"])

    printed = capsys.readouterr()
    assert code == 2
    assert printed.err == ""
    assert json.loads(printed.out) == {
        "schema": 1,
        "error": {
            "kind": "request",
            "message": "`headstart fit` has no option `--minuets`. Did you mean `--minutes`?",
            "hint": "See: headstart fit --help",
        },
    }


def test_the_error_document_is_that_of_the_contract(capsys, monkeypatch):
    error = AskError("there is no run in `x`.", "Name a folder.")
    monkeypatch.setitem(vars(verbs), "report", raising(error))

    main(["report", "x", "--json"])

    assert json.loads(capsys.readouterr().out) == error_document(error)


def test_nothing_trained_is_code_3(capsys, monkeypatch):
    monkeypatch.setitem(vars(verbs), "report", raising(NothingTrained("every trial failed.")))

    code = main(["report", "x"])

    assert code == 3
    assert capsys.readouterr().err == "headstart: every trial failed.\n"


def test_an_interruption_without_a_result_is_code_130(capsys, monkeypatch):
    monkeypatch.setitem(vars(verbs), "report", raising(KeyboardInterrupt()))

    codes = main(["report", "x"]), main(["report", "x", "--json"])

    printed = capsys.readouterr()
    assert codes == (130, 130)
    assert printed.err == "headstart: interrupted before there was a result.\n"
    assert json.loads(printed.out)["error"]["kind"] == "interrupted"


def test_a_folder_that_may_not_be_written_is_said_in_words(capsys, monkeypatch):
    denied = PermissionError(13, "Permission denied", "/root/run")
    monkeypatch.setitem(vars(verbs), "report", raising(denied))

    code = main(["report", "x"])

    assert code == 2
    assert "`/root/run` cannot be used: permission denied." in capsys.readouterr().err


def test_a_fault_of_ours_is_one_line_and_code_1_and_says_how_to_report_it():
    broken = (
        "import sys; from headstart import verbs, cli; verbs.report = lambda run: 1 / 0; "
        "sys.argv = ['headstart', 'report', 'x', *sys.argv[1:]]; sys.exit(cli.main())"
    )

    def run(*words, **environment):
        return subprocess.run(
            [sys.executable, "-c", broken, *words],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            check=False,
            timeout=60,
        )

    plain, as_json, traced = run(), run("--json"), run(HEADSTART_DEBUG="1")

    assert (plain.returncode, as_json.returncode, traced.returncode) == (1, 1, 1)
    assert plain.stderr.startswith("headstart: this is our fault: ZeroDivisionError")
    assert "HEADSTART_DEBUG=1" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert json.loads(as_json.stdout)["error"]["kind"] == "fault"
    assert "Traceback" in traced.stderr


def test_a_reader_that_goes_away_is_no_fault():
    command = f"{sys.executable} -m headstart fit --help | head -c 10"

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_no_message_is_longer_than_eight_lines(lines):
    error = AskError("something is wrong.", "\n".join(["do this"] * lines))

    shown = phrased(error)

    assert len(shown.splitlines()) <= 8


def test_control_characters_in_a_message_are_shown_not_obeyed():
    shown = phrased(AskError("there is no column `a\x1b[2J`."))

    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown
