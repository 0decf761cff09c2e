"""Absolute values, rectifiers, steps, maxima and minima of two."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.node import as_expr
from derive.expr.operations import Operation, absolute, maximum, minimum, relu, sign, step
from derive.meaning.normal import powers, ring
from derive.meaning.normal.functions import Args, apply, negative, opaque, rule
from derive.meaning.normal.poly import ONE, ZERO, Monomial, Poly, Rational, number, of_atom, of_monomial
from derive.meaning.normal.render import atom, monomial, written
from derive.meaning.normal.signs_of import knows, witness
from derive.meaning.normal.work import Work


@rule(absolute)
def _absolute(w: Work, args: Args) -> Poly:
    (p,) = args
    for need, law, value in (("nonneg", "abs_positive", p), ("nonpositive", "abs_negative", -p)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    if w.unfolding and w.allows("abs_relu"):
        w.record("abs_relu", x=written(w, p))
        return apply(w, relu, args).times(2) - p
    one = p.single
    if one and (len(one[0].factors) + (one[1] != 1) > 1) and w.allows("abs_product"):
        m, c = one
        parts = [number(c)] if c != 1 else []
        parts += [of_monomial(Monomial((f,))) for f in m.factors]
        out = ONE
        while parts:
            first = parts.pop(0)
            if parts:
                w.record("abs_product", x=written(w, first), y=written(w, ring.product(w, parts)))
            out = ring.multiply(w, out, _absolute(w, (first,)))
        return out
    if one and one[0].factors[0][1] != 1 and w.allows("abs_power") and one[0].factors[0][1].denominator == 1:
        a, e = one[0].factors[0]
        w.record("abs_power", x=atom(w, a), n=as_expr(int(e)))
        return powers.power(w, _absolute(w, (of_atom(a),)), e)
    if negative(p) and w.allows("even_abs"):
        w.record("even_abs", x=written(w, -p))
        return _absolute(w, (-p,))
    return opaque(absolute, args)


def _positive_content(w: Work, p: Poly) -> tuple[Rational, Monomial, Poly]:
    """p = c·m·rest with c > 0 and m a product of positive atoms."""
    one = p.single
    c, m, _ = (one[1], one[0], ONE) if one else powers.content(w, p)
    sure = Monomial([f for f in m.factors if knows(w, of_atom(f[0]), "positive")])
    return abs(c), sure, powers.divided(w, p, sure).times(Fraction(1) / abs(c))


@rule(relu)
def _relu(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.is_zero and not w.allows("relu_positive"):
        return opaque(relu, args)
    for need, law, value in (("nonneg", "relu_positive", p), ("nonpositive", "relu_negative", ZERO)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    c, m, rest = _positive_content(w, p)
    if (c != 1 or m.factors) and w.allows("relu_scale"):
        w.record("relu_scale", c=monomial(w, m, c), x=written(w, rest))
        return ring.multiply(w, of_monomial(m, c), _relu(w, (rest,)))
    if negative(p) and w.allows("relu_mirror"):
        w.record("relu_mirror", x=written(w, -p))
        return _relu(w, (-p,)) + p
    if w.unfolding and w.allows("relu_step"):
        w.record("relu_step", x=written(w, p))
        return ring.multiply(w, p, apply(w, step, args))
    return opaque(relu, args)


@rule(step)
def _step(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.is_zero:
        return opaque(step, args)
    for need, law, value in (("positive", "step_positive", ONE), ("negative", "step_negative", ZERO)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    c, m, rest = _positive_content(w, p)
    if (c != 1 or m.factors) and w.allows("step_scale"):
        w.record("step_scale", c=monomial(w, m, c), x=written(w, rest))
        return _step(w, (rest,))
    if negative(p) and w.allows("step_mirror"):
        w.record("step_mirror", x=written(w, -p))
        return ONE - _step(w, (-p,))
    return opaque(step, args)


@rule(sign)
def _sign(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.is_zero and w.allows("zero_sign"):
        w.record("zero_sign")
        return ZERO
    for need, law, value in (("positive", "sign_positive", ONE), ("negative", "sign_negative", -ONE)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    c, m, rest = _positive_content(w, p)
    if (c != 1 or m.factors) and w.allows("sign_product", "sign_positive"):
        shown = monomial(w, m, c)
        w.record("sign_product", x=shown, y=written(w, rest))
        w.record("sign_positive", x=shown)
        return _sign(w, (rest,))
    if negative(p) and w.allows("odd_sign"):
        w.record("odd_sign", x=written(w, -p))
        return -_sign(w, (-p,))
    return opaque(sign, args)


@rule(maximum)
def _maximum(w: Work, args: Args) -> Poly:
    return _extremum(w, maximum, args, "max_relu")


@rule(minimum)
def _minimum(w: Work, args: Args) -> Poly:
    return _extremum(w, minimum, args, "min_relu")


def _extremum(w: Work, operation: Operation, args: Args, law: str) -> Poly:
    first = "max_first" if operation is maximum else "min_first"
    for x, y in (args, args[::-1]) if w.allows(first) else ():
        gap = x - y if operation is maximum else y - x
        shown = as_expr(0) if gap.is_zero else witness(w, gap, "nonneg")
        if shown is not None:
            w.record(first, x=written(w, y), d=shown)
            return x
    if w.unfolding and w.allows(law):
        x, y = args
        w.record(law, x=written(w, x), y=written(w, y))
        rectified = apply(w, relu, (x - y,))
        return y + rectified if operation is maximum else x - rectified
    return opaque(operation, args)
