"""Coordinates in which a domain is covered: the number itself, or the logarithm of its distance from an end.

Towards an end the second makes logarithms and powers as tame as towards infinity: x = c + w·exp(s).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from derive.expr.domains import REAL
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import exp
from derive.meaning.interval import INFINITE, Interval
from derive.meaning.numbers import ball

End = Fraction | None  # None is infinite
F = Fraction
ZERO = F(0)


def coordinate() -> Symbol:
    """A fresh coordinate of a chart."""
    return Symbol("s", domain=REAL)


@dataclass(frozen=True)
class Chart:
    """x = s, or x = center + scale·exp(s) if there is a scale, for low ≤ s ≤ high.

    `open_low` and `open_high`: the end itself is not in the domain.
    """

    low: End
    high: End
    center: Fraction = ZERO
    scale: Fraction = ZERO
    open_low: bool = False
    open_high: bool = False

    def at(self, s: Expr) -> Expr:
        """x as an expression of the coordinate."""
        if not self.scale:
            return s
        step = exp(s) if self.scale == 1 else as_expr(self.scale) * exp(s)
        return step if not self.center else as_expr(self.center) + step

    def near(self, s: Fraction, digits: int) -> Fraction:
        """A rational x near that of a coordinate."""
        if not self.scale:
            return s.limit_denominator(10**digits)
        value = (arb(ball.exact(s)).exp() * ball.exact(self.scale) + ball.exact(self.center)).mid().fmpq()
        return ball.fraction(value).limit_denominator(10**digits)

    def __str__(self) -> str:
        ends = ["∞" if end is None else str(end) for end in (self.low, self.high)]
        low = "-" + ends[0] if self.low is None else ends[0]
        return f"{self.center} + {self.scale}*exp(s), {low}..{ends[1]}" if self.scale else f"s, {low}..{ends[1]}"


Plan = tuple[Chart, ...]


def plans(domain: Interval) -> list[Plan]:
    """Ways to cover a domain, the simplest first. Each covers all of it."""
    (a, a_open), (b, b_open) = domain.low, domain.high
    low, high = (None if abs(end) == INFINITE else F(end) for end in (a, b))
    whole = Chart(low, high, open_low=a_open, open_high=b_open)
    if low is None and high is None:
        return [(whole,), (Chart(F(0), None, scale=F(-1)), Chart(F(-1), F(1)), Chart(F(0), None, scale=F(1)))]
    if low is not None and high is not None:
        if low == high:
            return [(whole,)]
        w = (high - low) / 2
        ends = Chart(None, F(0), low, w), Chart(None, F(0), high, -w)
        points = [Chart(end, end) for end, is_open in ((low, a_open), (high, b_open)) if not is_open]
        left = whole_part(low, low + w, a_open), ends[1]
        right = ends[0], whole_part(low + w, high, False, b_open)
        return [(whole,), (*ends, *points), (*left, *points), (*right, *points)]
    if low is not None:
        point = () if a_open else (Chart(low, low),)
        near = Chart(low, low + 1, open_low=a_open)
        return [(whole,), (Chart(None, None, low, F(1)), *point), (near, Chart(F(0), None, low, F(1)))]
    assert high is not None
    point = () if b_open else (Chart(high, high),)
    near = Chart(high - 1, high, open_high=b_open)
    return [(whole,), (Chart(None, None, high, F(-1)), *point), (near, Chart(F(0), None, high, F(-1)))]


def whole_part(low: Fraction, high: Fraction, open_low: bool = False, open_high: bool = False) -> Chart:
    """A bounded part of a domain in its own coordinate."""
    return Chart(low, high, open_low=open_low, open_high=open_high)
