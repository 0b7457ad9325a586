"""The file of rejected rows is whole and harmless."""

import csv

from headstart.intake import Rejected, write_rejected
from headstart.intake.rejected import plain_cell


def test_cells_that_would_run_as_formulas_are_disarmed(tmp_path):
    contents = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "\rx", 'plain, "quoted"\nline']
    rows = [
        Rejected(row=number, line=number + 2, because="it is bad", content=content)
        for number, content in enumerate(contents)
    ]

    write_rejected(tmp_path / "rejected.csv", rows)

    with open(tmp_path / "rejected.csv", newline="") as file:
        header, *found = list(csv.reader(file))
    assert header == ["row", "line", "because", "content"]
    assert [cells[3] for cells in found] == [f"'{text}" for text in contents[:-1]] + contents[-1:]
    assert found[0][:3] == ["0", "2", "it is bad"]


def test_plain_text_stays_as_it_is():
    assert plain_cell("a=1") == "a=1"
    assert plain_cell("") == ""
