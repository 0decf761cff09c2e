"""The terms of an infinite sum taken apart: Σ over families of P(k)·qᵏ / (k!)ᶠ / kᵖ, for integers k.

Only laws of powers with integer exponents are used. Coefficients and bases are free of k; `Ground` calculates with
them and notes what makes them defined.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Index, Number
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, exp, gamma_function
from derive.expr.structure import Bound
from derive.meaning.limits.ground import Ground, NoExpansion
from derive.meaning.normal.signs import rational

MAX_DEGREE, MAX_FAMILIES = 8, 12
Poly = tuple[Expr, ...]  # coefficients, that of k⁰ first


@dataclass(frozen=True)
class Family:
    """qᵏ / ((k+s)!)ᶠ / kᵖ, where s is the shift"""

    base: Expr = ONE
    factorials: int = 0
    poles: int = 0
    shift: int = 0  # of the factorial: (k + shift)!


Terms = dict[Family, Poly]


class Decomposition:
    """Takes bodies apart in one index."""

    def __init__(self, ground: Ground, index: Index) -> None:
        self.ground, self.index = ground, index
        self.divides = False  # by the index, so that the range must not begin at 0

    def moves(self, e: Expr) -> bool:
        return any(n is self.index for n in walk(e))

    def __call__(self, e: Expr) -> Terms:
        """The families of a body. Raises `NoExpansion` if it is no such sum."""
        if not self.moves(e):
            self.ground.require_defined(e)
            return {Family(): (self.ground.simple(e),)}
        match e:
            case Index():
                return {Family(): (ZERO, ONE)}
            case Neg():
                return self._times(self(e.args[0]), {Family(): (as_expr(-1),)})
            case Add():
                out: Terms = {}
                for a in e.args:
                    out = self._plus(out, self(a))
                return out
            case Mul():
                out = self(e.args[0])
                for a in e.args[1:]:
                    out = self._times(out, self(a))
                return out
            case Div():
                return self._times(self(e.args[0]), self._inverse(e.args[1]))
            case Pow():
                return self._power(*e.args)
            case Apply() if e.operation is exp:
                slope, start = self.linear(e.args[0])
                return {Family(self.ground.exp(slope)): (self.ground.exp(start),)}
        if self._is_factorial(e):
            return {Family(factorials=-1): (ONE,)}
        raise NoExpansion(f"`{e}` is no polynomial, power or factorial of {self.index}")

    def linear(self, e: Expr) -> tuple[Expr, Expr]:
        """The slope and the start of an expression that is linear in the index. Raises `NoExpansion`."""
        terms = self(e)
        if set(terms) <= {Family()}:
            p = (*terms.get(Family(), ()), ZERO, ZERO)
            if all(c is ZERO for c in p[2:]):
                return p[1], p[0]
        raise NoExpansion(f"`{e}` is not linear in {self.index}")

    def _is_factorial(self, e: Expr) -> bool:
        """Γ(k+1), or the product of 1, …, k."""
        if isinstance(e, Apply) and e.operation is gamma_function:
            try:
                return self.linear(e.args[0]) == (ONE, ONE)
            except NoExpansion:
                return False
        return isinstance(e, Bound) and e.kind == "prod" and e.low is ONE and e.high is self.index and e.body is e.index

    def _shifted_factorial(self, e: Expr) -> int | None:
        """s of Γ(k+s+1) = (k+s)! for a positive integer s."""
        if not isinstance(e, Apply) or e.operation is not gamma_function:
            return None
        slope, start = self.linear(e.args[0])
        n = rational(start)
        return int(n) - 1 if slope is ONE and n is not None and n.denominator == 1 and 2 <= n <= MAX_DEGREE else None

    def _is_index(self, e: Expr) -> bool:
        """Whether `e` is the index, also as k + 0."""
        if e is self.index:
            return True
        return (
            isinstance(e, Add) and all(isinstance(a, Index | Number) for a in e.args) and self.linear(e) == (ONE, ZERO)
        )

    def _inverse(self, e: Expr) -> Terms:
        """1/e for a product of powers and factorials."""
        if not self.moves(e):
            self.ground.require_defined(Div.of(ONE, e))
            return {Family(): (self.ground.over(ONE, self.ground.simple(e)),)}
        if self._is_index(e):
            self.divides = True
            return {Family(poles=1): (ONE,)}
        match e:
            case Mul():
                out: Terms = {Family(): (ONE,)}
                for a in e.args:
                    out = self._times(out, self._inverse(a))
                return out
            case Neg():
                return self._times(self._inverse(e.args[0]), {Family(): (as_expr(-1),)})
            case Pow() if e.args[0] is self.index and rational(e.args[1]) in (1, 2, 3, 4):
                self.divides = True
                return {Family(poles=int(rational(e.args[1]) or 0)): (ONE,)}
            case Pow() if not self.moves(e.args[0]):
                return self._power(e.args[0], Neg.of(e.args[1]))
            case Apply() if e.operation is exp:
                return self(exp(Neg.of(e.args[0])))
            case Apply() if e.operation is gamma_function and self.linear(e.args[0]) == (ONE, ZERO):
                self.divides = True
                return {Family(factorials=1): (ZERO, ONE)}  # 1/Γ(k) = k/k!; the range has to begin above 0
        if self._is_factorial(e):
            return {Family(factorials=1): (ONE,)}
        if (shift := self._shifted_factorial(e)) is not None:
            return {Family(factorials=1, shift=shift): (ONE,)}
        raise NoExpansion(f"1/`{e}` is no power of {self.index}")

    def _power(self, base: Expr, exponent: Expr) -> Terms:
        """b^(a·k + c) = b^c · (b^a)^k where a and c are integers, or b is positive."""
        if not self.moves(exponent):
            n = rational(exponent)
            if n is None or n.denominator != 1 or abs(n) > MAX_DEGREE:
                raise NoExpansion(f"the exponent {exponent}")
            if n < 0:
                return self._power_of(self._inverse(base), int(-n))
            return self._power_of(self(base), int(n))
        if self.moves(base):
            raise NoExpansion("a power whose base and exponent both move")
        self.ground.require_defined(base)
        base = self.ground.simple(base)
        slope, start = self.linear(exponent)
        a, c = rational(slope), rational(start)
        whole = a is not None and c is not None and a.denominator == c.denominator == 1
        if not whole:
            self._need("positive", base)
        elif min(a or 0, c or 0) < 0:
            self._need("nonzero", base)
        return {Family(self.ground.power(base, slope)): (self.ground.power(base, start),)}

    def _need(self, sign: str, e: Expr) -> None:
        if not self.ground.signs.holds(sign, e):
            self.ground.needs[sign, e] = None

    def _power_of(self, terms: Terms, n: int) -> Terms:
        out: Terms = {Family(): (ONE,)}
        for _ in range(n):
            out = self._times(out, terms)
        return out

    # -- arithmetic

    def _plus(self, a: Terms, b: Terms) -> Terms:
        out = dict(a)
        for family, p in b.items():
            out[family] = self._sum(out.get(family, ()), p)
        return self._kept(out)

    def _times(self, a: Terms, b: Terms) -> Terms:
        out: Terms = {}
        for f, p in a.items():
            for g, q in b.items():
                base = self.ground.times(f.base, g.base)
                if f.shift != g.shift and f.factorials and g.factorials:
                    raise NoExpansion("factorials of different numbers")
                factorials, shift = f.factorials + g.factorials, f.shift or g.shift
                family = Family(base, factorials, f.poles + g.poles, shift if factorials else 0)
                family, product = self._without_poles(family, self._product(p, q))
                out[family] = self._sum(out.get(family, ()), product)
        return self._kept(out)

    @staticmethod
    def _without_poles(family: Family, p: Poly) -> tuple[Family, Poly]:
        """k·P(k)/kᵖ = P(k)/kᵖ⁻¹ where k is not 0, which the range has to show."""
        poles = family.poles
        while poles and p and p[0] is ZERO and len(p) > 1:
            poles, p = poles - 1, p[1:]
        return Family(family.base, family.factorials, poles, family.shift), p

    def _sum(self, p: Poly, q: Poly) -> Poly:
        size = max(len(p), len(q))
        pairs = zip((*p, *(ZERO,) * (size - len(p))), (*q, *(ZERO,) * (size - len(q))), strict=True)
        out = [self.ground.plus(a, b) for a, b in pairs]
        while out and out[-1] is ZERO:
            out.pop()
        return tuple(out)

    def _product(self, p: Poly, q: Poly) -> Poly:
        if len(p) + len(q) > MAX_DEGREE + 2:
            raise NoExpansion(f"a polynomial of degree above {MAX_DEGREE}")
        out: list[Expr] = [ZERO] * (len(p) + len(q) - 1) if p and q else []
        for i, a in enumerate(p):
            for j, b in enumerate(q):
                out[i + j] = self.ground.plus(out[i + j], self.ground.times(a, b))
        return tuple(out)

    @staticmethod
    def _kept(terms: Terms) -> Terms:
        if len(terms) > MAX_FAMILIES:
            raise NoExpansion("too many kinds of terms")
        return {family: p for family, p in terms.items() if p}
