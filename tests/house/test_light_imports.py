"""Importing is free: who only asks for help waits for the standard library alone."""

import json
import os
import subprocess
import sys

import pytest

from headstart.families import FAMILIES
from headstart.testing.fresh import BLOCKED

HEAVY = ("numpy", "narwhals", "psutil", "jinja2", "charset_normalizer", *BLOCKED)
IMPORT = "import headstart"
HELP = """
import sys
sys.argv = ["headstart", "--help"]
from headstart.cli import main
try:
    main()
except SystemExit:
    pass
"""
LISTED = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("program", "most"), [(IMPORT, 0.10), (HELP, 0.20)], ids=["import", "help"]
)
def test_cpu_seconds_stay_small(program, most):
    seconds = min(cpu_seconds(program) for _ in range(5))

    assert seconds <= most


@pytest.mark.parametrize("program", [IMPORT, HELP], ids=["import", "help"])
def test_only_the_standard_library_is_loaded(program):
    loaded = json.loads(output(f"{program}\n{LISTED}").splitlines()[-1])

    assert not set(HEAVY) & set(loaded)


def test_every_family_imports_without_heavy_libraries():
    names = sorted(FAMILIES)
    program = (
        "import sys, json\n"
        f"sys.modules.update(dict.fromkeys({BLOCKED!r}))\n"
        "from headstart.families import family\n"
        f"print(json.dumps([family(name).CARD.name for name in {names!r}]))"
    )

    assert json.loads(output(program)) == names


def output(program):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def cpu_seconds(program):
    """User and system time of an interpreter that runs a program, from its start to its exit."""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime
