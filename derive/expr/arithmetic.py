"""Sum, product, negation, quotient and power, entry by entry, with broadcasting by dim identity.

An operand whose axes are an ordered subsequence of the other's is broadcast; no dim may occur twice in either.
Anything else is a `ShapeError` that asks for indices.
"""

from __future__ import annotations

from math import gcd

from derive.expr.dims import Dim, axes_text
from derive.expr.errors import ShapeError
from derive.expr.leaves import Number
from derive.expr.node import Expr, Sort, numeric


def fits(small: tuple[Dim, ...], large: tuple[Dim, ...]) -> bool:
    """Whether `small` is an ordered subsequence of `large`."""
    rest = iter(large)
    return all(any(a is b for b in rest) for a in small)


def broadcast(operands: tuple[Expr, ...], sign: str) -> tuple[Dim, ...]:
    """The common axes of entry-by-entry operands.

    Raises `ShapeError` that quotes both operands with their dims.
    """
    widest = max(operands, key=lambda e: len(e.axes))
    for e in operands:
        if e.axes == widest.axes:
            continue
        repeated = len(set(widest.axes)) < len(widest.axes) or len(set(e.axes)) < len(e.axes)
        if not e.axes or (fits(e.axes, widest.axes) and not repeated):
            continue
        why = "a dim occurs twice" if repeated else "neither axes are an ordered part of the other"
        raise ShapeError(
            f"{sign} of `{widest}` with axes {axes_text(widest.axes)} and `{e}` with axes {axes_text(e.axes)}: {why}; "
            "write the entries with indices, e.g. a[i] and b[j]"
        )
    return widest.axes


class Entrywise(Expr):
    """A node that works entry by entry on broadcast operands."""

    __slots__ = ()
    sign = ""

    @classmethod
    def _entrywise(cls, args: tuple[Expr, ...]) -> Expr:
        for a in args:
            numeric(a, cls.sign)
        return cls._intern(args, (), broadcast(args, cls.sign), Sort.NUMBER)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple) -> Expr:
        return cls._entrywise(args)


class Add(Entrywise):
    """An n-ary sum of terms; ``a - b`` is the sum of a and Neg(b)."""

    __slots__ = ()
    sign = "+"

    @classmethod
    def of(cls, *terms: Expr) -> Expr:
        return cls._entrywise(terms)


class Mul(Entrywise):
    """An n-ary product of factors, entry by entry."""

    __slots__ = ()
    sign = "*"

    @classmethod
    def of(cls, *factors: Expr) -> Expr:
        return cls._entrywise(factors)


class Neg(Entrywise):
    """The negative."""

    __slots__ = ()
    sign = "-"

    @classmethod
    def of(cls, e: Expr) -> Expr:
        return cls._entrywise((e,))


class Div(Entrywise):
    """A quotient. Two integer literals in lowest terms are the rational literal: 1/2 is one number."""

    __slots__ = ()
    sign = "/"

    @classmethod
    def of(cls, numerator: Expr, denominator: Expr) -> Expr:
        if isinstance(numerator, Number) and isinstance(denominator, Number):
            p, q = numerator.value, denominator.value
            if p.denominator == q.denominator == 1 and p > 0 and q > 1 and gcd(p.numerator, q.numerator) == 1:
                return Number.of(p / q)
        return cls._entrywise((numerator, denominator))


class Pow(Entrywise):
    """A power, base and exponent real."""

    __slots__ = ()
    sign = "**"

    @classmethod
    def of(cls, base: Expr, exponent: Expr) -> Expr:
        return cls._entrywise((base, exponent))


def add(left: Expr, right: Expr) -> Expr:
    """``left + right``; a sum on the left grows by one term, brackets on the right stay."""
    terms = left.args if isinstance(left, Add) else (left,)
    return Add.of(*terms, right)


def multiply(left: Expr, right: Expr) -> Expr:
    """``left * right``; a product on the left grows by one factor, brackets on the right stay."""
    factors = left.args if isinstance(left, Mul) else (left,)
    return Mul.of(*factors, right)
