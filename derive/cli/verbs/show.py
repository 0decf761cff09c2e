"""``derive show``: an entry, or a statement, as lines in the terminal."""

from __future__ import annotations

import argparse

from derive import library
from derive.cli import OK
from derive.cli.arguments import kind
from derive.cli.output import coloured, formula, mark
from derive.entry.record import Calc, Record
from derive.entry.verification import verify
from derive.expr.dims import axes_text


def run(options: argparse.Namespace) -> int:
    if kind(options.what) == "statement":
        from derive.api import parse

        for relation in parse(options.what, options.where, tuple(options.given)).relations:
            print(formula(relation))
        return OK
    for number, record in enumerate(library.records(options.what)):
        if number:
            print()
        _show(record, options.verdicts)
    return OK


def _show(record: Record, verdicts: bool) -> None:
    print(coloured(record.title, "1") + f"  ({record.id})")
    print(record.doc)
    width = max((len(s.name) for s in record.symbols), default=0)
    print("\nsymbols")
    for s in record.symbols:
        shape = f" {axes_text(s.axes)}" if s.axes else ""
        default = "" if s.default is None else f", default {s.default}"
        print(
            f"  {s.name:<{width}}  {s.domain.name}{shape}{', ' + s.role if s.role else ''}{default}  {s.doc}".rstrip()
        )
    print("\nterms")
    for term in record.terms:
        print(f"  {formula(term)} = {formula(term.expr)}")
    for premise in record.given:
        print(f"\ngiven\n  {formula(premise)}")
    if record.step is not None:
        print(f"\none step, counted from {record.step.first_step}")
        for symbol, value in record.step.new.items():
            start = record.step.start.get(symbol)
            begins = "" if start is None else f"   at first {formula(start)}"
            print(f"  {formula(symbol)} ← {formula(value)}{begins}")
    for calc in record.calcs:
        print(
            f"\n{calc.name}{'  (false)' if calc.expected == 'refuted' else ''}{'  ' + calc.note if calc.note else ''}"
        )
        _calculation(record, calc, verdicts)
    if record.cites:
        print("\nsources\n  " + "\n  ".join(record.cites))


def _calculation(record: Record, calc: Calc, verdicts: bool) -> None:
    print(f"    {formula(calc.start)}")
    found = {r.number: r.verdict for r in verify(record, calc.name)} if verdicts else {}
    for number, line in enumerate(calc.lines, start=1):
        sign = {"=": "=", "<=": "≤", ">=": "≥", "same_argmin": "≍"}.get(line.relation, line.relation)
        reasons = "; ".join(getattr(r, "words", r.name) for r in line.by)
        verdict = f"  {mark(found[number].kind)}" if number in found else ""
        print(f"  {sign} {formula(line.right)}{verdict}{'   ' + reasons if reasons else ''}".rstrip())
