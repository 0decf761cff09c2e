"""Polynomials brought to all of space: a variable with a bound becomes a square, one with two a quotient of squares.

p(x) ≥ 0 for all x of a box is q(w) ≥ 0 for all w, with x = l + w², x = h - w², or x = (l + h·w²)/(1 + w²), which has
all values but the upper end; there q says the same by continuity. Trusted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from derive.meaning.interval import INFINITE, Interval
from derive.prove.polynomial.rational_function import Terms

F = Fraction
MOST_TERMS = 300


def unbounded(p: Terms, domains: list[Interval]) -> Terms:
    """q, in the same number of variables."""
    for k, domain in enumerate(domains):
        low, high = (None if abs(end[0]) == INFINITE else F(end[0]) for end in (domain.low, domain.high))
        if low is not None and high is not None:
            p = _between(p, k, low, high)
        elif low is not None:
            p = _replaced(p, k, {0: low, 2: F(1)})
        elif high is not None:
            p = _replaced(p, k, {0: high, 2: F(-1)})
    return p


def times(p: Terms, q: Terms) -> Terms:
    out: Terms = {}
    for (a, c), (b, d) in product(p.items(), q.items()):
        key = tuple(i + j for i, j in zip(a, b, strict=True))
        out[key] = out.get(key, F(0)) + c * d
    return {key: c for key, c in out.items() if c}


def plus(p: Terms, q: Terms) -> Terms:
    out = dict(p)
    for key, c in q.items():
        out[key] = out.get(key, F(0)) + c
    return {key: c for key, c in out.items() if c}


def _in_one(line: dict[int, Fraction], k: int, n: int) -> Terms:
    return {tuple(e if j == k else 0 for j in range(n)): c for e, c in line.items() if c}


def _replaced(p: Terms, k: int, line: dict[int, Fraction]) -> Terms:
    """p with variable k replaced by a polynomial in a new one."""
    n = len(next(iter(p), ()))
    powers: list[Terms] = [{(0,) * n: F(1)}]
    out: Terms = {}
    for key, c in p.items():
        while len(powers) <= key[k]:
            powers.append(times(powers[-1], _in_one(line, k, n)))
        rest = tuple(0 if j == k else e for j, e in enumerate(key))
        out = plus(out, times({rest: c}, powers[key[k]]))
    return out


def _between(p: Terms, k: int, low: Fraction, high: Fraction) -> Terms:
    """(1 + w²)^d · p at x_k = (low + high·w²)/(1 + w²), with d the degree in x_k."""
    n = len(next(iter(p), ()))
    degree = max((key[k] for key in p), default=0)
    above, below = _in_one({0: low, 2: high}, k, n), _in_one({0: F(1), 2: F(1)}, k, n)
    out: Terms = {}
    for key, c in p.items():
        part: Terms = {tuple(0 if j == k else e for j, e in enumerate(key)): c}
        for _ in range(key[k]):
            part = times(part, above)
        for _ in range(degree - key[k]):
            part = times(part, below)
        out = plus(out, part)
    return out
