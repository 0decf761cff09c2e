"""``derive show``: an entry, or a statement, as lines in the terminal."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from derive import library
from derive.claims import steps_of
from derive.cli import OK, UNDECIDED, proof, worst
from derive.cli.arguments import RELATION, kind
from derive.cli.derived import lines, verdict_of
from derive.cli.output import coloured, formula, has_unicode, mark, row
from derive.derivation import Derivation, derive
from derive.entry.found import found_lines
from derive.entry.record import Calc, Record
from derive.entry.verification import verify
from derive.expr.dims import axes_text
from derive.expr.errors import DeriveError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.page.chains import factored, gradients, shared_products
from derive.prove import information
from derive.prove.decide import decide
from derive.prove.verdict import Verdict
from derive.text.statement import ParseError, parse, parse_formula


def run(options: argparse.Namespace) -> int:
    if kind(options.what) == "statement":
        return _statement(options)
    if options.json:
        raise DeriveError("--json shows statements; `derive check --json` has the lines of entries")
    for number, record in enumerate(library.records(options.what)):
        if number:
            print()
        _show(record, options.verdicts)
    return OK


def _statement(options: argparse.Namespace) -> int:
    """An expression or an equality with the lines that lead from one side to the other."""
    text, given = options.what.strip(), tuple(options.given)
    try:
        start, premises = parse_formula(text, options.where, given, options.latex)
    except ParseError:
        if not RELATION.search(text) and not options.latex:
            raise
        statement = parse(text, options.where, given, options.latex)
        return worst([_relation(r, statement.premises, options) for r in statement.relations])
    found = derive(start, premises=premises, micro=options.micro)
    if found is None:
        return _nothing(start, options)
    return _print(found, premises, options)


def _relation(relation: Expr, premises: tuple[Expr, ...], options: argparse.Namespace) -> int:
    if isinstance(relation, Relation) and information.speaks_of(relation, *premises):
        return _measures(relation, premises, options)
    if not isinstance(relation, Relation) or relation.kind != "=":
        print(formula(relation))
        return OK
    found = derive(relation.left, relation.right, premises, options.micro)
    if found is None:
        return _nothing(relation, options)
    return _print(found, premises, options)


def _measures(relation: Relation, premises: tuple[Expr, ...], options: argparse.Namespace) -> int:
    """The proof of a statement about measures of information."""
    verdict = decide(relation, premises)
    if verdict.kind == "proved":
        verdict = replace(verdict, steps=steps_of(relation, premises, verdict))
    if not verdict.steps:
        return _nothing(relation, options)
    if options.json:
        print(json.dumps(row(verdict, statement=str(relation)), ensure_ascii=False))
        return OK
    for line in proof.lines(verdict.steps, has_unicode()):
        print(f"  {line}".rstrip())
    return OK


def _nothing(what: Expr, options: argparse.Namespace) -> int:
    if options.json:
        verdict = Verdict("undecided", message="no derivation found")
        print(json.dumps(row(verdict, statement=options.what.strip()), ensure_ascii=False))
    else:
        print(formula(what))
        print("no derivation found; `derive check` decides statements", file=sys.stderr)
    return UNDECIDED if isinstance(what, Relation) else OK


def _print(found: Derivation, premises: tuple[Expr, ...], options: argparse.Namespace) -> int:
    verdict = verdict_of(found, premises)
    if options.json:
        fields = {"statement": f"{found.start} = {found.end}"}
        print(json.dumps(row(verdict, **fields), ensure_ascii=False))
    elif verdict.kind == "refuted" and found.proved:
        raise DeriveError(f"the lines from `{found.start}` to `{found.end}` contradict a drawn point; this is a bug")
    else:
        for line in lines(found, options.micro):
            print(line)
    return OK if verdict.kind == "proved" else UNDECIDED


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
    _chains(record)
    for calc in record.calcs:
        print(
            f"\n{calc.name}{'  (false)' if calc.expected == 'refuted' else ''}{'  ' + calc.note if calc.note else ''}"
        )
        if calc.given:
            print(f"  given {', '.join(map(formula, calc.given))}")
        _calculation(record, calc, verdicts)
    if record.cites:
        print("\nsources\n  " + "\n  ".join(record.cites))


def _chains(record: Record) -> None:
    """Gradients as products of local factors, the prefix that they share once."""
    found = shared_products(record)
    if not found:
        return
    output = next(iter(gradients(record).values())).start.args[0]
    rows = []
    for p in found:
        left = f"∂{formula(output)}/∂{formula(p.x)}"
        right = factored(p, output, formula, lambda above, below: f"∂{above}/∂{below}", " · ")
        rows.append((left, right if right != left else "", ", ".join(map(formula, p.shared))))
    print("\nchains of local factors, the shared prefix once")
    wide, long = (max(len(row[k]) for row in rows) for k in (0, 1))
    for left, right, shared in rows:
        sign, by = "=" if right else " ", f"shared by {shared}" if shared else ""
        print(f"  {left:<{wide}} {sign} {right:<{long}}  {by}".rstrip())


def _calculation(record: Record, calc: Calc, verdicts: bool) -> None:
    derivation = found_lines(record, calc)
    if derivation is not None:
        for text in lines(derivation):
            print(text)
        return
    print(f"    {formula(calc.start)}")
    found = {r.number: r.verdict for r in verify(record, calc.name)} if verdicts else {}
    for number, line in enumerate(calc.lines, start=1):
        sign = {"=": "=", "<=": "≤", ">=": "≥", "same_argmin": "≍"}.get(line.relation, line.relation)
        reasons = "; ".join(getattr(r, "words", r.name) for r in line.by) or line.note
        verdict = f"  {mark(found[number].kind)}" if number in found else ""
        print(f"  {sign} {formula(line.right)}{verdict}{'   ' + reasons if reasons else ''}".rstrip())
