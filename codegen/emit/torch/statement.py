"""What a generated file says of itself: the statement as text, the form computed, the derivative, the source."""

from __future__ import annotations

from collections.abc import Iterable

from derive.chain.chain import Chain
from derive.codegen.emit.torch.layout import paragraph
from derive.codegen.rewrite.derived import Derived
from derive.entry.record import Record
from derive.expr.leaves import Index, Let
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.substitute import substitute
from derive.expr.tensor import Array

WIDTH = 92


def of_value(d: Derived, checked: str = "", failed: str = "") -> list[str]:
    """The docstring of a file that computes a value and its derivative."""
    record = d.record
    where = "For one example" if d.batch else "The statement"
    calc = next((c for c in record.calcs if c.name == d.stated.name), None)
    start = [Let("loss", calc.start) if not isinstance(calc.start, Let) else calc.start] if calc else [d.stated]
    shown = _below(start[0])
    out = [f'"""{record.doc.rstrip(".")}.', "", f"{where} ({record.id}):", "", *definitions(shown)]
    computed = [t for t in _below(d.computed) if t not in shown]
    if computed:
        laws = f", by {', '.join(d.laws)}," if d.laws else ""
        out += ["", f"computed{laws} as", "", *definitions(computed)]
    if d.adjoints:
        out += ["", "and differentiated term by term, the last to the first:", "", *definitions(d.adjoints)]
    return [*out, *_origin(record, checked, failed), '"""']


def of_update(record: Record, checked: str = "", failed: str = "") -> list[str]:
    """The docstring of a file that does one step of an update rule."""
    out = [f'"""{record.doc.rstrip(".")}.', "", f"One step ({record.id}):", "", *definitions(update_terms(record))]
    return [*out, *_origin(record, checked, failed), '"""']


def definitions(terms: Iterable[Let]) -> list[str]:
    """A line for each term, such as ``dW2[k, h] = Sum(...)``."""
    out: list[str] = []
    for term in terms:
        left, right = term.name, term.expr
        if isinstance(right, Array):
            right = _told_apart(right)
            left, right = f"{left}[{', '.join(i.name for i in right.indices)}]", right.body
        lines = paragraph(f"{left} = {plain(right)}", hanging=4, width=WIDTH)
        out += [f"    {line}" for line in lines]
    return out


def _told_apart(e: Array) -> Array:
    """The same tensor with indices of different names."""
    used: set[str] = set()
    fresh: dict[Expr, Expr] = {}
    for i in e.indices:
        name = next(n for k in range(1, len(e.indices) + 1) if (n := i.name if k == 1 else f"{i.name}{k}") not in used)
        used.add(name)
        fresh[i] = i if name == i.name else Index(name, i.dim)
    renamed = Array.of(substitute(e.body, fresh), tuple(i for i in fresh.values() if isinstance(i, Index)))
    assert isinstance(renamed, Array)
    return renamed


def update_terms(record: Record) -> tuple[Let, ...]:
    """The named terms behind the new states, definitions before uses."""
    assert record.step is not None
    found: dict[Let, None] = {}
    for state, new in record.step.new.items():
        found |= dict.fromkeys(_below(new if isinstance(new, Let) else Let(f"{state.name}_new", new)))
    return tuple(found)


def _origin(record: Record, checked: str, failed: str) -> list[str]:
    out: list[str] = []
    if record.cites:
        out += ["", *paragraph(f"Source: {'; '.join(record.cites)}.", hanging=4)]
    if checked:
        out += ["", *paragraph(f"Checked: {checked.rstrip('.')}.", hanging=4)]
    if failed:
        out += ["", *paragraph(f"Not passed: {failed}.", hanging=4)]
    return out


def _below(term: Let) -> tuple[Let, ...]:
    return Chain(term).terms
