"""How the command line says that something went wrong: at most eight lines, no traceback."""

from __future__ import annotations

import errno
import json
import os
import sys
import textwrap
from types import TracebackType

from headstart.errors import AskError, HeadstartError

CODE_INTERRUPTED = 130
DEBUG = "HEADSTART_DEBUG"
_MOST_LINES = 8
_OF_THE_MACHINE = (
    errno.EACCES,
    errno.EPERM,
    errno.ENOSPC,
    errno.EROFS,
    errno.EDQUOT,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
)


class OurFault(HeadstartError):
    """Something that Headstart should have foreseen."""

    kind = "fault"


class Interrupted(HeadstartError):
    """The person stopped the command before it had anything to show."""

    kind = "interrupted"


def say(error: HeadstartError, *, as_json: bool) -> None:
    """Print a refusal: one document on standard output, or a message on standard error."""
    if as_json:
        document = {
            "schema": 1,
            "error": {"kind": error.kind, "message": error.message, "hint": error.hint},
        }
        sys.stdout.write(json.dumps(document) + "\n")
        return
    sys.stderr.write(phrased(error) + "\n")


def phrased(error: HeadstartError) -> str:
    """The message and its indented hint, in at most eight lines.

    Example:
        >>> print(phrased(AskError("the budget is 0 minutes.", "Give more than 0.")))
        headstart: the budget is 0 minutes.
          Give more than 0.
    """
    hint = textwrap.indent(error.hint, "  ")
    whole = [*f"headstart: {error.message}".splitlines(), *hint.splitlines()]
    lines = [_harmless(line) for line in whole]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"  (+{len(lines) - _MOST_LINES + 1} more lines)"]
    return "\n".join(lines)


def broken_disk(error: OSError) -> HeadstartError:
    """A file or folder that the machine refuses, in words; anything else is raised again."""
    if error.errno not in _OF_THE_MACHINE:
        raise error
    where = f"`{error.filename}`" if error.filename else "a file"
    what = (error.strerror or "the system refuses it").lower()
    return AskError(f"{where} cannot be used: {what}.", "Choose another place with --out.")


def report_our_faults(*, as_json: bool) -> None:
    """From now on an exception that nobody foresaw ends the process with one line and code 1."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if os.environ.get(DEBUG):
            sys.__excepthook__(kind, error, trace)
        fault = OurFault(
            f"this is our fault: {kind.__name__}: {str(error)[:300]}",
            f"Run it again with {DEBUG}=1 to see where, and report that, please.",
        )
        say(fault, as_json=as_json)
        sys.stdout.flush()

    sys.excepthook = hook


def _harmless(line: str) -> str:
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)
