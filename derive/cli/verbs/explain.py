"""``derive explain``: what a printed word or the code of an error means."""

from __future__ import annotations

import argparse
import textwrap

from derive.cli import OK
from derive.cli.explained import Explanation, find, near, tables
from derive.cli.output import coloured
from derive.expr.errors import UnknownNameError

WIDTH = 96


def run(options: argparse.Namespace) -> int:
    words = " ".join(options.words)
    if not words:
        _list()
        return OK
    found = find(words)
    if not found:
        like = near(words)
        hint = f"did you mean {' or '.join(like)}?" if like else "`derive explain` lists what is explained"
        raise UnknownNameError(f"nothing is explained by the name {words!r}; {hint}")
    for number, one in enumerate(found):
        if number:
            print()
        _show(one)
    return OK


def _list() -> None:
    for about, rows in tables():
        print(coloured(about, "1"))
        width = max(len(_title(row)) for row in rows)
        for row in rows:
            first = row.what.partition(". ")[0].removesuffix(".")
            print(f"  {_title(row):<{width}}  {textwrap.shorten(first, WIDTH - width - 4, placeholder=' …')}")
    print(coloured("rules and laws", "1"))
    print("  by name, such as log_product; `derive doctor --trusted` lists the laws")


def _title(row: Explanation) -> str:
    return f"{row.code}  {row.name}".strip()


def _show(row: Explanation) -> None:
    print(coloured(_title(row), "1"))
    for label, text in (("", row.what), ("why", row.why), ("example", row.example), ("what to do", row.do)):
        if text:
            shown = f"{label}: {text}" if label else text
            print(textwrap.fill(shown, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
