"""Integrals as balls: a rigorous quadrature on a finite range, and rigorous bounds for what is cut off.

On finite ranges this is Arb's adaptive Gauss–Legendre quadrature (F. Johansson, Numerical integration in arbitrary-
precision ball arithmetic, ICMS 2018), which needs the integrand on complex balls (`integrand`). Infinite ranges are cut
where the rest is certainly small (`growth`). An end at which the integrand is not analytic is moved to infinity by
x = end ± e⁻ʸ. Where no bound is known there is no value: a divergent integral never gets one.
"""

from __future__ import annotations

import itertools

from flint import acb, arb, fmpq

from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar, State
from derive.meaning.numbers.divergence import diverges
from derive.meaning.numbers.growth import Growth
from derive.meaning.numbers.integrand import (
    Tree,
    X,
    add,
    apply,
    compiled,
    constant,
    multiply,
    substituted,
    undefined_near,
)  # fmt: skip
from derive.meaning.numbers.kinks import Kinks

EVALUATIONS = 20000  # of the integrand, for one piece
CUTS = (4, 8, 16, 32, 64, 96, 128, 160, 192, 256, 384, 512, 1024, 4096, 16384)
SOON = (2, 30, 1000)  # where it is looked whether an integral diverges
MOST_PIECES = 12
MARGIN = 76  # bits that the result may lose
End = fmpq | arb | None  # None: infinite


def integral(f: Tree, low: End, high: End, bits: int) -> Scalar:
    """∫ f from low to high, enclosed; None is −∞ as `low` and ∞ as `high`."""
    if not f.moving and f.number == 0 and f.kind == "const":
        return ball.ZERO
    if low is not None and high is not None:
        if isinstance(low, fmpq) and isinstance(high, fmpq) and low == high:
            return ball.ZERO
        if high < low:
            return ball.negate(integral(f, high, low, bits))
        if not low < high:
            return UNKNOWN
    if not f.moving and f.kind == "const":
        if low is None or high is None:
            return UNDEFINED if f.number > 0 or f.number < 0 else UNKNOWN
        return ball.multiply((f.number, high - low))
    goal = arb(2) ** (MARGIN - bits)
    kinks = Kinks(f, low, high)
    ends: list[End] = [low, *kinks.points, high]
    if len(ends) > MOST_PIECES:
        return UNKNOWN
    total: Scalar = ball.ZERO
    if any(undefined_near(f, x) for x in _samples(low, high)):
        return UNDEFINED
    try:
        for a, b in itertools.pairwise(ends):
            part = _piece(kinks.resolved(f, a, b), a, b, goal)
            if part is None:
                return UNKNOWN
            total = ball.add((total, part))
    except _DivergentError:
        return UNDEFINED
    return total if isinstance(total, State) else ball.settle(total)


class _DivergentError(Exception):
    """The integral certainly does not converge absolutely."""


def _samples(low: End, high: End) -> list[fmpq | arb]:
    """A few points inside of a range."""
    shares = (fmpq(1, 4096), fmpq(1, 7), fmpq(1, 2), fmpq(6, 7), fmpq(4095, 4096))
    if low is not None and high is not None:
        return [low + (high - low) * share for share in shares]
    if low is None and high is None:
        return [fmpq(-50, 3), fmpq(-5, 3), fmpq(2, 7), fmpq(9, 4), fmpq(50, 3)]
    if low is not None:
        return [low + 3 * share for share in shares]
    return [high - 3 * share for share in shares] if high is not None else []


def _piece(f: Tree, low: End, high: End, goal: arb) -> arb | None:
    """One piece without kinks, as far as these are known."""
    if not f.moving:
        if low is None or high is None:
            if f.kind == "const" and (f.number > 0 or f.number < 0):
                raise _DivergentError
            return arb(0) if f.kind == "const" and f.number == 0 else None
        return arb(f.number) * arb(high - low) if f.kind == "const" else None
    if low is None and high is None:
        right = _piece(f, fmpq(0), None, goal)
        return _both(_piece(f, None, fmpq(0), goal), right)
    if low is None:
        mirrored = substituted(f, multiply(constant(fmpq(-1)), X))
        return _piece(mirrored, -high if high is not None else None, None, goal)
    if high is None:
        if not _analytic_at(f, low) or low == 0:  # so that both parts begin at a positive number
            middle = low + 1
            if not _analytic_at(f, middle):
                return None
            far = _piece(f, middle, None, goal)  # first: it may diverge
            return _both(_piece(f, low, middle, goal), far)
        direct = _to_infinity(f, low, goal)
        return direct if direct is not None or not low > 0 else _by_logarithm(f, low, goal)
    regular = _analytic_at(f, low), _analytic_at(f, high)
    if all(regular):
        return _finite(f, low, high, goal)
    middle = (low + high) / 2
    length = high - middle
    left = _finite(f, low, middle, goal) if regular[0] else _from_end(f, low, length, 1, goal)
    if left is None:
        return None
    right = _finite(f, middle, high, goal) if regular[1] else _from_end(f, high, length, -1, goal)
    return _both(left, right)


def _both(a: arb | None, b: arb | None) -> arb | None:
    return None if a is None or b is None else a + b


def _from_end(f: Tree, end: fmpq | arb, length: fmpq | arb, sign: int, goal: arb) -> arb | None:
    """The part next to an end: x = end ± length·e⁻ʸ for y from 0 to ∞."""
    fading = multiply(constant(length), apply("exp", multiply(constant(fmpq(-1)), X)))
    image = add(constant(end), multiply(constant(fmpq(sign)), fading))
    return _to_infinity(multiply(substituted(f, image), fading), fmpq(0), goal)


def _by_logarithm(f: Tree, low: fmpq | arb, goal: arb) -> arb | None:
    """From a positive end to ∞ with x = low·eʸ: for what falls like a power, or with the logarithm."""
    image = multiply(constant(low), apply("exp", X))
    return _to_infinity(multiply(substituted(f, image), image), fmpq(0), goal)


def _to_infinity(f: Tree, low: fmpq | arb, goal: arb) -> arb | None:
    """From a finite end at which f is analytic."""
    start = arb(low).upper().max(arb(0))
    if any(diverges(f, Growth(start + cut)) for cut in SOON):
        raise _DivergentError
    for cut in CUTS:
        t = start + cut
        rest = Growth(t).tail(f)
        if rest is not None and rest < goal:
            body = _finite(f, low, t, goal)
            return None if body is None else body + arb(0, rest.upper())
    return None


def _finite(f: Tree, low: fmpq | arb, high: fmpq | arb, goal: arb) -> arb | None:
    value = acb.integral(
        compiled(f), acb(low), acb(high), rel_tol=goal, abs_tol=goal, eval_limit=EVALUATIONS, deg_limit=200
    )
    return value.real if value.is_finite() and value.imag.contains(0) else None


def _analytic_at(f: Tree, end: fmpq | arb) -> bool:
    try:
        return bool(compiled(f)(acb(arb(end) + arb(0, 2.0**-20)), True).is_finite())
    except ZeroDivisionError:
        return False
