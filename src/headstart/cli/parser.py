"""Words of the command line to arguments, with readable refusals that offer the nearest name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn, final

from headstart.cli import (
    adjust,
    advise,
    demo,
    doctor,
    fit,
    inspect,
    models,
    predict,
    profile,
    replay,
    report,
    weights,
)
from headstart.errors import AskError, nearest, unknown_name

_VERBS = {
    "profile": profile,
    "advise": advise,
    "fit": fit,
    "predict": predict,
    "report": report,
    "adjust": adjust,
    "replay": replay,
    "models": models,
    "inspect": inspect,
    "weights": weights,
    "doctor": doctor,
    "demo": demo,
}
_ABOUT = """\
Which deep model to start with on your data, from which weights, and how to train it:
measured on your data, not guessed."""
_EXAMPLES = """\
examples:
  headstart demo                                   see the main job on real data
  headstart fit patients.csv --target outcome      profile, advise, race, judge, deliver
  headstart predict run-1 new.csv --out out.csv    use the delivered model

`headstart VERB --help` lists a verb's options. Every verb takes --json."""


@final
class Parser(argparse.ArgumentParser):
    """As argparse's own; it raises where argparse would print its usage and leave."""

    def error(self, message: str) -> NoReturn:
        raise AskError(f"{message}.".replace("argument ", "", 1), f"See: {self.prog} --help")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of one command; `run` is the function of its verb.

    Raises:
        AskError: a verb or option is unknown, or a value is not what it should be.
    """
    if words and not words[0].startswith("-") and words[0] not in _VERBS:
        raise unknown_name("verb", words[0], list(_VERBS))
    parser = _parser()
    arguments, rest = parser.parse_known_args(list(words) or ["--help"])
    if rest:
        raise _unknown_option(rest, arguments.options, arguments.verb)
    return arguments


def _parser() -> Parser:
    parser = Parser(
        prog="headstart",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, module in _VERBS.items():
        verb = module.add(verbs)
        verb.add_argument(
            "--json", action="store_true", help="print one JSON document and nothing else"
        )
        verb.set_defaults(run=module.run, verb=name, options=_options(verb))
    parser.set_defaults(run=_version, options=("--version", "--help"))
    return parser


def _options(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    return tuple(word for action in parser._actions for word in action.option_strings)


def _version(arguments: argparse.Namespace) -> int:
    from importlib.metadata import version

    print(f"headstart {version('headstart')}")
    return 0


def _unknown_option(rest: Sequence[str], options: Sequence[str], verb: str | None) -> AskError:
    word = rest[0].split("=", 1)[0]
    where = f"headstart {verb}" if verb else "headstart"
    hint = f"See: {where} --help"
    if word.startswith("-"):
        offer = nearest(word, options).strip()
        return AskError(f"`{where}` has no option `{word}`. {offer}".strip(), hint)
    return AskError(f"`{where}` does not know what to do with `{word}`.", hint)
