"""Asymptotic expansions as t → ∞: a sum of terms, the largest first, and the order of what is left out.

f = c₁m₁ + … + cₖmₖ + O(r) says that |f − Σ| ≤ C·r for some C and all large t; without r the sum is exact. Sums,
products, quotients and compositions with power series follow F. W. J. Olver, Asymptotics and Special Functions (1974),
ch. 1 §§2, 7, 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.expr.leaves import ONE, ZERO
from derive.expr.node import Expr, as_expr
from derive.meaning.limits.ground import Ground, NeedMoreTerms, NotDefined
from derive.meaning.limits.scale import UNIT, Monomial, Scale

Term = tuple[Expr, Monomial]


@dataclass(frozen=True)
class Expansion:
    """Terms with their coefficients, and the order of the remainder; None: there is none."""

    terms: tuple[Term, ...]
    rest: Monomial | None = None

    @property
    def is_zero(self) -> bool:
        return not self.terms and self.rest is None

    def __str__(self) -> str:
        shown = " + ".join(f"({c})*{m}" for c, m in self.terms) or ("" if self.rest else "0")
        return shown if self.rest is None else f"{shown} + O({self.rest})".removeprefix(" + ")


class Asymptotics:
    """Arithmetic of expansions. `order` is how many terms of a power series are taken."""

    def __init__(self, ground: Ground, order: int) -> None:
        self.ground, self.order = ground, order
        self.scale = Scale(ground)
        self.longest = 4 * order

    def constant(self, c: Expr) -> Expansion:
        return Expansion(((c, UNIT),)) if self.ground.simple(c) is not ZERO else Expansion(())

    def bounded(self, by: Monomial) -> Expansion:
        """O(by), of which no more is known."""
        return Expansion((), by)

    def settled(self, terms: Sequence[Term], rest: Monomial | None) -> Expansion:
        """The terms that are larger than the remainder, at most `longest` of them."""
        kept = [t for t in terms if t[0] is not ZERO]
        if rest is not None:
            kept = [t for t in kept if self.scale.compare(t[1], rest) > 0]
        if len(kept) > self.longest:
            rest = kept[self.longest][1]
            kept = kept[: self.longest]
        return Expansion(tuple(kept), rest)

    def larger(self, *orders: Monomial | None) -> Monomial | None:
        out = None
        for m in orders:
            if m is not None and (out is None or self.scale.compare(m, out) > 0):
                out = m
        return out

    def size(self, f: Expansion) -> Monomial | None:
        """What f is O of; None for 0."""
        return f.terms[0][1] if f.terms else f.rest

    def leading(self, f: Expansion) -> tuple[Expr, Monomial, int, Expansion]:
        """The largest term that is not 0, the sign of its coefficient, and f without what is 0 before it.

        Raises `NeedMoreTerms` if all that is known of f is how small it is.
        """
        terms = list(f.terms)
        while terms:
            sign = self.ground.sign(terms[0][0])
            if sign:
                return *terms[0], sign, Expansion(tuple(terms), f.rest)
            terms.pop(0)
        raise NeedMoreTerms("all known terms cancel" if f.rest else "the leading term of 0")

    # -- arithmetic

    def add(self, f: Expansion, g: Expansion) -> Expansion:
        return self.settled(self.scale.merged(f.terms, g.terms), self.larger(f.rest, g.rest))

    def total(self, parts: Sequence[Expansion]) -> Expansion:
        out = Expansion(())
        for part in parts:
            out = self.add(out, part)
        return out

    def negative(self, f: Expansion) -> Expansion:
        return Expansion(tuple((self.ground.negative(c), m) for c, m in f.terms), f.rest)

    def subtract(self, f: Expansion, g: Expansion) -> Expansion:
        return self.add(f, self.negative(g))

    def scaled(self, f: Expansion, c: Expr, m: Monomial = UNIT) -> Expansion:
        """c·m·f"""
        if c is ZERO:
            return Expansion(())
        terms = tuple((self.ground.times(c, d), self.scale.product(m, n)) for d, n in f.terms)
        rest = None if f.rest is None else self.scale.product(m, f.rest)
        return Expansion(tuple(t for t in terms if t[0] is not ZERO), rest)

    def multiply(self, f: Expansion, g: Expansion) -> Expansion:
        if f.is_zero or g.is_zero:
            return Expansion(())
        if len(f.terms) == 1 and f.rest is None:
            return self.scaled(g, *f.terms[0])
        if len(g.terms) == 1 and g.rest is None:
            return self.scaled(f, *g.terms[0])
        terms: tuple[Term, ...] = ()
        for c, m in g.terms:
            terms = self.scale.merged(terms, self.scaled(Expansion(f.terms), c, m).terms)
        rests = [
            self.scale.product(r, m)
            for r, m in ((f.rest, self.size(g)), (g.rest, self.size(f)))
            if r is not None and m is not None
        ]
        return self.settled(terms, self.larger(*rests))

    def reciprocal(self, f: Expansion) -> Expansion:
        """1/f = 1/(c·m) · 1/(1+s) with s → 0: the geometric series."""
        if f.is_zero:
            raise NotDefined("a quotient by 0")
        c, m, _, f = self.leading(f)
        inverse = self.scale.power(m, self.ground.negative(ONE))
        s = self.relative(f, c, m)
        signs = [ONE if k % 2 == 0 else as_expr(-1) for k in range(self.order)]
        return self.scaled(self.series(signs, s), self.ground.over(ONE, c), inverse)

    def relative(self, f: Expansion, c: Expr, m: Monomial) -> Expansion:
        """s of f = c·m·(1 + s)."""
        rest = Expansion(f.terms[1:], f.rest)
        return self.scaled(rest, self.ground.over(ONE, c), self.scale.power(m, self.ground.negative(ONE)))

    def divide(self, f: Expansion, g: Expansion) -> Expansion:
        return self.multiply(f, self.reciprocal(g))

    def series(self, coefficients: Sequence[Expr], s: Expansion, entire: bool = False) -> Expansion:
        """Σ aₖ sᵏ for s → 0, with the remainder O(s^n); `entire` if no further terms follow."""
        size = self.size(s)
        if size is None:
            return self.constant(coefficients[0])
        if self.scale.trend(size) >= 0:
            raise NeedMoreTerms("the argument of a power series is not known to go to 0")
        out = Expansion(())
        for a in reversed(coefficients):
            out = self.add(self.multiply(out, s), self.constant(a))
        if entire:
            return out
        beyond = self.scale.power(size, as_expr(len(coefficients)))
        return self.settled(out.terms, self.larger(out.rest, beyond))

    # -- what happens for large t

    def sign(self, f: Expansion) -> int:
        """The sign of f for all large t. Raises `NeedSign`, `NeedMoreTerms`."""
        if f.rest is None and not any(self.ground.sign(c) for c, _ in f.terms):
            return 0
        return self.leading(f)[2]

    def goes_to_zero(self, f: Expansion) -> bool:
        size = self.size(f)
        return size is None or self.scale.trend(size) < 0

    def split(self, f: Expansion) -> tuple[tuple[Term, ...], Expr, Expansion]:
        """The terms that go to infinity, the constant, and what goes to 0.

        Raises `NeedMoreTerms` if the remainder does not go to 0.
        """
        if f.rest is not None and self.scale.trend(f.rest) >= 0:
            raise NeedMoreTerms(f"what is left out is O({f.rest})")
        trends = [(self.scale.trend(m), (c, m)) for c, m in f.terms]
        constant = [c for trend, (c, _) in trends if trend == 0]
        large = tuple(t for trend, t in trends if trend > 0)
        small = tuple(t for trend, t in trends if trend < 0)
        return large, constant[0] if constant else ZERO, Expansion(small, f.rest)
