import resource
import subprocess
import sys
from pathlib import Path

import pytest

from headstart.processes.memory import _left_in_groups, free_megabytes

SHOW = "from headstart.processes.memory import free_megabytes; print(free_megabytes())"


def group(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("memory_", "memory.")).write_text(text + "\n")
    return folder


def test_the_machine_has_memory_left():
    assert 10 < free_megabytes() < 1e9


def test_a_limit_on_resident_memory_is_heeded():
    limit = 300_000_000

    told = subprocess.run(
        [sys.executable, "-c", SHOW],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_RSS, (limit, limit)),
        capture_output=True,
        text=True,
        check=True,
    )

    assert float(told.stdout) == 300


@pytest.mark.parametrize(
    "files",
    [
        {"memory_max": "1000", "memory_current": "700"},
        {"memory_limit_in_bytes": "1000", "memory_usage_in_bytes": "700"},
    ],
)
def test_a_container_leaves_what_its_group_has_not_used(tmp_path, files):
    group(tmp_path / "groups", **files, memory_stat="anon 500\ninactive_file 200")

    assert list(_left_in_groups(tmp_path / "groups", tmp_path / "none")) == [500]


def test_the_group_of_a_process_is_found_from_outside_of_it(tmp_path):
    group(tmp_path / "groups" / "user" / "me", memory_max="1000", memory_current="700")
    (tmp_path / "membership").write_text("12:cpu:/elsewhere\n0::/user/me\n")

    assert list(_left_in_groups(tmp_path / "groups", tmp_path / "membership")) == [300]


def test_a_group_without_a_limit_sets_none(tmp_path):
    group(tmp_path / "groups", memory_max="max", memory_current="700")

    assert list(_left_in_groups(tmp_path / "groups", tmp_path / "none")) == []
