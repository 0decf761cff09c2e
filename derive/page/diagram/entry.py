"""The diagram of an entry: its first calculation that leads from measures to measures, with its own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.entry.record import Calc, Record
from derive.entry.verification import LineResult, verify
from derive.expr.errors import SortError
from derive.expr.propositions import Relation
from derive.page.derivation import digest
from derive.page.diagram.explained import standing_and_counts
from derive.page.diagram.measures import terms
from derive.page.diagram.model import Diagram, Line
from derive.page.diagram.statement import diagram
from derive.page.latex import SIGNS, latex
from derive.page.wording import reason


def entry_diagram(record: Record, seed: int = 0, title: str = "", calc: str = "") -> Diagram:
    """The diagram of the calculation of this name, or of the first that has one.

    Raises `SortError` if none is about measures of information, `UnknownNameError` if none has the name.
    """
    several = len(record.calcs) > 1
    found, relation = _found(record, (record.calc(calc),) if calc else record.calcs)
    results = list(verify(record, found.name, seed=seed))
    drawn = diagram(
        [relation],
        record.given + found.given,
        [result.verdict for result in results][-1:],
        title or (f"{record.title} · {found.name.replace('_', ' ')}" if several else record.title),
        f"{record.id} · sha {digest(record)}",
    )
    standing, counts = standing_and_counts([result.verdict for result in results])
    words = " · ".join(part for part in (drawn.measured, counts) if part)
    return replace(drawn, lines=_lines(found, results), standing=standing, footer=words)


def _found(record: Record, calcs: Sequence[Calc]) -> tuple[Calc, Relation]:
    """The calculation, and what its lines say together."""
    for calc in calcs:
        kinds = {line.relation for line in calc.lines}
        whole = next((kind for kind in ("=", "<=", ">=") if kinds and kinds <= {"=", kind}), None)
        if calc.expected != "holds" or whole is None:
            continue
        try:
            ends = terms(calc.start), terms(calc.lines[-1].right)
        except SortError:
            continue
        if any(ends):
            return calc, Relation.of(whole, calc.start, calc.lines[-1].right)
    raise SortError(f"{record.id}: no calculation is an equation or inequality of measures H(X), I(X;Y)")


def _lines(calc: Calc, results: list[LineResult]) -> tuple[Line, ...]:
    out = []
    for result in results:
        sign = SIGNS[result.line.relation].strip()
        left = f"{latex(calc.start)} " if result.number == 1 else ""
        out.append(Line((f"{left}{sign} {latex(result.line.right)}",), reason(result)))
    return tuple(out)
