"""``derive render --diagram``: an information diagram of a statement or of an entry."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from derive import library
from derive.cli import OK, REFUTED, UNDECIDED
from derive.cli.arguments import kind
from derive.expr.errors import DeriveError
from derive.expr.propositions import Relation
from derive.files import write_whole
from derive.page.diagram.composition import compose
from derive.page.diagram.entry import entry_diagram
from derive.page.diagram.model import Diagram
from derive.page.diagram.statement import diagram
from derive.prove.decide import decide
from derive.text.statement import parse

STATUS = {"verified": OK, "checked": OK, "refuted": REFUTED, "undecided": UNDECIDED}


def draw(options: argparse.Namespace, to: str) -> int:
    """Decide, draw, write; returns the exit status of the statement."""
    drawn = _diagram(options)
    status = STATUS[drawn.standing]
    if options.strict and drawn.standing != "verified":
        print(f"{options.what.strip()}: {drawn.standing}; nothing written", file=sys.stderr)
        return status or UNDECIDED
    scene = compose(drawn)
    if to == "svg":
        from derive.page.diagram.svg import svg as write
    elif to == "html":
        from derive.page.diagram.document import html as write
    else:
        from derive.page.diagram.tikz import tikz as write
    text = write(scene)
    if options.output == "-":
        sys.stdout.write(text)
        return status
    write_whole(Path(options.output), text)
    size = len(text.encode()) // 1000
    print(f"wrote {options.output} ({size} kB; {drawn.standing}: {drawn.plain_footer})", file=sys.stderr)
    return status


def _diagram(options: argparse.Namespace) -> Diagram:
    if kind(options.what) != "statement":
        if options.given or options.where or options.latex:
            raise DeriveError("--given, --where and --latex are for statements; an entry has its own premises")
        return entry_diagram(library.one(options.what), options.seed, options.title, options.calc)
    if options.calc:
        raise DeriveError("--calc is for entries; a statement is one calculation")
    given = tuple(options.given)
    statement = parse(options.what, options.where, given, options.latex)
    relations = [r for r in statement.relations if isinstance(r, Relation)]
    if len(relations) < len(statement.relations):
        raise DeriveError("a definition by recursion has no diagram")
    verdicts = [decide(r, statement.premises, seed=options.seed) for r in relations]
    return diagram(relations, statement.premises, verdicts, options.title)
