"""A child may do what it likes: the parent survives and says what happened."""

import os
import subprocess
import sys
import time

import pytest

from headstart.errors import DataError
from headstart.processes.children import Outcome, run


def run_code(code: str, *, seconds: float = 20.0, megabytes: float = 500.0) -> Outcome:
    """Run a statement in a child; `timeit` is the standard library's function that does so."""
    arguments = {"stmt": code, "number": 1}
    return run("timeit:timeit", arguments, seconds=seconds, megabytes=megabytes)


def test_answer_comes_back_as_plain_values():
    outcome = run("headstart.errors:nearest", {"name": "scroe", "known": ["score"]})

    assert outcome.status == "ok"
    assert outcome.value == "Did you mean `score`? "
    assert outcome.because == ""


def test_refusal_in_the_child_is_raised_in_the_parent_with_its_hint():
    with pytest.raises(DataError, match="leads out of its folder") as caught:
        run_code(
            "from headstart.storage.folders import inside; from pathlib import Path;"
            " inside(Path('/data'), '../x')"
        )

    assert caught.value.hint.startswith("Paths are relative")


def test_hanging_child_is_ended_at_its_deadline():
    began = time.monotonic()

    outcome = run_code("import time; time.sleep(60)", seconds=0.8)

    assert outcome.status == "timeout"
    assert outcome.because == "it did not end within 0.8 s and was stopped"
    assert time.monotonic() - began < 5


def test_loop_that_never_returns_to_python_is_ended_too():
    outcome = run_code("pow(7, 10**12)", seconds=1.0)

    assert outcome.status == "timeout"


def test_greedy_child_is_ended_for_its_memory():
    code = "import time; hoard = [bytearray(2_000_000) for _ in range(200)]; time.sleep(20)"

    outcome = run_code(code, megabytes=120)

    assert outcome.status == "memory"
    assert outcome.peak_mb > 120
    assert outcome.because == "it needed more than 120 MB of memory and was stopped"


def test_one_huge_allocation_is_a_question_of_memory_and_not_a_crash():
    outcome = run_code("bytearray(10**15)")

    assert outcome.status == "memory"


def test_memory_of_grandchildren_counts():
    code = (
        "import subprocess, sys;"
        " subprocess.run([sys.executable, '-c',"
        " 'import time; hoard = bytearray(300_000_000); time.sleep(20)'])"
    )

    outcome = run_code(code, megabytes=150)

    assert outcome.status == "memory"


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("import os; os._exit(3)", "exit code 3: it said nothing"),
        ("import sys; sys.exit('enough')", "exit code 1: enough"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "a segmentation fault"),
        ("import os; os.abort()", "ended by SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "by the operating system"),
        ("1 / 0", "exit code 1: ZeroDivisionError: division by zero"),
    ],
)
def test_crash_is_told_in_a_sentence(code, because):
    outcome = run_code(code)

    assert outcome.status == "crashed"
    assert because in outcome.because


def test_printing_for_ever_does_not_fill_the_parent():
    outcome = run_code("while True: print('x' * 1000)", seconds=1.0)

    assert outcome.status == "timeout"
    assert len(outcome.log) <= 8_000


def test_printing_does_not_spoil_the_answer():
    outcome = run_code("print('{}'); import sys; print('!', file=sys.stderr)")

    assert outcome.status == "ok"
    assert outcome.log == "{}\n!\n"


def test_forked_grandchild_does_not_outlive_its_parent(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c',"
        f" 'import time; time.sleep(60)']); open({str(note)!r}, 'w').write(str(p.pid))"
    )

    outcome = run_code(code)

    assert outcome.status == "ok"
    assert is_gone(int(note.read_text()))


def test_child_ends_when_its_parent_is_killed(tmp_path):
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    script = (
        "from headstart.processes.children import run;"
        f" run('timeit:timeit', {{'stmt': {code!r}, 'number': 1}})"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    while not (note.exists() and note.read_text()):
        time.sleep(0.02)

    parent.kill()
    parent.wait()

    assert is_gone(int(note.read_text()))


def test_child_knows_that_it_is_one_of_ours():
    outcome = run("os:getenv", {"key": "HEADSTART_PROCESS"})

    assert outcome.value == "1"


def test_file_in_the_working_directory_cannot_stand_in_for_a_module(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)

    outcome = run("headstart.errors:listed", {"names": ["a"]})

    assert outcome.value == "`a`"


def test_script_without_a_main_guard_may_start_children(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from headstart.processes.children import run\n"
        "print(run('headstart.errors:listed', {'names': ['a']}).value)\n"
    )

    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)

    assert done.stdout == "`a`\n"


def is_gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends within some seconds; a zombie counts as ended."""
    import psutil

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    os.kill(pid, 9)
    return False
