"""What a law about an integral consists of, and arithmetic for writing one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.leaves import INFINITY, ONE, PI, ZERO, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import gamma_function, sqrt
from derive.meaning.interval import Ranges
from derive.meaning.normal.signs import rational

MINUS_INFINITY = Neg.of(INFINITY)
MOST = 40  # the largest power of the variable for which a value is written out

Need = tuple[str, Expr]  # one of "positive", "nonneg", "nonzero", and what must be so


@dataclass(frozen=True)
class Instance:
    """∫ integrand dx from `low` to `high` = value, if the needs are met."""

    integrand: Expr
    low: Expr
    high: Expr
    value: Expr
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class IntegralLaw:
    """`statement` takes the variable and the parameters by name. Parameters in `naturals` are literals 0, 1, 2, …"""

    name: str
    cite: str
    text: str
    statement: Callable[..., Instance]
    naturals: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.statement).parameters)[1:]

    def instance(self, x: Symbol, values: Mapping[str, Expr]) -> Instance:
        """The law at these parameters. Raises `ValueError` for parameters that it does not speak of."""
        if tuple(sorted(values)) != tuple(sorted(self.parameters)):
            raise ValueError(f"{self.name} takes {', '.join(self.parameters)}")
        given: dict[str, object] = dict(values)
        for name in self.naturals:
            n = rational(values[name])
            if n is None or n.denominator != 1 or not 0 <= n <= MOST:
                raise ValueError(f"{name} of {self.name} is one of 0, 1, ..., {MOST}, not {values[name]}")
            given[name] = int(n)
        return self.statement(x, **given)


# -- arithmetic that leaves out what is 0 or 1


def total(*terms: Expr) -> Expr:
    kept = [t for t in terms if t is not ZERO]
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add.of(*kept)


def times(*factors: Expr | int | Fraction) -> Expr:
    exprs = [as_expr(f) for f in factors]
    if any(f is ZERO for f in exprs):
        return ZERO
    kept = [f for f in exprs if f is not ONE]
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul.of(*kept)


def power(x: Expr, n: int) -> Expr:
    return ONE if n == 0 else x if n == 1 else x ** as_expr(n)


def is_finite(end: Expr) -> bool:
    return end is not INFINITY and end is not MINUS_INFINITY


def rising(x: Expr, n: int) -> Expr:
    """x(x+1)…(x+n−1)."""
    return times(*(x if k == 0 else x + k for k in range(n)))


def shifted(e: Expr) -> tuple[Expr, int]:
    """e as rest + n with an integer n, where a sum has one such term."""
    terms = _terms(e)
    whole = [a for a in terms if (q := rational(a)) is not None and q.denominator == 1]
    rest = [a for a in terms if a not in whole]
    n = sum(int(rational(a) or 0) for a in whole)
    return (total(*rest), n) if n and rest else (e, 0)


def _terms(e: Expr) -> list[Expr]:
    return [t for a in e.args for t in _terms(a)] if isinstance(e, Add) else [e]


def collected(e: Expr) -> Expr:
    """A sum with its rational terms added up, a product with its rational factors multiplied."""
    if isinstance(e, Add):
        terms = _terms(e)
        fixed = sum((rational(t) or Fraction(0) for t in terms), Fraction(0))
        moving = [t for t in terms if rational(t) is None]
        return total(*map(collected, moving), as_expr(fixed)) if moving else as_expr(fixed)
    if isinstance(e, Neg):
        inner = collected(e.args[0])
        if isinstance(inner, Add):
            return collected(Add.of(*(collected(Neg.of(t)) for t in inner.args)))
        return inner.args[0] if isinstance(inner, Neg) else Neg.of(inner)
    if isinstance(e, Mul):
        fixed = prod((rational(f) or Fraction(1) for f in e.args), start=Fraction(1))
        bare = times(*(f for f in e.args if rational(f) is None), abs(fixed))
        return Neg.of(bare) if fixed < 0 else bare
    return e


def literal(e: Expr) -> Fraction | None:
    """The value of a rational number, or of a sum of such."""
    values = [rational(t) for t in _terms(e)]
    return sum((v for v in values if v is not None), Fraction(0)) if None not in values else None


def half_integer(e: Expr) -> tuple[Fraction, int] | None:
    """A literal positive integer or half-integer as 1 + n or 1/2 + n."""
    q = literal(e)
    if q is None or not 0 < q <= MOST or q.denominator > 2:
        return None
    start = Fraction(1, q.denominator)
    return start, int(q - start)


def gamma_at(e: Expr) -> Expr:
    """Γ(e) for e > 0 (DLMF 5.4, 5.5.1): a number where known, shifted by integers to one without a constant."""
    known = half_integer(e)
    if known is not None:
        start, count = known
        factor = prod((start + k for k in range(count)), start=Fraction(1))
        return as_expr(factor) if start == 1 else times(factor, sqrt(PI))
    rest, n = shifted(e)
    if n > 0 and Ranges()(rest).positive:
        return times(rising(rest, n), gamma_function(rest))
    if n < 0:  # e = rest − |n| > 0, so no factor is 0
        return gamma_function(rest) / rising(rest + n, -n)
    return gamma_function(e)
