"""What an argument is: a file, an id, or a statement; and the options that several verbs share."""

from __future__ import annotations

import argparse
import re

IDENTIFIER = re.compile(r"[a-z]\w*(\.\w+)+\Z")
RELATION = re.compile(r"[=<>≤≥≠]")
OPTION = re.compile(r"--[a-z][a-z-]*(=|\Z)")


def is_statement(word: str) -> bool:
    """Whether a word that begins with ``-`` is a statement: it holds a relation and is not ``--option=value``."""
    return bool(RELATION.search(word)) and not OPTION.match(word)


def kind(word: str) -> str:
    """ "file" if it ends in .py, "id" if it looks like one, else "statement"."""
    if word.strip().endswith(".py"):
        return "file"
    return "id" if IDENTIFIER.match(word.strip()) else "statement"


def statement_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--where", default="", metavar="TEXT", help="domains and shapes: 'x: real[n]; k: int in [1,n]'")
    parser.add_argument("--given", action="append", default=[], metavar="TEXT", help="a premise; may be repeated")
