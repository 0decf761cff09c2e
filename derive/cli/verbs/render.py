"""``derive render``: a derivation as one offline HTML file or a LaTeX document."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from derive import library
from derive.cli import OK, REFUTED, UNDECIDED
from derive.cli.arguments import FORMATS, kind
from derive.entry.record import Record
from derive.expr.errors import DeriveError
from derive.files import write_whole
from derive.page.derivation import page_of


def run(options: argparse.Namespace) -> int:
    to = options.to or Path(options.output).suffix.lstrip(".")
    if to not in FORMATS:
        raise DeriveError(
            f"{options.output}: the format is one of {', '.join(FORMATS)}; say it with the suffix or --to"
        )
    page = page_of(_record(options.what), seed=options.seed)
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


def _record(word: str) -> Record:
    if kind(word) == "statement":
        raise DeriveError(f"{word!r} is neither an id nor a file.py")
    return library.one(word)
