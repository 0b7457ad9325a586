"""The examples of the guide run, and print what stands there."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "moving_weights.md"


def test_the_examples_of_the_guide_run_and_print_what_it_says(capsys):
    text = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    printed = re.findall(r"```\n(Sequential.*?)```", text, re.DOTALL)
    assert len(blocks) == 2

    exec(compile("\n".join(blocks), str(GUIDE), "exec"), {})

    assert capsys.readouterr().out == printed[0]
