"""The sign of a polynomial in one variable on an interval, by Sturm's theorem. Exact, and trusted.

(C. Sturm 1829; Basu, Pollack, Roy, Algorithms in Real Algebraic Geometry, 2.2.)
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from flint import fmpq, fmpq_poly

from derive.meaning.interval import INFINITE, Interval
from derive.meaning.numbers import ball
from derive.prove.polynomial.rational_function import Terms

Point = fmpq | float  # ±inf


def dense(p: Terms) -> fmpq_poly:
    """A polynomial in one variable by its coefficients."""
    degree = max((key[0] for key in p), default=0)
    return fmpq_poly([ball.exact(p.get((k,), Fraction(0))) for k in range(degree + 1)])


def never_negative(p: fmpq_poly, domain: Interval, strict: bool) -> bool:
    """Whether p ≥ 0 (p > 0) on all of an interval."""
    low, high = _point(domain.low[0]), _point(domain.high[0])
    if p == 0:
        return not strict
    for end, is_open in ((low, domain.low[1]), (high, domain.high[1])):
        if isinstance(end, fmpq) and not is_open and (p(end) <= 0 if strict else p(end) < 0):
            return False
    if low == high:
        return True
    if p(_inside(low, high, p)) < 0:
        return False
    factors = p.factor_squarefree()[1]
    changing = [f for f, multiplicity in factors if strict or multiplicity % 2]
    return all(roots_inside(f, low, high) == 0 for f in changing)


def _point(end: Fraction | float) -> Point:
    return float(end) if abs(end) == INFINITE else ball.exact(Fraction(end))


def roots_inside(p: fmpq_poly, low: Point, high: Point) -> int:
    """The number of distinct real roots in the open interval, of a polynomial without multiple roots."""
    for end in (low, high):
        if isinstance(end, fmpq) and p(end) == 0:
            p = p // fmpq_poly([-end, 1])
    chain = [p, p.derivative()]
    while chain[-1] != 0:
        chain.append(-(chain[-2] % chain[-1]))
    return _changes(chain[:-1], low) - _changes(chain[:-1], high)


def _changes(chain: list[fmpq_poly], at: Point) -> int:
    signs = [s for p in chain if (s := _sign(p, at))]
    return sum(a != b for a, b in pairwise(signs))


def _sign(p: fmpq_poly, at: Point) -> int:
    if isinstance(at, fmpq):
        value = p(at)
    else:
        value = p[p.degree()] * (-1 if at < 0 and p.degree() % 2 else 1)
    return 1 if value > 0 else -1 if value < 0 else 0


def _inside(low: Point, high: Point, p: fmpq_poly) -> fmpq:
    """A point inside that is no root."""
    a = low if isinstance(low, fmpq) else (high - 1 if isinstance(high, fmpq) else fmpq(-1))
    b = high if isinstance(high, fmpq) else a + 2
    k = 2
    while p(a + (b - a) / k) == 0:
        k += 1
    return a + (b - a) / k
