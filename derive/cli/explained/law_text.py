"""A trusted law as one line of text."""

from __future__ import annotations

from collections.abc import Iterator

from derive.expr.dims import Dim
from derive.expr.domains import REAL
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr
from derive.expr.tensor import Linear
from derive.meaning.laws import NEEDS, Law

INDICES, PLACES, VECTORS = "ij", "pq", "uv"


def law_text(law: Law) -> str:
    """The law as an equation with what it needs; in words, if the engine carries it out itself."""
    if law.statement is None:
        return law.text
    for values in _values(law):
        try:
            left, right = law.instance(values)
        except ValueError:  # this law is about identity matrices
            continue
        needs = [NEEDS[need].format(values[variable]) for variable, need in law.needs]
        return f"{left} = {right}" + (f"  if {', '.join(needs)}" if needs else "")
    return law.text or law.name.replace("_", " ")


def _values(law: Law) -> Iterator[dict[str, Expr]]:
    """What the variables may stand for."""
    if not law.matrices:
        yield {v: Index(v) if v in INDICES else Symbol(v, domain=REAL) for v in law.variables}
        return
    n = Dim("n")
    a = Symbol("A", (n, n), domain=REAL)
    square: dict[str, Expr] = {"a": a, "b": Symbol("B", (n, n), domain=REAL), "d": Linear.of("det", (a,))}
    square |= {v: Symbol(v, (n,), domain=REAL) for v in VECTORS} | {v: Index(v, n) for v in PLACES}
    values = {v: square.get(v, Symbol(v, domain=REAL)) for v in law.variables}
    yield values
    yield {**values, "a": Linear.of("eye", (), (n,))}
