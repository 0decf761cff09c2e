"""Powers with an exponent that is an integer at every point, of bases that may be negative or 0."""

from __future__ import annotations

from derive.expr.arithmetic import Mul
from derive.expr.node import Expr, as_expr
from derive.meaning.normal import powers, ring
from derive.meaning.normal.poly import ONE, UNIT, Atom, Poly, number, of_atom, of_monomial
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import knows, witness
from derive.meaning.normal.work import Work

MAX_COUNTED = 4


def counted(w: Work, p: Poly, e: Poly) -> Poly:
    """p**e for an integer e ≥ 0 and any p: as many factors p apart as the exponent is known to hold."""
    out = ONE
    for _ in range(MAX_COUNTED):
        shown = witness(w, e - ONE, "nonneg")
        if shown is None:
            break
        w.record("power_sum_count", x=written(w, p), a=as_expr(1), b=shown)
        out, e = ring.multiply(w, out, p), e - ONE
    return ring.multiply(w, out, ONE if e.is_zero else powers.opaque(w, p, e))


def of_nonzero(w: Work, p: Poly, e: Poly) -> Poly:
    """p**e for p ≠ 0 and an integer e: over the factors of p and the terms of e."""
    one = p.single
    c, m, rest = (one[1], one[0], ONE) if one else powers.content(w, p)
    parts = [of_atom(a, x) for a, x in m.factors]
    if c != 1:
        parts.insert(0, number(c))
    if rest.constant is None:
        parts.append(rest)
    out, exponent = ONE, written(w, e)
    while parts:
        part = parts.pop(0)
        if parts:
            others = [_nonzero(w, q) for q in parts]
            y = others[0] if len(others) == 1 else Mul.of(*others)
            w.record("power_product_whole", x=_nonzero(w, part), y=y, a=exponent)
        out = ring.multiply(w, out, _factor(w, part, e))
    return out


def _factor(w: Work, p: Poly, e: Poly) -> Poly:
    if knows(w, p, "positive"):
        return powers.of_positive(w, p, e)
    out, left, base = ONE, e, _nonzero(w, p)
    for m, c in e.ordered:
        term = of_monomial(m, c)
        left = left - term
        if not left.is_zero:
            w.record("power_sum_whole", x=base, a=written(w, term), b=written(w, left))
        if m is UNIT or not m.factors:
            out = ring.multiply(w, out, powers.power(w, p, c))
        elif c.denominator != 1:
            return powers.opaque(w, p, e)
        else:
            if c != 1:
                exponent, times = written(w, of_monomial(m)), as_expr(int(c))
                w.record("power_power_whole", x=base, a=exponent, b=times, backwards=True)
            out = ring.multiply(w, out, of_atom(Atom("unit", None, (p, of_monomial(m))), c))
    return out


def _nonzero(w: Work, p: Poly) -> Expr:
    shown = witness(w, p, "nonzero")
    return written(w, p) if shown is None else shown
