"""The totals of the families of terms, each by a law that is cited, with what makes the sum converge.

Geometric sums by the telescoper qᵏ·R(k), whose difference is the term; exponential sums by falling factorials; Σ qᵏ/k
by the logarithm; Σ k⁻², Σ k⁻⁴ by ζ(2), ζ(4). Sums are limits of partial sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial
from typing import Any

from derive.expr.arithmetic import Neg
from derive.expr.leaves import INFINITY, ONE, PI, ZERO
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply
from derive.expr.plain import plain
from derive.expr.structure import Bound
from derive.expr.substitute import substitute
from derive.meaning.facts import Fact
from derive.meaning.limits.ground import Ground, NoExpansion, NotDefined
from derive.meaning.normal.signs import counts, rational
from derive.meaning.series.terms import Decomposition, Family, Poly

CHECKED_TERMS = 2
LARGEST_START = 30  # of a range whose first terms are taken away one by one
ZETA = {2: as_expr(Fraction(1, 6)) * PI**2, 4: as_expr(Fraction(1, 90)) * PI**4}


@dataclass(frozen=True)
class Total:
    """The value of an infinite sum, what it needs, and its families: the derivation."""

    value: Expr
    needs: tuple[Fact, ...]
    families: tuple[tuple[Family, Poly], ...]
    laws: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "families": [
                [plain(f.base), f.factorials, f.poles, f.shift, [plain(c) for c in p]] for f, p in self.families
            ]
        }


def total(e: Bound, facts: Sequence[Fact] = ()) -> Total:
    """The infinite sum Σ body over index = low, low+1, … Raises `NoExpansion`."""
    ground = Ground(facts)
    if not counts(e.low):
        raise NoExpansion(f"the range begins at {e.low}, which is not known to be an integer")
    first = rational(e.low)
    if first is None and not ground.signs.holds("nonneg", e.low):
        raise NoExpansion(f"the range begins at {e.low}, which may be negative")
    if first is not None and first < 0:
        raise NoExpansion(f"the range begins at {e.low}")
    _require_first_terms(ground, e, first)
    decomposition = Decomposition(ground, e.index)
    families = tuple(decomposition(e.body).items())
    if decomposition.divides and first is None:
        raise NoExpansion(f"the range may begin at 0, by which a term is divided: {e.low}")
    summing = _Summing(ground, e.low)
    value: Expr = ZERO
    for family, p in families:
        try:
            part = summing.family(family, p)
        except NotDefined as why:
            if len(families) > 1 or not any(ground.sign(c) for c in p):
                raise NoExpansion(str(why)) from why
            raise
        if part in (INFINITY, Neg.of(INFINITY)):
            if len(families) > 1:
                raise NoExpansion("a part of the sum diverges")
            return Total(part, tuple(ground.needs), families, ("divergence",))
        value = ground.plus(value, part)
    return Total(value, tuple(ground.needs), families, tuple(dict.fromkeys((*summing.laws, *ground.laws))))


def _require_first_terms(ground: Ground, e: Bound, first: Fraction | None) -> None:
    """Raises `NotDefined` if one of the first terms has no value."""
    for k in range(CHECKED_TERMS if first is not None else 0):
        aside = Ground(ground.facts)
        aside.require_defined(substitute(e.body, {e.index: as_expr((first or 0) + k)}))


class _Summing:
    def __init__(self, ground: Ground, low: Expr) -> None:
        self.ground, self.low = ground, low
        self.laws: list[str] = []

    def family(self, family: Family, p: Poly) -> Expr:
        if family.factorials == 1 and not family.poles and family.shift:
            return self._shifted_exponential(family.base, p, family.shift)
        if family.factorials == 1 and not family.poles:
            return self._exponential(family.base, p)
        if not family.factorials and not family.poles:
            return self._geometric(family.base, p)
        if not family.factorials and family.poles == 1 and len(p) == 1:
            return self.ground.times(p[0], self._logarithm(family.base))
        if not family.factorials and family.base is ONE and family.poles in ZETA and len(p) == 1:
            return self.ground.times(p[0], self._zeta(family.poles))
        raise NoExpansion("no law for these terms")

    # -- Σ P(k) qᵏ

    def _geometric(self, q: Expr, p: Poly) -> Expr:
        ground = self.ground
        if self._grows(q):
            return self._divergent(p)
        self._require_between(q)
        gap = ground.plus(ONE, ground.negative(q))
        r: list[Expr] = [ZERO] * len(p)
        for i in reversed(range(len(p))):
            above: Expr = ZERO
            for j in range(i + 1, len(p)):
                above = ground.plus(above, ground.times(as_expr(comb(j, i)), r[j]))
            r[i] = ground.over(ground.plus(ground.times(q, above), ground.negative(p[i])), gap)
        at_low: Expr = ZERO
        for c in reversed(r):
            at_low = ground.plus(ground.times(at_low, self.low), c)
        self.laws.append("geometric_series")
        return ground.negative(ground.times(ground.power(q, self.low) if q is not ZERO else self._zero_power(), at_low))

    def _zero_power(self) -> Expr:
        """0^low, with 0⁰ = 1"""
        first = rational(self.low)
        if first is None:
            raise NoExpansion("a power of 0")
        return ONE if first == 0 else ZERO

    def _grows(self, q: Expr) -> bool:
        return self.ground.signs.holds("nonneg", self._above_one(q))

    def _above_one(self, q: Expr) -> Expr:
        """What has the sign of q - 1: log q, if that is where a sign is known."""
        ground = self.ground
        if rational(q) is None and ground.signs.holds("positive", q):
            logarithm = ground.log(q)
            if not isinstance(logarithm, Apply) or ground.signs(logarithm).nonzero:
                return logarithm
        return ground.plus(q, as_expr(-1))

    def _divergent(self, p: Poly) -> Expr:
        signs = {self.ground.sign(c) for c in p}
        if 1 in signs and -1 not in signs:
            return INFINITY
        if -1 in signs and 1 not in signs:
            return Neg.of(INFINITY)
        raise NoExpansion("the terms do not go to 0")

    def _require_between(self, q: Expr, closed_below: bool = False) -> None:
        """-1 < q < 1"""
        ground = self.ground
        if ground.signs.holds("nonpositive", ground.plus(q, ONE)) and not closed_below:
            raise NotDefined("the terms alternate and do not go to 0")
        below, above = ground.simple(ground.negative(self._above_one(q))), ground.plus(q, ONE)
        for part, sign in ((below, "positive"), (above, "nonneg" if closed_below else "positive")):
            if ground.signs.holds(sign, part):
                continue
            if ground.signs.holds({"positive": "nonpositive", "nonneg": "negative"}[sign], part):
                raise NoExpansion(f"the terms do not go to 0: {q} is not between -1 and 1")
            ground.needs[sign, part] = None

    # -- Σ P(k) xᵏ / k!

    def _shifted_exponential(self, x: Expr, p: Poly, shift: int) -> Expr:
        """Σ P(k) xᵏ/(k+s)! = x⁻ˢ Σ P(j-s) xʲ/j!, where j = k + s begins s later."""
        ground = self.ground
        if not ground.signs.holds("nonzero", x):
            ground.needs["nonzero", x] = None
        moved: Poly = ()
        for c in reversed(p):  # Horner's rule at j - s
            raised = [ZERO, *moved]
            lowered = [*(ground.times(as_expr(-shift), d) for d in moved), ZERO]
            out = [ground.plus(a, b) for a, b in zip(raised, lowered, strict=True)]
            moved = (ground.plus(out[0], c), *out[1:])
        beyond = _Summing(ground, ground.plus(self.low, as_expr(shift)))
        value = ground.times(ground.power(x, as_expr(-shift)), beyond._exponential(x, moved))
        self.laws += beyond.laws
        return value

    def _exponential(self, x: Expr, p: Poly) -> Expr:
        ground, first = self.ground, rational(self.low)
        if first is None or first > LARGEST_START:
            raise NoExpansion("an exponential sum with a first index that is no small number")
        whole: Expr = ZERO
        for j, c in enumerate(_falling(ground, p)):
            whole = ground.plus(whole, ground.times(c, ground.power(x, as_expr(j)) if j else ONE))
        value = ground.times(whole, ground.exp(x))
        for k in range(int(first)):
            at: Expr = ZERO
            for c in reversed(p):
                at = ground.plus(ground.times(at, as_expr(k)), c)
            term = ground.times(at, ground.power(x, as_expr(k)) if k else ONE)
            value = ground.plus(value, ground.times(as_expr(Fraction(-1, factorial(k))), term))
        self.laws.append("exponential_series")
        return value

    # -- Σ qᵏ/k and Σ k⁻ᵖ

    def _logarithm(self, q: Expr) -> Expr:
        """-log(1 - q), less the first terms; also at q = -1 (Abel)."""
        ground, first = self.ground, self._positive_start()
        if self._grows(q):
            return INFINITY
        self._require_between(q, closed_below=True)
        value = ground.negative(ground.log(ground.plus(ONE, ground.negative(q))))
        for k in range(1, first):
            value = ground.plus(value, ground.times(as_expr(Fraction(-1, k)), ground.power(q, as_expr(k))))
        self.laws.append("logarithmic_series")
        return value

    def _zeta(self, power: int) -> Expr:
        first = self._positive_start()
        self.laws.append(f"zeta_{power}")
        gone = sum((Fraction(1, k**power) for k in range(1, first)), Fraction(0))
        return self.ground.plus(self.ground.simple(ZETA[power]), as_expr(-gone))

    def _positive_start(self) -> int:
        first = rational(self.low)
        if first is None or first > LARGEST_START:
            raise NoExpansion("a first index that is no small number")
        if first < 1:
            raise NotDefined("a term is divided by 0")
        return int(first)


def _falling(ground: Ground, p: Poly) -> list[Expr]:
    """The coefficients of a polynomial in k by falling factorials: kⁱ = Σ S(i,j) k(k-1)…(k-j+1)."""
    out: list[Expr] = [ZERO] * len(p)
    stirling = [1]
    for i, c in enumerate(p):
        for j, s in enumerate(stirling):
            out[j] = ground.plus(out[j], ground.times(as_expr(s), c)) if s else out[j]
        stirling = [(stirling[j - 1] if j else 0) + (j * stirling[j] if j < len(stirling) else 0) for j in range(i + 2)]
    return out
