"""Where the values of an expression lie: an interval that holds for every point of the declared domains.

It licenses the laws that need a sign (log of a product, the root of a quotient, division) and is never a guess: an
unknown bound is infinite. Operations on intervals follow R. E. Moore, Interval Analysis (1966), with open ends tracked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import Domain
from derive.expr.leaves import Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.structure import Bound, Delta, Evaluated, Expect, Indexed, Member, Weighted, Where
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose

End = tuple["Fraction | float", bool]  # the value, ±inf allowed, and whether it is excluded
INFINITE = float("inf")


@dataclass(frozen=True)
class Interval:
    """All values lie between `low` and `high`."""

    low: End = (-INFINITE, True)
    high: End = (INFINITE, True)

    @property
    def positive(self) -> bool:
        return self.low[0] > 0 or self.low == (0, True)

    @property
    def nonneg(self) -> bool:
        return self.low[0] >= 0

    @property
    def nonzero(self) -> bool:
        return self.positive or self.high[0] < 0 or self.high == (0, True)

    def __neg__(self) -> Interval:
        return Interval((-self.high[0], self.high[1]), (-self.low[0], self.low[1]))

    def __add__(self, other: Interval) -> Interval:
        def end(a: End, b: End) -> End:
            return a[0] + b[0], a[1] or b[1]

        return Interval(end(self.low, other.low), end(self.high, other.high))

    def __mul__(self, other: Interval) -> Interval:
        corners = [_corner(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return _hull(corners)

    def inverse(self) -> Interval:
        """1/x where x is not 0: where it has a value."""
        if not self.nonzero:
            return POSITIVE if self.nonneg else -POSITIVE if (-self).nonneg else Interval()
        return _hull([_reciprocal(self.low, self.positive), _reciprocal(self.high, self.positive)])

    def meet(self, other: Interval) -> Interval:
        """Where a value lies that is in both; this interval if the other has nothing in common with it."""
        low = max((self.low, other.low))
        high = min((self.high, other.high), key=lambda end: (end[0], not end[1]))
        return Interval(low, high) if low[0] <= high[0] else self

    def union(self, other: Interval) -> Interval:
        return _hull([self.low, self.high, other.low, other.high])


def _corner(a: End, b: End) -> End:
    if a[0] == 0 or b[0] == 0:  # 0·∞ = 0 here: the other factor is finite at every point
        closed_zero = (a[0] == 0 and not a[1]) or (b[0] == 0 and not b[1])
        return Fraction(0), not closed_zero
    return a[0] * b[0], a[1] or b[1]


def _reciprocal(end: End, positive: bool) -> End:
    if end[0] == 0:
        return (INFINITE if positive else -INFINITE), True
    return (Fraction(0), True) if abs(end[0]) == INFINITE else (1 / end[0], end[1])


def _larger(a: Interval, b: Interval) -> Interval:
    """Where max(x, y) lies: an end that both have is excluded below if either excludes it, above if both do."""
    low, high = max(a.low[0], b.low[0]), max(a.high[0], b.high[0])
    below = any(e[1] for e in (a.low, b.low) if e[0] == low)
    above = all(e[1] for e in (a.high, b.high) if e[0] == high)
    return Interval((low, below), (high, above))


def _hull(ends: list[End]) -> Interval:
    low, high = min(e[0] for e in ends), max(e[0] for e in ends)
    return Interval((low, all(e[1] for e in ends if e[0] == low)), (high, all(e[1] for e in ends if e[0] == high)))


def point(value: Fraction | int) -> Interval:
    return Interval((Fraction(value), False), (Fraction(value), False))


def of_domain(domain: Domain) -> Interval:
    low: End = (-INFINITE, True) if domain.lower is None else (domain.lower, domain.open_lower)
    high: End = (INFINITE, True) if domain.upper is None else (domain.upper, domain.open_upper)
    return Interval(low, high)


POSITIVE = Interval((Fraction(0), True))
NONNEG = Interval((Fraction(0), False))
AT_LEAST_ONE = Interval((Fraction(1), False))
UNKNOWN = Interval()


class Ranges:
    """Intervals of expressions, remembered. `assumed` gives narrower intervals for chosen expressions."""

    def __init__(self, assumed: dict[Expr, Interval] | None = None) -> None:
        self.known: dict[Expr, Interval] = dict(assumed or {})

    def __call__(self, e: Expr) -> Interval:
        if e not in self.known:
            self.known[e] = self._of(e)
        return self.known[e]

    def _of(self, e: Expr) -> Interval:
        match e:
            case Number():
                return point(e.value)
            case Constant():
                return Interval((Fraction(3), True), (Fraction(4), True)) if e.name == "pi" else POSITIVE
            case Size():
                return AT_LEAST_ONE
            case Index():
                return AT_LEAST_ONE if e.dim is not None else UNKNOWN
            case Symbol():
                return of_domain(e.domain)
            case Member():
                return of_domain(e.family.domain)
            case Let():
                return self(e.expr)
            case Indexed():
                return self(e.of_what)
            case Transpose() | Array() | Evaluated():
                return self(e.args[0]) if not isinstance(e, Evaluated) else UNKNOWN
            case Neg():
                return -self(e.args[0])
            case Add():
                return reduce(lambda a, b: a + b, map(self, e.args))
            case Mul():
                return reduce(lambda a, b: a * b, (self._repeated(f, n) for f, n in Counter(e.args).items()))
            case Div():
                return self(e.args[0]) * self(e.args[1]).inverse()
            case Pow():
                return power(self(e.args[0]), self(e.args[1]), e.args[1])
            case Apply():
                return self._applied(e)
            case Where():
                return self(e.args[1]).union(self(e.args[2]))
            case Delta():
                return point(0).union(point(1))
            case Along():
                return Interval((Fraction(0), True), (Fraction(1), False)) if e.name == "softmax" else UNKNOWN
            case Reduce():
                return self._total(e.kind, self(e.args[0]), nonempty=True)
            case Bound():
                low, high = e.low, e.high
                some = isinstance(low, Number) and isinstance(high, Number) and low.value <= high.value
                whole = isinstance(low, Number) and low.value == 1 and isinstance(high, Size)
                return self._total(e.kind, self(e.body), nonempty=some or whole)
            case Linear(name="det"):
                return POSITIVE if isinstance(e.args[0], Symbol) and e.args[0].domain.structure == "posdef" else UNKNOWN
            case Linear() if e.name in ("outer", "ones", "eye"):
                return reduce(
                    lambda a, b: a * b, map(self, e.args), point(0).union(point(1)) if e.name == "eye" else point(1)
                )
            case MatMul() | Weighted() | Expect():
                product = self(e.args[0]) * self(e.args[1])
                return self._total("sum", product, nonempty=True) if isinstance(e, MatMul) else _sign_only(product)
        return UNKNOWN

    def _repeated(self, factor: Expr, times: int) -> Interval:
        """Where a factor that stands so often in a product lies: x*x is a square."""
        inner = self(factor)
        whole = reduce(lambda a, b: a * b, [inner] * times)
        return whole.meet(POSITIVE if inner.nonzero else NONNEG) if times % 2 == 0 else whole

    def _applied(self, e: Apply) -> Interval:
        name, inner = e.operation.name, self(e.args[0])
        whole = of_domain(e.operation.range)
        if name == "sqrt":
            return POSITIVE if inner.positive else NONNEG
        if name == "abs":
            return POSITIVE if inner.nonzero else NONNEG
        if name == "relu" and inner.positive:
            return inner
        if name == "log" and (inner.low[0] > 1 or inner.low == (1, True)):
            return POSITIVE
        if name == "log" and (inner.low[0] >= 1):
            return NONNEG
        if name == "log" and inner.high[0] <= 1:
            return -POSITIVE if inner.high[0] < 1 or inner.high[1] else -NONNEG
        if name in ("min", "max"):
            other = self(e.args[1])
            if name == "min":  # min(x, y) = −max(−x, −y)
                return -_larger(-inner, -other)
            return _larger(inner, other)
        return whole

    @staticmethod
    def _total(kind: str, entry: Interval, nonempty: bool) -> Interval:
        if kind in ("mean", "max") and nonempty:
            return entry
        if kind == "norm":
            return NONNEG
        if kind == "prod":
            unit = entry.nonneg and entry.high[0] <= 1
            if entry.positive:
                return Interval((Fraction(0), True), (Fraction(1), False)) if unit else POSITIVE
            return NONNEG if entry.nonneg else UNKNOWN
        if kind == "sum":
            sign = _sign_only(entry)
            return sign if nonempty else sign.union(point(0))
        return UNKNOWN


def _sign_only(interval: Interval) -> Interval:
    if interval.positive:
        return POSITIVE
    if interval.nonneg:
        return NONNEG
    if (-interval).positive:
        return -POSITIVE
    return -NONNEG if (-interval).nonneg else UNKNOWN


def power(base: Interval, exponent: Interval, written: Expr) -> Interval:
    """base**exponent; `written` is the exponent as written, for the parity of an integer."""
    value = written.value if isinstance(written, Number) else None
    if isinstance(written, Neg) and isinstance(written.args[0], Number):
        value = -written.args[0].value
    if value is not None and value < 0 and base.positive:
        return power(base, -exponent, Number.of(-value)).inverse()
    unit = Interval((Fraction(0), False), (Fraction(1), False))
    if base.positive or (base.nonneg and exponent.nonneg):
        sign = POSITIVE if base.positive else NONNEG
        if exponent.nonneg and base.high[0] <= 1:
            strict = base.high[1] and exponent.positive
            return Interval(sign.low, (unit.high[0], (base.high[0] < 1 and exponent.positive) or strict))
        if exponent.positive and (base.low[0] >= 1):
            return Interval((Fraction(1), base.low[0] > 1 or base.low[1]))
        if value is not None and value.denominator == 1 and value > 0:
            n = int(value)
            high: End = base.high if base.high[0] == INFINITE else (base.high[0] ** n, base.high[1])
            return Interval((base.low[0] ** n, base.low[1]), high)
        return sign
    if value is not None and value.denominator == 1 and value % 2 == 0:
        return POSITIVE if base.nonzero else (NONNEG if value > 0 else POSITIVE)
    return UNKNOWN
