"""The listing of files is the architecture, and a machine keeps it."""

import subprocess
import sys
from pathlib import Path

from _source import ROOT


def test_every_import_points_down():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
