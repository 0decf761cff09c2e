"""The scale that growth is measured in: exp(φ(t)) · tᵃ · (log t)ᵇ · (log log t)ᶜ, as t → ∞.

φ is a sum of terms of the same kind that outgrow log t, so that the first difference in φ decides which of two
monomials is larger, then a, then b, then c (G. H. Hardy, Orders of Infinity (1910), ch. III). Exponents and the
coefficients in φ are free of t; their signs are those of `Ground`.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.leaves import ONE, ZERO
from derive.expr.node import Expr
from derive.meaning.limits.ground import Ground, NoExpansion

Powers = tuple[Expr, Expr, Expr]
NO_POWERS: Powers = (ZERO, ZERO, ZERO)


@dataclass(frozen=True)
class Monomial:
    """One member of the scale; `growth` are the terms of φ, the largest first."""

    growth: tuple[tuple[Expr, Monomial], ...] = ()
    powers: Powers = NO_POWERS

    def __str__(self) -> str:
        parts = [
            f"{name}^({p})" for name, p in zip(("t", "log t", "log log t"), self.powers, strict=True) if p is not ZERO
        ]
        if self.growth:
            parts.insert(0, "exp(" + " + ".join(f"({c})*{m}" for c, m in self.growth) + ")")
        return " ".join(parts) or "1"


UNIT = Monomial()
T = Monomial(powers=(ONE, ZERO, ZERO))
LOG_T = Monomial(powers=(ZERO, ONE, ZERO))
LOG_LOG_T = Monomial(powers=(ZERO, ZERO, ONE))


class Scale:
    """Products and comparisons of monomials."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._trends: dict[Monomial, int] = {}

    def product(self, a: Monomial, b: Monomial) -> Monomial:
        if a == UNIT:
            return b
        if b == UNIT:
            return a
        x, y, z = (self.ground.plus(p, q) for p, q in zip(a.powers, b.powers, strict=True))
        return Monomial(self.merged(a.growth, b.growth), (x, y, z))

    def power(self, a: Monomial, e: Expr) -> Monomial:
        times = self.ground.times
        growth = tuple((times(c, e), m) for c, m in a.growth)
        x, y, z = (times(p, e) for p in a.powers)
        return Monomial(tuple((c, m) for c, m in growth if c is not ZERO), (x, y, z))

    def quotient(self, a: Monomial, b: Monomial) -> Monomial:
        return self.product(a, self.power(b, self.ground.negative(ONE)))

    def trend(self, m: Monomial) -> int:
        """1 if m → ∞, 0 if m = 1, -1 if m → 0. Raises `NeedSign`."""
        if m not in self._trends:
            self._trends[m] = self._trend(m)
        return self._trends[m]

    def _trend(self, m: Monomial) -> int:
        for c in (*(c for c, _ in m.growth), *m.powers):
            sign = self.ground.sign(c)
            if sign:
                return sign
        return 0

    def compare(self, a: Monomial, b: Monomial) -> int:
        """1 if a outgrows b, 0 if a = b, -1 if b outgrows a."""
        return 0 if a == b else self.trend(self.quotient(a, b))

    def merged(
        self, one: tuple[tuple[Expr, Monomial], ...], other: tuple[tuple[Expr, Monomial], ...]
    ) -> tuple[tuple[Expr, Monomial], ...]:
        """Two sums of terms, each with the largest first, as one."""
        out: list[tuple[Expr, Monomial]] = []
        left, right = list(one), list(other)
        while left and right:
            order = self.compare(left[0][1], right[0][1])
            if order:
                out.append((left if order > 0 else right).pop(0))
                continue
            (c, m), (d, _) = left.pop(0), right.pop(0)
            total = self.ground.plus(c, d)
            if total is not ZERO:
                out.append((total, m))
        return (*out, *left, *right)

    def outgrows_log(self, m: Monomial) -> bool:
        return self.compare(m, LOG_T) > 0

    def logarithm(self, m: Monomial) -> tuple[tuple[Expr, Monomial], ...]:
        """log m as terms, the largest first."""
        a, b, c = m.powers
        if self.ground.sign(c):
            raise NoExpansion("a logarithm nested more than three deep")
        return (*m.growth, *((p, n) for p, n in ((a, LOG_T), (b, LOG_LOG_T)) if p is not ZERO))
