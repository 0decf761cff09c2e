"""Expressions as quotients of polynomials over the rationals, in the numbers that vary. Trusted."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.node import Expr
from derive.meaning.interval import Ranges
from derive.meaning.numbers import ball
from derive.prove.smt.linear import rational

HIGHEST_POWER, MOST_LEAVES, MOST_TERMS = 12, 8, 400
ARITHMETIC = (Add, Mul, Neg, Div, Pow)
Poly = Any  # flint's fmpq_mpoly
Terms = dict[tuple[int, ...], Fraction]


class NotRationalError(Exception):
    """An expression that is not a quotient of polynomials of a size that is worth looking at."""


@dataclass(frozen=True)
class Quotient:
    """numerator / denominator; `sign` is that of the denominator wherever it is defined, 0 if it has both."""

    numerator: Poly
    denominator: Poly
    sign: int


class Reader:
    """Expressions over one list of leaves."""

    def __init__(self, gap: Expr) -> None:
        self.leaves = leaves(gap)
        if not 1 <= len(self.leaves) <= MOST_LEAVES:
            raise NotRationalError(f"{len(self.leaves)} numbers vary")
        self.ring = fmpq_mpoly_ctx.get(tuple(f"x{k}" for k in range(len(self.leaves))), Ordering.lex)
        self.ranges = Ranges()
        self._generators = dict(zip(self.leaves, self.ring.gens(), strict=True))

    def terms(self, gap: Expr) -> Terms:
        """A polynomial that is not negative (positive) exactly where the expression is, if it is defined there."""
        q = self.quotient(gap)
        p = q.numerator * q.sign if q.sign else q.numerator * q.denominator
        return {tuple(map(int, k)): ball.fraction(c) for k, c in p.to_dict().items()}

    def quotient(self, e: Expr) -> Quotient:
        one = self._constant(1)
        if (value := rational(e)) is not None:
            return Quotient(self._constant(value), one, 1)
        match e:
            case Neg():
                q = self.quotient(e.args[0])
                return Quotient(-q.numerator, q.denominator, q.sign)
            case Add():
                return self._sum([self.quotient(a) for a in e.args])
            case Mul():
                out = Quotient(one, one, 1)
                for a in e.args:
                    out = self._times(out, self.quotient(a))
                return out
            case Div():
                return self._times(self.quotient(e.args[0]), self._inverse(e.args[1]))
            case Pow():
                n = rational(e.args[1])
                if n is None or n.denominator != 1 or abs(n) > HIGHEST_POWER:
                    return Quotient(self._generators[e], one, 1)
                base = self.quotient(e.args[0]) if n >= 0 else self._inverse(e.args[0])
                out = Quotient(one, one, 1)
                for _ in range(abs(int(n))):
                    out = self._times(out, base)
                return out
        return Quotient(self._generators[e], one, 1)

    def _constant(self, value: Fraction | int) -> Poly:
        value = Fraction(value)
        return self.ring.constant(fmpq(value.numerator, value.denominator))

    def _times(self, a: Quotient, b: Quotient) -> Quotient:
        return self._sized(Quotient(a.numerator * b.numerator, a.denominator * b.denominator, a.sign * b.sign))

    def _sum(self, parts: list[Quotient]) -> Quotient:
        out = parts[0]
        for q in parts[1:]:
            if q.denominator == out.denominator:
                out = Quotient(out.numerator + q.numerator, out.denominator, out.sign)
            else:
                above = out.numerator * q.denominator + q.numerator * out.denominator
                out = Quotient(above, out.denominator * q.denominator, out.sign * q.sign)
            self._sized(out)
        return out

    def _inverse(self, e: Expr) -> Quotient:
        q, interval = self.quotient(e), self.ranges(e)
        if q.numerator == 0:
            raise NotRationalError("a denominator is 0")
        sign = 1 if interval.positive else -1 if (-interval).positive else 0
        return Quotient(q.denominator, q.numerator, sign * q.sign)

    def _sized(self, q: Quotient) -> Quotient:
        if max(len(q.numerator), len(q.denominator)) > MOST_TERMS:
            raise NotRationalError("too many monomials")
        return q


def leaves(gap: Expr) -> list[Expr]:
    """What is not taken apart by arithmetic, in order of first use."""
    out: dict[Expr, None] = {}
    todo = [gap]
    while todo:
        e = todo.pop(0)
        if rational(e) is not None:
            continue
        n = rational(e.args[1]) if isinstance(e, Pow) else Fraction(1)
        if isinstance(e, Pow) and n is not None and n.denominator == 1 and abs(n) <= HIGHEST_POWER:
            todo.append(e.args[0])
        elif isinstance(e, ARITHMETIC) and not isinstance(e, Pow):
            todo += e.args
        else:
            out[e] = None
    return list(out)
