"""Memory and end of a whole tree of processes."""

import os
import subprocess
import sys
import time

from headstart.processes.watch import kill_tree, tree_megabytes

PARENT_OF_TWO = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; x = bytearray(80_000_000); "
                          "print('up', flush=True); time.sleep(60)"])
time.sleep(60)
"""


def start_tree() -> subprocess.Popen:
    tree = subprocess.Popen(
        [sys.executable, "-c", PARENT_OF_TWO], stdout=subprocess.PIPE, start_new_session=True
    )
    assert tree.stdout.readline() == b"up\n"
    return tree


def test_memory_of_the_grandchild_is_counted():
    tree = start_tree()

    megabytes = tree_megabytes(tree.pid)

    assert 80 < megabytes < 200
    kill_tree(tree.pid)
    tree.wait()
    tree.stdout.close()


def test_kill_ends_the_whole_tree_and_the_pipe_closes():
    tree = start_tree()

    kill_tree(tree.pid)

    assert tree.wait(5) == -9
    assert tree.stdout.read() == b""  # it would block while the grandchild held the other end
    tree.stdout.close()


def test_process_that_is_gone_weighs_nothing_and_is_no_error():
    done = subprocess.Popen([sys.executable, "-c", "pass"])
    done.wait()

    kill_tree(done.pid)

    assert tree_megabytes(done.pid) == 0


def test_own_group_survives_the_end_of_a_child_inside_it():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    time.sleep(0.05)

    kill_tree(child.pid)

    assert child.wait(5) == -9
    assert os.getpid()
