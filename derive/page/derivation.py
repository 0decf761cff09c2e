"""From a record to a page: its calculations decided, every formula typeset from the expression that was decided."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from derive.derivation import Derivation, Step
from derive.derivation.names import reasons
from derive.entry.found import found_lines
from derive.entry.record import Calc, Record
from derive.entry.verification import LineResult, verify
from derive.expr.layers import Layers, member
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Derivative, Member
from derive.page import chains
from derive.page.difference import changed, worth_colour
from derive.page.latex import latex, latex_sides
from derive.page.model import Calculation, Page, Row
from derive.page.unicode import unicode
from derive.page.wording import detail, reason


def page_of(record: Record, seed: int = 0) -> Page:
    """Decide all lines of `record` and lay them out."""
    results = list(verify(record, seed=seed))
    calculations = [_definitions(record)] if record.terms or any(isinstance(p, Layers) for p in record.given) else []
    shared = _shared(record)
    found = {calc.name: lines for calc in record.calcs if (lines := found_lines(record, calc)) is not None}
    for group in _grouped(record.calcs, found):
        rows = [
            row
            for calc in group
            for row in _rows(
                record, calc, [r for r in results if r.calc is calc], shared.get(calc.term, ""), found.get(calc.name)
            )
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


def _grouped(calcs: tuple[Calc, ...], found: Collection[str]) -> list[list[Calc]]:
    """Calculations slide by slide: true ones of a single line that follow each other share one."""

    def is_short(calc: Calc) -> bool:
        return len(calc.lines) == 1 and calc.expected == "holds" and calc.name not in found

    groups: list[list[Calc]] = []
    for calc in calcs:
        if groups and is_short(calc) and is_short(groups[-1][-1]):
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
        shape = r" \times ".join(latex(d.size) for d in s.axes)
        where = rf"\in {s.domain.tex}" + (f"^{{{shape}}}" if shape else "")
        if s.sort is Sort.VARIABLE:  # "X, Y random", or discrete, or continuous
            where = rf"\text{{ {s.domain.name.removesuffix(' variable')}}}"
        groups.setdefault(where, []).append(s)
    terms = _names(record)
    symbols = [rf"{', '.join(latex(_general(s), terms=terms) for s in ss)} {where}" for where, ss in groups.items()]
    premises = (premise for premise in record.given if not isinstance(premise, Layers))
    return (*symbols, *(latex(premise, terms=terms) for premise in premises))


def _general(s: Symbol) -> Expr:
    """A symbol, or the general member of a family."""
    return Member.of(s, s.family) if s.family else s


def _definitions(record: Record) -> Calculation:
    terms = _names(record)
    passes = [one for one in record.given if isinstance(one, Layers)]
    forward, backward = ([row for one in passes if one.backward is b for row in _layers(one)] for b in (False, True))
    shown = [*forward, *((t, t.expr, "") for t in record.terms), *backward]
    rows = [
        Row(k, latex(left, terms=terms), "=", latex(right, terms=terms), "", note, "definition")
        for k, (left, right, note) in enumerate(shown, start=1)
    ]
    return Calculation("definitions", tuple(rows))


def _layers(one: Layers) -> Iterator[tuple[Expr, Expr, str]]:
    """What layers define, in the order of computing: both sides, and which layers the step is for."""
    index, last = latex(one.index), latex(one.last)
    span = rf"{last}, \dots, 1" if one.backward else rf"1, \dots, {last}"
    for family, start in one.start.items():
        yield member(family, one.rule(family).first), start, ""
    for family, step in one.steps.items():
        yield member(family, one.index - one.shift(family)), step, rf"for \({index} = {span}\)"


def _shared(record: Record) -> dict[Let, str]:
    """What is said about calculations that share a prefix of the chain, or that later ones use more than once."""
    terms = _names(record)
    found = {calc.term: note for calc, note in chains.notes(record, lambda e: latex(e, terms=terms), _ratio)}
    if found:
        return found
    uses: Counter[Let] = Counter()
    for calc in record.calcs:
        if calc.expected == "holds":
            mentioned = {n for line in calc.lines for n in walk(line.right, into_terms=False) if isinstance(n, Let)}
            uses.update(mentioned)
    return {calc.term: "shared prefix: computed once, used below" for calc in record.calcs if uses[calc.term] > 1}


def _ratio(above: str, below: str) -> str:
    return rf"\partial {above} / \partial {below}"


def _rows(
    record: Record, calc: Calc, results: list[LineResult], shared: str, found: Derivation | None
) -> tuple[Row, ...]:
    terms = _names(record)
    rows = _found_rows(calc, found, terms) if found is not None else []
    before = calc.start
    for result in results:
        line = result.line
        after = line.right
        parts = worth_colour(changed(before, after), after) if result.number > 1 else frozenset()
        shown = Relation.of(line.relation, calc.start, after, line.wrt)
        left, sign, right = latex_sides(shown, terms=terms)
        first = (result.number == 1 and not rows) or line.relation == "same_argmin"
        rows.append(
            Row(
                number=result.number,
                lhs=left if first else "",
                relation=sign,
                rhs=right,
                reason=reason(result) if found is None else _as_found(found.steps[-1]),
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


def _found_rows(calc: Calc, found: Derivation, terms: set[str]) -> list[Row]:
    """The lines that the engine found before the end, which is the author's own line."""
    rows: list[Row] = []
    before = calc.start
    for number, (step, after) in enumerate(found.lines()[:-1], start=1):
        parts = worth_colour(changed(before, after), after) if rows else frozenset()
        shown = Relation.of("=", calc.start, after)
        left, sign, right = latex_sides(shown, terms=terms)
        rows.append(
            Row(
                number=number,
                lhs="" if rows else left,
                relation=sign,
                rhs=right,
                reason=_as_found(step),
                note="",
                verdict=step.verdict.kind,  # type: ignore[arg-type]
                detail=detail(step.verdict),
                rhs_highlighted=latex_sides(shown, terms=terms, highlight=parts)[2] if parts else None,
            )
        )
        before = after
    return rows


def _as_found(step: Step) -> str:
    return f"found: {reasons(step.rules)}"


def _note(result: LineResult, shared: str) -> str:
    notes = [result.line.note] if result.line.note else []
    if result.number == 1 and result.calc.given:
        notes.insert(0, "given " + ", ".join(unicode(premise) for premise in result.calc.given))
    if result.calc.note and len(result.calc.lines) == 1:
        notes.append(result.calc.note)
    if shared and result.number == len(result.calc.lines):
        notes.append(shared)
    if result.line.relation == "same_argmin":
        variables = ", ".join(rf"\({latex(w)}\)" for w in result.line.wrt)
        notes.append(f"same minimisers in {variables}")
    return "; ".join(notes)
