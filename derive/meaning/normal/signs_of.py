"""Signs of polynomials, through an expression that shows them."""

from __future__ import annotations

from derive.expr.arithmetic import Mul
from derive.expr.node import Expr
from derive.meaning.normal.poly import Monomial, Poly, exact
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
    if w.facts and need in ("positive", "nonneg", "negative", "nonpositive", "nonzero"):
        factored = _factored(w, p)
        if factored is not None and w.signs.holds(need, factored):
            return factored
    return None


def _factored(w: Work, p: Poly) -> Expr | None:
    """A sum with the factors that all of its terms have in front; None if there are none."""
    if len(p.terms) < 2:
        return None
    (first, _), *others = p.ordered
    common = {a: e for a, e in first.factors if e > 0}
    for m, _ in others:
        here = m.exponents
        common = {a: min(e, here[a]) for a, e in common.items() if here.get(a, 0) > 0}
    if not common:
        return None
    rest = {}
    for m, c in p.terms.items():
        exponents = m.exponents
        for a, e in common.items():
            exponents[a] = exact(exponents[a] - e)
        rest[Monomial({a: e for a, e in exponents.items() if e})] = c
    return Mul.of(written(w, Poly({Monomial(common): 1})), written(w, Poly(rest)))


def knows(w: Work, p: Poly, need: str) -> bool:
    """Whether a need is met by `p` at every point, as far as is known."""
    return witness(w, p, need) is not None
