"""Expansions of operations from those of their arguments.

Where the argument goes to a point inside the domain, Taylor's theorem; exp and log turn terms into factors and back;
at infinity the definitions by exp and log, or the asymptotic series of erf and log Γ (DLMF 5.11, 7.12); functions with
kinks by the sign that holds for all large t.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.expr import operations as table
from derive.expr.arithmetic import Neg
from derive.expr.leaves import HALF, ONE, PI, ZERO
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Operation
from derive.meaning.interval import of_domain
from derive.meaning.limits.expansion import Asymptotics, Expansion, Term
from derive.meaning.limits.ground import NeedMoreTerms, NoExpansion, NotDefined
from derive.meaning.limits.scale import LOG_LOG_T, LOG_T, UNIT, Monomial
from derive.meaning.limits.taylor import coefficients
from derive.meaning.normal.signs import rational

LIPSCHITZ = (table.absolute, table.relu)  # |f(x)| ≤ |x|
LARGEST_EXPONENT = 12  # that is multiplied out
BERNOULLI = (Fraction(1, 12), Fraction(-1, 360), Fraction(1, 1260), Fraction(-1, 1680), Fraction(1, 1188))


class Elementary(Asymptotics):
    """Operations of the table on expansions."""

    # -- exp, log, powers

    def exp(self, f: Expansion) -> Expansion:
        """exp of what goes to infinity is a monomial, of a constant a coefficient, of the rest a power series."""
        if f.rest is not None and self.scale.trend(f.rest) == 0:
            return self._exp_up_to_a_factor(f)
        large, constant, small = self.split(f)
        factor = self.exp_of_terms(large)
        out = self.series(self.exponentials(), small)
        return self.scaled(out, self.ground.exp(constant), factor)

    def _exp_up_to_a_factor(self, f: Expansion) -> Expansion:
        """exp(g + O(1)) = O(exp g)"""
        large = tuple(t for t in f.terms if self.scale.trend(t[1]) > 0)
        return self.bounded(self.exp_of_terms(large))

    def exponentials(self) -> list[Expr]:
        out, value = [], Fraction(1)
        for k in range(self.order):
            out.append(as_expr(value))
            value /= k + 1
        return out

    def exp_of_terms(self, large: tuple[Term, ...]) -> Monomial:
        growth, a, b = [], ZERO, ZERO
        for c, m in large:
            if m == LOG_T:
                a = c
            elif m == LOG_LOG_T:
                b = c
            elif self.scale.outgrows_log(m):
                growth.append((c, m))
            else:
                raise NoExpansion("an exponent that grows more slowly than log t")
        return Monomial(tuple(growth), (a, b, ZERO))

    def log(self, f: Expansion) -> Expansion:
        """log(c·m·(1+s)) = log c + log m + s - s²/2 + …"""
        c, m, sign, f = self._leading_or_undefined(f, "log")
        if sign < 0:
            raise NotDefined("the logarithm of what is negative in the end")
        s = self.relative(f, c, m)
        series = [ZERO, *(as_expr(Fraction((-1) ** (k + 1), k)) for k in range(1, self.order + 1))]
        parts = [Expansion(self.scale.logarithm(m)), self.constant(self.ground.log(c))]
        return self.add(self.total(parts), self.series(series, s))

    def _leading_or_undefined(self, f: Expansion, what: str) -> tuple[Expr, Monomial, int, Expansion]:
        if f.is_zero:
            raise NotDefined(f"{what} of 0")
        return self.leading(f)

    def power(self, f: Expansion, e: Expr) -> Expansion:
        """f**e for an e that is free of t."""
        n = rational(e)
        if n == 0:
            return self.constant(ONE)
        if n is not None and n.denominator == 1 and 0 < n <= LARGEST_EXPONENT:
            out = f
            for _ in range(int(n) - 1):
                out = self.multiply(out, f)
            return out
        if n is not None and n.denominator == 1 and 0 < -n <= LARGEST_EXPONENT:
            return self.reciprocal(self.power(f, as_expr(-n)))
        if f.is_zero:
            sign = self.ground.sign(e)
            if sign < 0:
                raise NotDefined("0 to a negative power")
            return f if sign else self.constant(ONE)
        c, m, sign, f = self.leading(f)
        if sign < 0 and n is None:
            raise NoExpansion("a power of what is negative in the end")
        if sign < 0 and n is not None and n.denominator != 1:
            raise NotDefined("a root of what is negative in the end")
        s = self.relative(f, c, m)
        out = self.series(self._binomials(e), s)
        return self.scaled(out, self.ground.power(c, e), self.scale.power(m, e))

    def _binomials(self, e: Expr) -> list[Expr]:
        out: list[Expr] = [ONE]
        value: Expr = ONE
        for k in range(1, self.order):
            value = self.ground.times(
                value, self.ground.times(as_expr(Fraction(1, k)), self.ground.plus(e, as_expr(1 - k)))
            )
            out.append(value)
        return out

    # -- the table

    def apply(self, operation: Operation, args: tuple[Expansion, ...]) -> Expansion:
        """An operation of expansions."""
        if operation in KINKED:
            return KINKED[operation](self, *args)
        if operation is table.exp:
            return self.exp(args[0])
        if operation is table.log:
            return self.log(args[0])
        if operation is table.sqrt:
            return self.power(args[0], HALF)
        if len(args) != 1:
            raise NoExpansion(f"no expansion of {operation}")
        return self._smooth(operation, args[0])

    def _smooth(self, operation: Operation, f: Expansion) -> Expansion:
        size = self.size(f)
        trend = -1 if size is None else self.scale.trend(size)
        if trend > 0:
            if operation in (table.sin, table.cos):
                self.ground.uses("lipschitz")
                return self.bounded(UNIT)
            if operation not in AT_INFINITY:
                raise NoExpansion(f"no expansion of {operation} at infinity")
            return AT_INFINITY[operation](self, f, self.sign(f))
        if not f.terms and trend == 0:
            if operation in (table.sin, table.cos, table.sigmoid, table.tanh, table.erf, table.normal_cdf):
                self.ground.uses("lipschitz")
                return self.bounded(UNIT)
            raise NeedMoreTerms("only bounded")
        _, c, small = self.split(f)
        if c is ZERO and operation in GAMMAS:  # at the edge of the domain
            return GAMMAS[operation](self, f)
        self._require_inside(operation, c)
        self.ground.uses("taylor")
        try:
            taken = coefficients(self.ground, operation, c, self.order)
        except NoExpansion:
            taken = coefficients(self.ground, operation, c, 1)
        return self.series(taken, small)

    def _require_inside(self, operation: Operation, c: Expr) -> None:
        whole = of_domain(operation.domain)
        for end, side in ((whole.low[0], 1), (whole.high[0], -1)):
            if isinstance(end, Fraction) and self.ground.sign(self.ground.plus(c, as_expr(-end))) != side:
                raise NoExpansion(f"{operation} at an end of its domain")

    # -- at infinity

    def sigmoid(self, f: Expansion, sign: int) -> Expansion:
        return self.reciprocal(self.add(self.constant(ONE), self.exp(self.negative(f))))

    def softplus(self, f: Expansion, sign: int) -> Expansion:
        return self.log(self.add(self.constant(ONE), self.exp(f)))

    def tanh(self, f: Expansion, sign: int) -> Expansion:
        """(1 - e)/(1 + e) with e = exp(-2f)"""
        e = self.exp(self.scaled(f, as_expr(-2)))
        one = self.constant(ONE)
        return self.divide(self.subtract(one, e), self.add(one, e))

    def sinh(self, f: Expansion, sign: int) -> Expansion:
        return self.scaled(self.subtract(self.exp(f), self.exp(self.negative(f))), HALF)

    def cosh(self, f: Expansion, sign: int) -> Expansion:
        return self.scaled(self.add(self.exp(f), self.exp(self.negative(f))), HALF)

    def normal_pdf(self, f: Expansion, sign: int) -> Expansion:
        square = self.scaled(self.multiply(f, f), Neg.of(HALF))
        return self.scaled(self.exp(square), self.ground.over(ONE, self.ground.simple(table.sqrt(2 * PI))))

    def erf(self, f: Expansion, sign: int) -> Expansion:
        """sign·(1 - erfc|f|)"""
        outer = self.subtract(self.constant(ONE), self.erfc(f if sign > 0 else self.negative(f)))
        return outer if sign > 0 else self.negative(outer)

    def erfc(self, f: Expansion) -> Expansion:
        """exp(-f²)/(√π·f) · Σ (-1)ᵏ (2k-1)!!/(2f²)ᵏ for f → ∞ (DLMF 7.12.1)"""
        self.ground.uses("erfc_tail")
        square = self.multiply(f, f)
        series, value = [], Fraction(1)
        for k in range(self.order):
            series.append(as_expr(value))
            value *= -Fraction(2 * k + 1, 2)
        tail = self.series(series, self.reciprocal(square))
        lead = self.multiply(self.exp(self.negative(square)), self.reciprocal(f))
        return self.scaled(self.multiply(lead, tail), self.ground.over(ONE, self.ground.simple(table.sqrt(PI))))

    def normal_cdf(self, f: Expansion, sign: int) -> Expansion:
        """erfc(|f|/√2)/2 on the left, 1 minus it on the right"""
        root = self.ground.over(ONE, self.ground.simple(table.sqrt(as_expr(2))))
        tail = self.scaled(self.erfc(self.scaled(f, root if sign > 0 else self.ground.negative(root))), HALF)
        return tail if sign < 0 else self.subtract(self.constant(ONE), tail)

    def loggamma(self, f: Expansion, sign: int) -> Expansion:
        """(f - 1/2) log f - f + log(2π)/2 + 1/(12f) - … (DLMF 5.11.1)"""
        if sign < 0:
            raise NotDefined("log Γ of what is negative in the end")
        self.ground.uses("stirling")
        inverse = self.reciprocal(f)
        square = self.multiply(inverse, inverse)
        terms = [as_expr(b) for b in BERNOULLI[: self.order]]
        tail = self.multiply(inverse, self.series(terms, square))
        first = self.multiply(self.subtract(f, self.constant(HALF)), self.log(f))
        half_log = self.constant(self.ground.times(HALF, self.ground.log(2 * PI)))
        return self.total([first, self.negative(f), half_log, tail])

    def gamma(self, f: Expansion, sign: int) -> Expansion:
        return self.exp(self.loggamma(f, sign))

    def digamma(self, f: Expansion, sign: int) -> Expansion:
        """log f - 1/(2f) - 1/(12f²) + … (DLMF 5.11.2)"""
        if sign < 0:
            raise NotDefined("ψ of what is negative in the end")
        self.ground.uses("stirling")
        inverse = self.reciprocal(f)
        square = self.multiply(inverse, inverse)
        terms = [as_expr(-b * (2 * k + 1)) for k, b in enumerate(BERNOULLI[: self.order])]
        tail = self.multiply(square, self.series(terms, square))
        return self.total([self.log(f), self.scaled(inverse, Neg.of(HALF)), tail])

    # -- next to 0

    def gamma_at_zero(self, f: Expansion) -> Expansion:
        """Γ(f) = Γ(1+f)/f"""
        self._require_positive(f)
        return self.divide(self._smooth(table.gamma_function, self.add(f, self.constant(ONE))), f)

    def loggamma_at_zero(self, f: Expansion) -> Expansion:
        self._require_positive(f)
        return self.subtract(self._smooth(table.loggamma, self.add(f, self.constant(ONE))), self.log(f))

    def digamma_at_zero(self, f: Expansion) -> Expansion:
        self._require_positive(f)
        return self.subtract(self._smooth(table.digamma, self.add(f, self.constant(ONE))), self.reciprocal(f))

    def _require_positive(self, f: Expansion) -> None:
        if self.sign(f) <= 0:
            raise NotDefined("Γ of what is not positive in the end")

    # -- kinks

    def absolute(self, f: Expansion) -> Expansion:
        return self._by_sign(f, lambda sign: f if sign >= 0 else self.negative(f))

    def relu(self, f: Expansion) -> Expansion:
        return self._by_sign(f, lambda sign: f if sign >= 0 else Expansion(()))

    def _by_sign(self, f: Expansion, pick: Callable[[int], Expansion]) -> Expansion:
        """|x| and relu are at most |x|, whatever the sign."""
        if not f.terms and f.rest is not None:
            self.ground.uses("lipschitz")
            return self.bounded(f.rest)
        return pick(self.sign(f))

    def step(self, f: Expansion) -> Expansion:
        sign = self.sign(f)
        if sign == 0:
            raise NotDefined("step(0)")
        return self.constant(ONE if sign > 0 else ZERO)

    def signum(self, f: Expansion) -> Expansion:
        return self.constant(as_expr(self.sign(f)))

    def maximum(self, f: Expansion, g: Expansion) -> Expansion:
        return self.add(f, self.relu(self.subtract(g, f)))

    def minimum(self, f: Expansion, g: Expansion) -> Expansion:
        return self.subtract(f, self.relu(self.subtract(f, g)))


AT_INFINITY: dict[Operation, Callable[[Elementary, Expansion, int], Expansion]] = {
    table.sigmoid: Elementary.sigmoid,
    table.softplus: Elementary.softplus,
    table.tanh: Elementary.tanh,
    table.sinh: Elementary.sinh,
    table.cosh: Elementary.cosh,
    table.normal_pdf: Elementary.normal_pdf,
    table.erf: Elementary.erf,
    table.normal_cdf: Elementary.normal_cdf,
    table.loggamma: Elementary.loggamma,
    table.gamma_function: Elementary.gamma,
    table.digamma: Elementary.digamma,
}
GAMMAS: dict[Operation, Callable[[Elementary, Expansion], Expansion]] = {
    table.gamma_function: Elementary.gamma_at_zero,
    table.loggamma: Elementary.loggamma_at_zero,
    table.digamma: Elementary.digamma_at_zero,
}
KINKED: dict[Operation, Callable[..., Expansion]] = {
    table.absolute: Elementary.absolute,
    table.relu: Elementary.relu,
    table.step: Elementary.step,
    table.sign: Elementary.signum,
    table.maximum: Elementary.maximum,
    table.minimum: Elementary.minimum,
}
