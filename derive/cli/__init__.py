"""The command line. Verbs are modules of this package, imported when they are called.

Exit status: 0 holds; 1 refuted; 2 usage, parse or premise error; 3 undecided; 4 a backend is missing. With several
statements the worst counts: 2, then 1, then 4, then 3.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module

OK, REFUTED, USAGE, UNDECIDED, MISSING = 0, 1, 2, 3, 4
WORST_FIRST = (USAGE, REFUTED, MISSING, UNDECIDED, OK)
GARBAGE = 50_000  # objects made between collections: imports make thousands that stay, and none of them is garbage
SUMMARIES = {
    "list": "ids and titles of the catalog",
    "show": "an entry or statement in the terminal",
    "check": "prove or refute entries, files and statements",
    "render": "a derivation as HTML or LaTeX",
    "generate": "a PyTorch module, C++ and CUDA kernels from an entry",
    "verify": "re-run recorded checks",
    "explain": "what a verdict, method, condition, rule or error code means",
    "doctor": "what this installation can do; --trusted lists the trusted laws",
}


def worst(statuses: list[int]) -> int:
    """The exit status of several statements."""
    return next((s for s in WORST_FIRST if s in statuses), OK)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    gc.set_threshold(GARBAGE)
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words[0] if words else "")
    try:
        options = parser.parse_args(_protect_statements(words))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    from derive.expr.errors import DeriveError

    try:
        return import_module(f"derive.cli.verbs.{options.verb}").run(options)
    except DeriveError as error:
        from derive.cli.failure import print_error

        print_error(error)
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader left; flushing at exit must not fail again
        return OK
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


class _Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal; argparse makes a formatter for every option, and loads `shutil` to ask how wide."""

    def __init__(self, prog: str) -> None:
        try:
            width = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
        except (OSError, ValueError):
            width = 80
        super().__init__(prog, width=width - 2)


def _parser(verb: str) -> argparse.ArgumentParser:
    from derive import __version__
    from derive.cli.arguments import VERBS

    parser = argparse.ArgumentParser(
        prog="derive",
        description="State it once: proved, typeset, and turned into code.",
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    parser.add_argument("--version", action="version", version=f"derive {__version__}")
    verbs = parser.add_subparsers(prog="derive", dest="verb", metavar="VERB", required=True)
    for name in VERBS:
        sub = verbs.add_parser(
            name, help=SUMMARIES[name], description=SUMMARIES[name], allow_abbrev=False, formatter_class=_Formatter
        )
        if name == verb:
            VERBS[name](sub)
    return parser


def _protect_statements(words: list[str]) -> list[str]:
    """A statement may begin with ``-``: an argument that does and holds a relation is no option."""
    from derive.cli.arguments import is_statement

    out: list[str] = []
    takes_value = False
    for word in words:
        if word.startswith("-") and not takes_value and is_statement(word):
            out.append(" " + word)  # argparse reads a word with a space in front as a value
        else:
            out.append(word)
        takes_value = word in (
            "--given",
            "--where",
            "--certificate",
            "-f",
            "-o",
            "--require",
            "--seed",
            "-j",
            "--jobs",
            "--budget",
        )
    return out
