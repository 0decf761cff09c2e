"""exp of a sum, log of a product, and the square root."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Mul
from derive.expr.node import Expr, as_expr
from derive.expr.operations import absolute, exp, log, sigmoid, softplus, sqrt
from derive.meaning.normal import powers, ring
from derive.meaning.normal.functions import Args, apply, opaque, rule
from derive.meaning.normal.poly import ONE, ZERO, Atom, Monomial, Poly, Rational, exact, number, of_atom, of_monomial
from derive.meaning.normal.render import as_power, note_root, written
from derive.meaning.normal.signs_of import witness
from derive.meaning.normal.work import Work

LogFactor = tuple[Expr, Rational, Poly]  # a base that is at least 0, its exponent, and the logarithm of the base


@rule(exp)
def _exp(w: Work, args: Args) -> Poly:
    return exponential(w, args[0])


@rule(log)
def _log(w: Work, args: Args) -> Poly:
    return logarithm(w, args[0])


@rule(sqrt)
def _sqrt(w: Work, args: Args) -> Poly:
    if not w.allows("sqrt"):
        return opaque(sqrt, args)
    w.record("sqrt", x=written(w, args[0]))
    return powers.raised(w, args[0], number(Fraction(1, 2)))


# -- exponentials


def exponential(w: Work, p: Poly) -> Poly:
    """exp of a sum is the product of the exponentials of its terms."""
    if p.is_zero:
        if w.allows("exp_zero"):
            w.record("exp_zero")
            return ONE
        return opaque(exp, (p,))
    terms = p.ordered
    if len(terms) > 1 and not w.allows("exp_sum"):
        return opaque(exp, (p,))
    out, left = ONE, p
    for m, c in terms:
        term = of_monomial(m, c)
        left = left - term
        if not left.is_zero:
            w.record("exp_sum", a=written(w, term), b=written(w, left))
        out = ring.multiply(w, out, _exponential_of_term(w, m, c))
    return out


def _exponential_of_term(w: Work, m: Monomial, c: Rational) -> Poly:
    for a, e in m.factors:
        if a.kind != "apply" or e != 1 or a.head not in (log, softplus):
            continue
        rest = of_monomial(Monomial([f for f in m.factors if f[0] is not a]), c)
        (inner,) = a.args
        if a.head is softplus and w.allows("exp_softplus"):
            w.record("exp_softplus", x=written(w, inner), a=written(w, rest))
            return powers.raised(w, apply(w, sigmoid, (-inner,)), -rest)
        if a.head is log and w.allows("exp_log") and (shown := witness(w, inner, "positive")) is not None:
            w.record("exp_log", x=shown, a=written(w, rest))
            return powers.raised(w, inner, rest)
    unit = Atom("apply", exp, (of_monomial(m),), label="exp")
    if c != 1:
        if not w.allows("exp_power"):
            return opaque(exp, (of_monomial(m, c),))
        note_root(w, "exp", as_expr(1), unit.key, of_monomial(m), c)
    return of_atom(unit, c)


# -- logarithms


def logarithm(w: Work, p: Poly) -> Poly:
    """log of a product of non-negative factors is the sum of their logarithms."""
    if p.constant == 1:
        if w.allows("log_one"):
            w.record("log_one")
            return ZERO
        return opaque(log, (p,))
    if p.is_zero:
        return opaque(log, (p,))
    one = p.single
    c, m, primitive = (one[1], one[0], ONE) if one else powers.content(w, p)
    if not one:
        powers.pass_on_signs(w, p, c, m, primitive)
    if c < 0:
        return opaque(log, (p,))
    factors: list[LogFactor] = []
    primes = powers.factorised(c)
    if primes is None:
        primes = {}
        factors.append((as_expr(Fraction(c)), 1, opaque(log, (number(c),))))
    factors += [(as_expr(q), k, opaque(log, (number(q),))) for q, k in primes.items()]
    for a, e in m.factors:
        shown = witness(w, of_atom(a), "nonneg")
        if shown is None and e.denominator == 1 and e % 2 == 0 and w.allows("log_square", "abs_power"):
            half = int(e) // 2
            w.record("log_square", x=as_power(w, a, half))
            size = apply(w, absolute, (of_atom(a, half),))
            factors.append((as_power(w, a, e), 1, logarithm(w, size).times(2)))
            continue
        if shown is None:
            return opaque(log, (p,))
        if e.denominator != 1 and (value := _log_of_root(w, a, e)) is not None:
            factors.append((as_power(w, a, e), 1, value))
        else:
            factors.append((shown, e, _log_of_atom(w, a)))
    if not one:
        shown = witness(w, primitive, "nonneg")
        if shown is None:
            return opaque(log, (p,))
        factors.append((shown, 1, _log_of_sum(w, primitive)))
    return _log_of_factors(w, p, factors)


def _log_of_factors(w: Work, p: Poly, factors: list[LogFactor]) -> Poly:
    above = [f for f in factors if f[1] > 0]
    below = [(x, -e, value) for x, e, value in factors if e < 0]
    needed = {"log_root"} if any(abs(e) != 1 for _, e, _ in factors) else set()
    needed |= {"log_quotient"} if below else set()
    needed |= {"log_product"} if len(above) > 1 or len(below) > 1 else set()
    if not w.allows(*needed):
        return opaque(log, (p,))
    if below:
        if not above and w.allows("log_one"):
            w.record("log_one")
        w.record("log_quotient", x=_product(above), y=_product(below))
    out = ZERO
    for group, sign in ((above, 1), (below, -1)):
        for n, (x, e, value) in enumerate(group):
            if n + 1 < len(group):
                w.record("log_product", x=_product([group[n]]), y=_product(group[n + 1 :]))
            if e != 1:
                w.record("log_root", x=x, a=as_expr(Fraction(e)))
            out = out.plus(value, exact(sign * e))
    return out


def _product(factors: list[LogFactor]) -> Expr:
    parts = [x if e == 1 else x ** as_expr(Fraction(e)) for x, e, _ in factors]
    return as_expr(1) if not parts else parts[0] if len(parts) == 1 else Mul.of(*parts)


def _log_of_sum(w: Work, p: Poly) -> Poly:
    """log of a sum, where 1 - σ(x) counts as σ(-x)."""
    mirrored = ONE - p
    one = mirrored.single
    if one and one[1] == 1 and len(one[0].factors) == 1 and w.allows("log_sigmoid", "sigmoid_mirror"):
        a, e = one[0].factors[0]
        if e == 1 and a.kind == "apply" and a.head is sigmoid:
            w.record("sigmoid_mirror", x=written(w, a.args[0]))
            w.record("log_sigmoid", x=written(w, -a.args[0]))
            return -apply(w, softplus, a.args)
    return opaque(log, (p,))


def _log_of_root(w: Work, a: Atom, e: Rational) -> Poly | None:
    """log of a root of exp(u) or x**u, which is written exp(e·u) or x**(e·u)."""
    if a.kind == "apply" and a.head is exp and w.allows("log_exp"):
        exponent = a.args[0].times(e)
        w.record("log_exp", a=written(w, exponent))
        return exponent
    if a.kind == "unit" and w.allows("log_power"):
        exponent = a.args[1].times(e)
        w.record("log_power", x=as_power(w, a, e).args[0], a=written(w, exponent))
        return ring.multiply(w, exponent, logarithm(w, a.args[0]))
    return None


def _log_of_atom(w: Work, a: Atom) -> Poly:
    if a.kind == "apply" and a.head is exp and w.allows("log_exp"):
        w.record("log_exp", a=written(w, a.args[0]))
        return a.args[0]
    if a.kind == "apply" and a.head is sigmoid and w.allows("log_sigmoid"):
        w.record("log_sigmoid", x=written(w, a.args[0]))
        return -apply(w, softplus, (-a.args[0],))
    if (
        a.kind in ("unit", "power")
        and w.allows("log_power")
        and (shown := witness(w, a.args[0], "positive")) is not None
    ):
        w.record("log_power", x=shown, a=written(w, a.args[1]))
        return ring.multiply(w, a.args[1], logarithm(w, a.args[0]))
    if a.kind in ("base", "prime"):
        return logarithm(w, a.args[0])
    return opaque(log, (of_atom(a),))
