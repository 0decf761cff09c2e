"""Sine and cosine of sums and at multiples of π/2; the gamma function and its relatives at shifted arguments."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.leaves import EULER_GAMMA, PI
from derive.expr.operations import Operation, cos, digamma, gamma_function, log, loggamma, sin, trigamma
from derive.meaning.normal import functions, powers, ring
from derive.meaning.normal.functions import Args, negative, opaque, rule
from derive.meaning.normal.poly import ONE, ZERO, Monomial, Poly, number, of_monomial
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import witness
from derive.meaning.normal.work import Work

MOST_TIMES, MOST_SHIFTS = 12, 24
HALF = Fraction(1, 2)
AT_TURNS = {  # by operation and multiple of π: the law, and the value
    (sin, 1): ("sin_pi", ZERO), (cos, 1): ("cos_pi", -ONE),
    (sin, HALF): ("sin_half_pi", ONE), (cos, HALF): ("cos_half_pi", ZERO),
}  # fmt: skip


@rule(sin)
def _sin(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.is_zero and w.allows("zero_sin"):
        w.record("zero_sin")
        return ZERO
    if negative(p) and w.allows("odd_sin"):
        w.record("odd_sin", x=written(w, -p))
        return -_sin(w, (-p,))
    return _wave(w, sin, p)


@rule(cos)
def _cos(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.is_zero and w.allows("cos_zero"):
        w.record("cos_zero")
        return ONE
    if negative(p) and w.allows("even_cos"):
        w.record("even_cos", x=written(w, -p))
        return _cos(w, (-p,))
    return _wave(w, cos, p)


def _wave(w: Work, operation: Operation, p: Poly) -> Poly:
    """A sine or cosine at a multiple of π/2, or, in the third tier, of a sum by the addition theorem."""
    circle = w.lower(PI).single
    turns = p.single[1] if p.single and circle and p.single[0] == circle[0] else None
    law, value = AT_TURNS.get((operation, turns), ("", ZERO)) if turns is not None else ("", ZERO)
    if law and w.allows(law):
        w.record(law)
        return value
    first = _first_part(p, turns, circle[0] if circle else None, w.unfolding)
    if first is None or not w.allows("sin_sum", "cos_sum"):
        return opaque(operation, (p,))
    rest = p - first
    w.record(f"{operation}_sum", a=written(w, first), b=written(w, rest))
    waves = [(_sin(w, (q,)), _cos(w, (q,))) for q in (first, rest)]
    (sin_a, cos_a), (sin_b, cos_b) = waves
    if operation is sin:
        return ring.multiply(w, sin_a, cos_b) + ring.multiply(w, cos_a, sin_b)
    return ring.multiply(w, cos_a, cos_b) - ring.multiply(w, sin_a, sin_b)


def _first_part(p: Poly, turns: object, circle: Monomial | None, unfolding: bool) -> Poly | None:
    """What is split off a sum or a multiple; None if it stays as it is."""
    for m, c in p.ordered:
        if m == circle and (c * 2).denominator == 1 and abs(c) <= MOST_TIMES and (turns is None or c not in (1, HALF)):
            return of_monomial(m, HALF if c.denominator == 2 else 1).times(1 if c > 0 else -1)
    if not unfolding:
        return None
    if len(p.terms) > 1:
        m, c = p.ordered[0]
        return of_monomial(m, c)
    m, c = p.ordered[0]
    return of_monomial(m) if c.denominator == 1 and 1 < c <= MOST_TIMES else None


# -- the gamma function: Γ(x+1) = x·Γ(x), and what follows from it


@rule(gamma_function)
def _gamma(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.constant == 1 and w.allows("gamma_one"):
        w.record("gamma_one")
        return ONE
    if p.constant == HALF and w.allows("gamma_half"):
        w.record("gamma_half")
        return powers.power(w, w.lower(PI), HALF)
    before = _shifted(w, p, "gamma_shift")
    return opaque(gamma_function, args) if before is None else ring.multiply(w, before, _gamma(w, (before,)))


@rule(loggamma)
def _loggamma(w: Work, args: Args) -> Poly:
    (p,) = args
    unfolded = functions.definition(w, loggamma, args)
    if unfolded is not None:
        return unfolded
    if p.constant == 1 and w.allows("loggamma_one"):
        w.record("loggamma_one")
        return ZERO
    before = _shifted(w, p, "loggamma_shift")
    if before is None:
        return opaque(loggamma, args)
    return functions.apply(w, log, (before,)) + _loggamma(w, (before,))


@rule(digamma)
def _digamma(w: Work, args: Args) -> Poly:
    (p,) = args
    if p.constant == 1 and w.allows("digamma_one"):
        w.record("digamma_one")
        return -w.lower(EULER_GAMMA)
    before = _shifted(w, p, "digamma_shift")
    if before is None:
        return opaque(digamma, args)
    return _digamma(w, (before,)) + powers.power(w, before, -1)


@rule(trigamma)
def _trigamma(w: Work, args: Args) -> Poly:
    before = _shifted(w, args[0], "trigamma_shift")
    if before is None:
        return opaque(trigamma, args)
    return _trigamma(w, (before,)) - powers.power(w, before, -2)


def _shifted(w: Work, p: Poly, law: str) -> Poly | None:
    """p − 1, if that is still positive and a number is added to what p is made of."""
    c = p.terms.get(Monomial(()), 0)
    if not 1 <= c <= MOST_SHIFTS or not w.allows(law):
        return None
    before = p - number(1)
    shown = witness(w, before, "positive")
    if shown is None:
        return None
    w.record(law, x=shown)
    return before
