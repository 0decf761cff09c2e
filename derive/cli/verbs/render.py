"""``derive render``: a derivation as one offline HTML file or a LaTeX document; with ``--diagram`` a drawing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from derive import library
from derive.cli import OK, REFUTED, UNDECIDED
from derive.cli.arguments import DRAWINGS, FORMATS, kind
from derive.expr.errors import DeriveError
from derive.expr.propositions import Relation
from derive.files import write_whole
from derive.page.derivation import page_of
from derive.page.model import Page
from derive.prove.decide import decide
from derive.prove.information import speaks_of
from derive.text.statement import parse


def run(options: argparse.Namespace) -> int:
    formats = DRAWINGS if options.diagram else FORMATS
    to = options.to or Path(options.output).suffix.lstrip(".")
    if to not in formats:
        raise DeriveError(
            f"{options.output}: the format is one of {', '.join(formats)}; say it with the suffix or --to"
        )
    if options.diagram:
        from derive.cli.drawing import draw

        return draw(options, to)
    if kind(options.what) == "statement":
        page = _of_statement(options)
    elif options.given or options.where or options.latex:
        raise DeriveError("--given, --where and --latex are for statements; an entry has its own premises")
    else:
        page = page_of(library.one(options.what), seed=options.seed)
    status = {"verified": OK, "checked": OK, "FAILED": REFUTED}[page.standing]
    if options.strict and page.standing != "verified":
        print(f"{options.what}: {page.standing}; nothing written", file=sys.stderr)
        return status or UNDECIDED
    if to == "html":
        from derive.page.html import html as write
    else:
        from derive.page.tex import tex as write
    text = write(page)
    if options.output == "-":
        sys.stdout.write(text)
        return status
    write_whole(Path(options.output), text)
    counts = ", ".join(words for _, words in page.counts)
    size = len(text.encode()) // 1000
    print(f"wrote {options.output} ({size} kB; {page.standing}: {counts})", file=sys.stderr)
    return status


def _of_statement(options: argparse.Namespace) -> Page:
    """A statement about measures of information with its proof."""
    from derive.claims import steps_of
    from derive.page.statement import page_of_statement

    statement = parse(options.what, options.where, tuple(options.given), options.latex)
    relations = [relation for relation in statement.relations if isinstance(relation, Relation)]
    if len(relations) < len(statement.relations) or not speaks_of(*relations, *statement.premises):
        raise DeriveError(
            f"{options.what.strip()!r} is neither an id nor a file.py, and no statement about measures of information"
        )
    decided = []
    for relation in relations:
        verdict = decide(relation, statement.premises, seed=options.seed)
        lines = steps_of(relation, statement.premises, verdict) if verdict.kind == "proved" else ()
        decided.append((relation, verdict, lines))
    return page_of_statement(decided, statement.premises, options.title, options.seed)
