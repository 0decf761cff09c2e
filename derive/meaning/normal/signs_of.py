"""Signs of polynomials, through an expression that shows them."""

from __future__ import annotations

from derive.expr.node import Expr
from derive.meaning.normal.poly import Poly
from derive.meaning.normal.render import written
from derive.meaning.normal.work import Work

MAX_ORIGINS = 4


def remember(w: Work, p: Poly, e: Expr) -> None:
    """`e` has the normal form `p`: its signs may be plainer to see as it is written."""
    known = w.origin.setdefault(p.key, [])
    if len(known) < MAX_ORIGINS and e not in known:
        known.append(e)


def witness(w: Work, p: Poly, need: str) -> Expr | None:
    """An expression of this normal form that meets a need of a law at every point, if one is known."""
    if w.signs.holds(need, out := written(w, p)):
        return out
    for e in w.origin.get(p.key, ()):
        if w.signs.holds(need, e):
            return e
    return None


def knows(w: Work, p: Poly, need: str) -> bool:
    """Whether a need is met by `p` at every point, as far as is known."""
    return witness(w, p, need) is not None
