"""The command line: one file per verb, and here what all of them share.

`main` finds the verb, runs it, and turns what went wrong into one message and an exit code:
0 done, 1 our fault, 2 the request or the data are wrong, 3 nothing trained, 130 interrupted.
Nothing heavy is imported before a verb runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from headstart.cli.faults import (
    CODE_INTERRUPTED,
    Interrupted,
    broken_disk,
    report_our_faults,
    say,
)
from headstart.cli.parser import parse
from headstart.errors import HeadstartError, NothingTrained
from headstart.processes.libraries import own_environment


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: the words after `headstart`. None means those of this process, which then is one of
            ours: faults of ours are phrased, and libraries are imported without their ballast.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    if argv is None:
        os.environ.update(own_environment())
        report_our_faults(as_json=as_json)
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except HeadstartError as error:
        say(error, as_json=as_json)
        return 3 if isinstance(error, NothingTrained) else 2
    except KeyboardInterrupt:
        say(Interrupted("interrupted before there was a result."), as_json=as_json)
        return CODE_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`headstart models | head`); nothing more may be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        say(broken_disk(error), as_json=as_json)
        return 2


def _run(words: Sequence[str]) -> int:
    arguments = parse(words)
    return int(arguments.run(arguments))
