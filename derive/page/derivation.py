"""From a record to a page: its calculations decided, every formula typeset from the expression that was decided."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from derive.entry.record import Calc, Record
from derive.entry.verification import LineResult, verify
from derive.expr.leaves import Let, Symbol
from derive.expr.node import walk
from derive.expr.propositions import Relation
from derive.expr.structure import Derivative
from derive.page.difference import changed, worth_colour
from derive.page.latex import latex, latex_sides
from derive.page.model import Calculation, Page, Row
from derive.page.wording import detail, reason


def page_of(record: Record, seed: int = 0) -> Page:
    """Decide all lines of `record` and lay them out."""
    results = list(verify(record, seed=seed))
    calculations = [_definitions(record)] if record.terms else []
    shared = _shared(record)
    for group in _grouped(record.calcs):
        rows = [
            row
            for calc in group
            for row in _rows(record, calc, [r for r in results if r.calc is calc], calc.term in shared)
        ]
        numbered = tuple(replace(row, number=number) for number, row in enumerate(rows, start=1))
        expected = "refuted" if group[0].expected == "refuted" else "hold"
        calculations.append(Calculation(_title(group), numbered, expected))
    return Page(
        record.title, record.doc, _given(record), tuple(calculations), record.id, digest(record), seed, record.cites
    )


def digest(record: Record) -> str:
    """Of everything the record states; changes when a formula does."""
    parts = [record.id, record.reduction]
    parts += [f"{s.name}: {s.domain.name}{[d.name for d in s.axes]}" for s in record.symbols]
    parts += [f"{t.name} = {t.expr}" for t in record.terms]
    for calc in record.calcs:
        parts += [f"{calc.name} [{calc.expected}] {calc.start}", *(f"{s.relation} {s.right}" for s in calc.lines)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _names(record: Record) -> set[str]:
    return {s.name for s in record.symbols} | {t.name for t in record.terms}


def _grouped(calcs: tuple[Calc, ...]) -> list[list[Calc]]:
    """Calculations slide by slide: true ones of a single line that follow each other share one."""
    groups: list[list[Calc]] = []
    for calc in calcs:
        short = len(calc.lines) == 1 and calc.expected == "holds"
        if groups and short and len(groups[-1][-1].lines) == 1 and groups[-1][-1].expected == "holds":
            groups[-1].append(calc)
        else:
            groups.append([calc])
    return groups


def _title(group: list[Calc]) -> str:
    if len(group) > 1:
        return "adjoints" if all(isinstance(calc.start, Derivative) for calc in group) else "claims"
    return group[0].note or group[0].name.replace("_", " ")


def _given(record: Record) -> tuple[str, ...]:
    """Symbols by domain and shape: y, μ ∈ ℝᴺ."""
    groups: dict[str, list[Symbol]] = {}
    for s in record.symbols:
        shape = r" \times ".join(d.name for d in s.axes)
        where = s.domain.tex + (f"^{{{shape}}}" if shape else "")
        groups.setdefault(where, []).append(s)
    terms = _names(record)
    symbols = [rf"{', '.join(latex(s, terms=terms) for s in ss)} \in {where}" for where, ss in groups.items()]
    return (*symbols, *(latex(premise, terms=terms) for premise in record.given))


def _definitions(record: Record) -> Calculation:
    terms = _names(record)
    rows = [
        Row(k, latex(t, terms=terms), "=", latex(t.expr, terms=terms), "", "", "definition")
        for k, t in enumerate(record.terms, start=1)
    ]
    return Calculation("definitions", tuple(rows))


def _shared(record: Record) -> set[Let]:
    """Adjoints that more than one later calculation uses: the prefix of the chain that is computed once."""
    uses: Counter[Let] = Counter()
    for calc in record.calcs:
        if calc.expected == "holds":
            mentioned = {n for line in calc.lines for n in walk(line.right, into_terms=False) if isinstance(n, Let)}
            uses.update(mentioned)
    return {calc.term for calc in record.calcs if uses[calc.term] > 1}


def _rows(record: Record, calc: Calc, results: list[LineResult], shared: bool) -> tuple[Row, ...]:
    terms = _names(record)
    rows: list[Row] = []
    before = calc.start
    for result in results:
        line = result.line
        after = line.right
        parts = worth_colour(changed(before, after), after) if result.number > 1 else frozenset()
        shown = Relation.of(line.relation, calc.start, after, line.wrt)
        left, sign, right = latex_sides(shown, terms=terms)
        first = result.number == 1 or line.relation == "same_argmin"
        rows.append(
            Row(
                number=result.number,
                lhs=left if first else "",
                relation=sign,
                rhs=right,
                reason=reason(result),
                note=_note(result, shared),
                verdict=result.verdict.kind,  # type: ignore[arg-type]
                detail=detail(result.verdict),
                reason_status=result.verdict.reason_status,  # type: ignore[arg-type]
                failed=result.as_expected is False,
                rhs_highlighted=latex_sides(shown, terms=terms, highlight=parts)[2] if parts else None,
            )
        )
        before = after
    return tuple(rows)


def _note(result: LineResult, shared: bool) -> str:
    notes = [result.line.note] if result.line.note else []
    if result.calc.note and len(result.calc.lines) == 1:
        notes.append(result.calc.note)
    if shared and result.number == len(result.calc.lines):
        notes.append("shared prefix: computed once, used below")
    if result.line.relation == "same_argmin":
        variables = ", ".join(rf"\({latex(w)}\)" for w in result.line.wrt)
        notes.append(f"same minimisers in {variables}")
    return "; ".join(notes)
