"""The trusted facts and theorems as lines of text: what `derive doctor --trusted` lists below the laws."""

from __future__ import annotations

from collections.abc import Iterator

from derive.expr.dims import Dim
from derive.expr.domains import REAL
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.prove.theorems.functions import FACTS
from derive.prove.theorems.table import MOVING, NEEDS, THEOREMS, Theorem


def trusted() -> Iterator[tuple[str, str, str]]:
    """Name, statement and source of each."""
    u = Symbol("u", domain=REAL)
    for fact in FACTS:
        yield fact.name, ", ".join(plain(relation) for relation in fact.statement(u)), fact.cite
    for theorem in THEOREMS:
        yield theorem.name, _statement(theorem), theorem.cite


def _statement(theorem: Theorem) -> str:
    dim = Dim("n", "i")
    i, k = Index.along(dim), Index("k", dim)

    def value(name: str) -> Expr:
        if name in ("i", "k"):
            return i if name == "i" else k
        return Symbol(name, (dim,), domain=REAL)[i] if name in MOVING else Symbol(name, domain=REAL)

    large, small = theorem.instance({name: value(name) for name in theorem.variables})
    needs = [NEEDS[need].format(name) for name, need in theorem.needs]
    shown = f"{plain(large)} {'>' if theorem.strict else '>='} {plain(small)}"
    return shown + (f"  if {', '.join(needs)}" if needs else "")
