"""Moments of the standard logistic, Gumbel and Student (Cauchy) shapes."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.leaves import EULER_GAMMA, INFINITY, ONE, PI, ZERO, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import exp, sigmoid, softplus, sqrt
from derive.meaning.integrals.law import MINUS_INFINITY, Instance, IntegralLaw, gamma_at, power, times
from derive.meaning.normal.signs import rational

LOGISTIC = {0: ONE, 2: PI**2 / 3, 4: 7 * PI**4 / 15}
GUMBEL = {0: ONE, 1: EULER_GAMMA, 2: EULER_GAMMA**2 + PI**2 / 6}


def _logistic(x: Symbol, n: int) -> Instance:
    value = ZERO if n % 2 else LOGISTIC.get(n)
    if value is None:
        raise ValueError("the fourth moment is the highest with a value here")
    return Instance(times(power(x, n), sigmoid(x), sigmoid(-x)), MINUS_INFINITY, INFINITY, value)


def _logistic_softplus(x: Symbol) -> Instance:
    """With u = σ(x): −∫₀¹ log(1−u) du."""
    return Instance(softplus(x) * sigmoid(x) * sigmoid(-x), MINUS_INFINITY, INFINITY, ONE)


def _gumbel(x: Symbol, n: int) -> Instance:
    """With t = e⁻ˣ: ∫₀^∞ (−log t)ⁿ e⁻ᵗ dt."""
    if n not in GUMBEL:
        raise ValueError("the second moment is the highest with a value here")
    return Instance(times(power(x, n), exp(-x - exp(-x))), MINUS_INFINITY, INFINITY, GUMBEL[n])


def _student(x: Symbol, n: int, c: Expr, d: Expr, p: Expr) -> Instance:
    """With t = dx²/(c+dx²), Euler's beta integral; odd moments are 0 where they converge."""
    integrand = times(power(x, n), (c + times(d, x**2)) ** -p)
    half = as_expr(Fraction(n + 1, 2))
    rest = rational(p)
    gap = p - half if rest is None else as_expr(rest - Fraction(n + 1, 2))
    needs = (("positive", gap), ("positive", c), ("positive", d))
    if n % 2:
        return Instance(integrand, MINUS_INFINITY, INFINITY, ZERO, needs)
    if n == 0 and rest == 1:
        value = PI if c is ONE and d is ONE else PI / sqrt(c * d)
        return Instance(integrand, MINUS_INFINITY, INFINITY, value, needs)
    value = gamma_at(half) * gamma_at(gap) / gamma_at(p)
    if c is not ONE or d is not ONE:
        value = value * c**-p * (c / d) ** half
    return Instance(integrand, MINUS_INFINITY, INFINITY, value, needs)


LAWS = (
    IntegralLaw("logistic", "Balakrishnan 1992, chapter 1", "∫ xⁿ σ(x) σ(−x) over ℝ, n ≤ 4 or odd", _logistic, ("n",)),
    IntegralLaw(
        "logistic_softplus", "DLMF 4.10.2 with u = σ(x)", "∫ softplus(x) σ(x) σ(−x) over ℝ", _logistic_softplus
    ),
    IntegralLaw("gumbel", "DLMF 5.9.18", "∫ xⁿ exp(−x − e⁻ˣ) over ℝ, n ≤ 2", _gumbel, ("n",)),
    IntegralLaw("student", "DLMF 5.12.3", "∫ xⁿ (c+dx²)⁻ᵖ over ℝ, c, d > 0, 2p > n + 1", _student, ("n",)),
)
