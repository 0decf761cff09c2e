"""Rates C·yⁿ·e^{by − ay²}, by which functions are bounded for y ≥ T ≥ 1, and their tails.

Exponents stay rational as long as they can: whether e^{2y}·e^{−2y} falls is a matter of an exact 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq

from derive.meaning.numbers.integrand import Number

ZERO, ONE = fmpq(0), fmpq(1)


@dataclass(frozen=True)
class Rate:
    """C·yⁿ·e^{by − ay²} with C ≥ 0."""

    c: Number
    n: Number = ZERO
    b: Number = ZERO
    a: Number = ZERO

    def times(self, other: Rate) -> Rate:
        return Rate(self.c * other.c, self.n + other.n, self.b + other.b, self.a + other.a)

    def to(self, e: Number) -> Rate:
        return Rate(arb(self.c) ** arb(e), self.n * e, self.b * e, self.a * e)

    def at(self, y: arb) -> arb:
        return arb(self.c) * y ** arb(self.n) * arb(self.b * y - self.a * y * y).exp()

    def _fall(self, t: arb) -> arb:
        """At least how fast the logarithm falls from T on, if a ≥ 0."""
        return arb(2 * self.a * t - self.b - _larger(self.n, ZERO) / t)

    def falls(self, t: arb) -> bool:
        """Whether it does not grow from T on."""
        return self.c == 0 or bool(self.a >= 0 and self._fall(t) >= 0)

    def tail(self, t: arb) -> arb | None:
        """An upper bound of the integral from T to ∞."""
        if self.c == 0:
            return arb(0)
        if self.a == 0 and self.b == 0:
            return arb(self.c) * t ** arb(self.n + 1) / (-self.n - 1) if self.n < -1 else None
        fall = self._fall(t)
        return self.at(t) / fall if self.a >= 0 and fall > 0 else None


Rates = list[Rate]


def exponential(p: dict[int, Number]) -> Rate:
    """e to a polynomial of degree ≤ 2."""
    return Rate(arb(p.get(0, ZERO)).exp(), ZERO, p.get(1, ZERO), -p.get(2, ZERO))


def largest(rates: Rates) -> tuple[Number, Number, Number]:
    """Exponents n, b, a of a rate that is at least each of these, for y ≥ 1, their constants added."""
    n, b, a = rates[0].n, rates[0].b, rates[0].a
    for r in rates[1:]:
        n, b, a = _larger(n, r.n), _larger(b, r.b), -_larger(-a, -r.a)
    return n, b, a


def _larger(x: Number, y: Number) -> Number:
    return x if x >= y else y if y >= x else arb(x).max(arb(y))


def speed(r: Rate) -> tuple[float, float, float]:
    """What orders rates by how fast they grow, roughly."""
    return float(arb(-r.a).mid()), float(arb(r.b).mid()), float(arb(r.n).mid())
