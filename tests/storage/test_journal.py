"""A record counts once its line is whole, and then forever."""

import subprocess
import sys

import pytest

from headstart.errors import AskError, DataError
from headstart.storage.journal import Writer, read


def written(path, *entries):
    writer = Writer(path)
    for entry in entries:
        writer.append(entry)
    writer.close()


def test_records_come_back_in_their_order(tmp_path):
    path = tmp_path / "run" / "journal.jsonl"

    written(path, {"id": 1}, {"id": 2, "text": "ä\nb"}, {"source": "caf\udce9.csv"})

    assert read(path) == [{"id": 1}, {"id": 2, "text": "ä\nb"}, {"source": "caf\udce9.csv"}]


def test_a_missing_journal_is_an_empty_one(tmp_path):
    assert read(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize("cut", [1, 5, 9, 12])
def test_a_torn_last_line_is_dropped_and_written_over(cut, tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"id": 1}, {"id": 2})
    path.write_bytes(path.read_bytes()[:-cut])

    assert read(path) == [{"id": 1}]
    written(path, {"id": 3})
    assert read(path) == [{"id": 1}, {"id": 3}]


def test_a_last_line_of_lost_bytes_is_dropped(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"id": 1})
    path.write_bytes(path.read_bytes() + b"\0" * 40 + b"\n")

    assert read(path) == [{"id": 1}]


def test_a_complete_line_is_never_rewritten(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"id": 1})
    first = path.read_bytes()

    written(path, {"id": 2})

    assert path.read_bytes().startswith(first)


def test_damage_in_the_middle_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"id": 1}, {"id": 2}, {"id": 3})
    path.write_bytes(path.read_bytes().replace(b'"id":2', b'"id":7'))

    with pytest.raises(DataError, match=r"line 2 of .* is damaged"):
        read(path)


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path):
    path = tmp_path / "journal.jsonl"
    first = Writer(path)

    with pytest.raises(AskError, match="written by another process"):
        Writer(path)

    first.close()
    Writer(path).close()


def test_an_undefined_number_is_our_mistake(tmp_path):
    writer = Writer(tmp_path / "journal.jsonl")

    with pytest.raises(ValueError, match="JSON"):
        writer.append({"score": float("nan")})

    writer.close()
    assert read(tmp_path / "journal.jsonl") == []


def test_a_killed_writer_loses_no_record_that_it_has_confirmed(tmp_path):
    path = tmp_path / "journal.jsonl"
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from headstart.storage.journal import Writer\n"
        "writer = Writer(Path(sys.argv[1]))\n"
        "for number in range(20): writer.append({'id': number})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    subprocess.run([sys.executable, "-c", program, str(path)], check=False)

    assert [entry["id"] for entry in read(path)] == list(range(20))
