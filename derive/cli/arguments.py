"""What an argument is, and the options of every verb. Nothing here imports the engine, so `--help` answers at once."""

from __future__ import annotations

import argparse
import re

IDENTIFIER = re.compile(r"[a-z]\w*(\.\w+)+\Z")
FILE = re.compile(r"\.py(:\w+)?\Z")
RELATION = re.compile(r"[=<>≤≥≠]")
FORMATS = ("html", "tex")
DRAWINGS = ("svg", "html", "tex")
OPTION = re.compile(r"--[a-z][a-z-]*(=|\Z)")


def is_statement(word: str) -> bool:
    """Whether a word that begins with ``-`` is a statement: it holds a relation and is not ``--option=value``."""
    return bool(RELATION.search(word)) and not OPTION.match(word)


def kind(word: str) -> str:
    """ "file" if it ends in .py or .py:entry, "id" if it looks like one, else "statement"."""
    if FILE.search(word.strip()):
        return "file"
    return "id" if IDENTIFIER.match(word.strip()) else "statement"


def statement_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--where", default="", metavar="TEXT", help="domains and shapes: 'x: real[n]; k: int in [1,n]'")
    parser.add_argument("--given", action="append", default=[], metavar="TEXT", help="a premise; may be repeated")
    parser.add_argument("--latex", action="store_true", help="statements, and premises with a backslash, are LaTeX")


def list_(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prefix", nargs="?", default="", help="only ids that begin with this")
    parser.add_argument("--json", action="store_true", help="one object a line")


def show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ID|FILE.py|STATEMENT")
    statement_options(parser)
    parser.add_argument("--verdicts", action="store_true", help="decide every line and show its verdict")
    parser.add_argument("--micro", action="store_true", help="every single rewrite of a derivation that is found")
    parser.add_argument("--json", action="store_true", help="one object a line, for statements")


def check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="*", metavar="ID|FILE.py|STATEMENT")
    statement_options(parser)
    parser.add_argument(
        "-f", dest="file", metavar="FILE", help="one statement a line (then tab given, tab where); - is stdin"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="the lines of a proof; a distribution that refutes as a table"
    )
    parser.add_argument("--require", choices=("proved", "tested"), help="weaker verdicts exit with 3")
    parser.add_argument("--strict", action="store_true", help="an unconfirmed reason exits with 3")
    parser.add_argument("--certificate", metavar="FILE", help="write the evidence, for `derive verify`")
    parser.add_argument("--seed", type=int, default=0, help="of the draws")
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="decide N claims at a time")
    parser.add_argument(
        "--budget", type=float, metavar="SECONDS", help="kill a claim that takes longer; it is undecided then"
    )
    parser.add_argument("--paranoid", action="store_true", help="ask SymPy for a second opinion on every equality")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--timings", action="store_true", help="seconds per verdict, in the JSON objects too")


def render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ID|FILE.py|STATEMENT", help="a statement is one about measures of information")
    parser.add_argument(
        "-o", dest="output", required=True, metavar="FILE", help="x.html, x.tex, with --diagram x.svg too; - is stdout"
    )
    parser.add_argument("--to", choices=DRAWINGS, help="the format, if the name of the file does not say")
    parser.add_argument("--diagram", action="store_true", help="an information diagram of up to five variables")
    parser.add_argument("--calc", default="", metavar="NAME", help="the calculation of an entry that a diagram shows")
    parser.add_argument("--title", default="", metavar="TEXT", help="what stands above a diagram or a statement")
    statement_options(parser)
    parser.add_argument("--strict", action="store_true", help="write nothing unless every line is as it should be")
    parser.add_argument("--seed", type=int, default=0, help="of the draws")


def generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ID|FILE.py")
    parser.add_argument("-o", dest="output", required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument("--thorough", action="store_true", help="check torch.compile too, which takes a while")
    parser.add_argument("--keep", action="store_true", help="write the files even if a check fails")
    parser.add_argument("--json", action="store_true", help="one object")


def verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ID|FILE.json|FILE.py|DIR", help="an entry, a certificate, a generated folder")
    parser.add_argument("--seed", type=int, default=0, help="of the draws, where an entry is checked now")
    parser.add_argument("--json", action="store_true", help="one object a line")


def explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="NAME", help="a name as printed, or a code such as E102")


def doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trusted", action="store_true", help="list the laws that proofs rest on, with their sources")


VERBS = {
    "list": list_,
    "show": show,
    "check": check,
    "render": render,
    "generate": generate,
    "verify": verify,
    "explain": explain,
    "doctor": doctor,
}
