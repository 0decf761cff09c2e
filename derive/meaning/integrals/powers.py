"""Powers, exponentials and logarithms over ranges: ∫ xⁿ, ∫ xᵖ, ∫ xⁿ eᵇˣ, ∫ xᵖ (log x)ⁿ."""

from __future__ import annotations

from math import factorial

from derive.expr.leaves import INFINITY, ONE, ZERO, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import cos, exp, log, sin
from derive.meaning.integrals.law import (
    MINUS_INFINITY,
    Instance,
    IntegralLaw,
    Need,
    is_finite,
    power,
    times,
    total,
)  # fmt: skip


def _power(x: Symbol, n: int, low: Expr, high: Expr) -> Instance:
    if not (is_finite(low) and is_finite(high)):
        raise ValueError("a power with n ≥ 0 has no integral over an infinite range")
    value = (power(high, n + 1) - power(low, n + 1)) / (n + 1)
    return Instance(power(x, n), low, high, value if low is not ZERO else power(high, n + 1) / (n + 1))


def _real_power(x: Symbol, p: Expr, low: Expr, high: Expr) -> Instance:
    q = p + 1
    if high is INFINITY:
        return Instance(x**p, low, high, low**q / -q, (("positive", low), ("positive", -q)))
    if low is ZERO:
        return Instance(x**p, low, high, high**q / q, (("positive", high), ("positive", q)))
    needs: tuple[Need, ...] = (("positive", low), ("positive", high), ("nonzero", q))
    return Instance(x**p, low, high, (high**q - low**q) / q, needs)


def _log_power(x: Symbol, p: Expr, n: int) -> Instance:
    """With x = e⁻ᵗ: ∫₀^∞ (−t)ⁿ e^{−(p+1)t} dt."""
    value = as_expr((-1) ** n * factorial(n)) / power(p + 1, n + 1)
    return Instance(times(x**p, power(log(x), n)), ZERO, ONE, value, (("positive", p + 1),))


def _log_power_tail(x: Symbol, p: Expr, n: int) -> Instance:
    """With x = eᵗ: ∫₀^∞ tⁿ e^{−(p−1)t} dt."""
    value = as_expr(factorial(n)) / power(p - 1, n + 1)
    return Instance(times(x**-p, power(log(x), n)), ONE, INFINITY, value, (("positive", p - 1),))


def _exponential(x: Symbol, n: int, b: Expr, low: Expr, high: Expr) -> Instance:
    def primitive(end: Expr) -> Expr:
        """eᵇˣ Σₖ (−1)ᵏ n!/(n−k)! xⁿ⁻ᵏ/bᵏ⁺¹ at a finite end; 0 at an infinite one."""
        if not is_finite(end):
            return ZERO
        at_zero = end is ZERO
        terms = (
            times((-1) ** k * factorial(n) // factorial(n - k), power(end, n - k)) / power(b, k + 1)
            for k in range(n + 1)
            if not at_zero or k == n
        )
        return times(ONE if at_zero else exp(b * end), total(*terms))

    needs: list[Need] = []
    if high is INFINITY:
        needs.append(("positive", -b))
    if low is MINUS_INFINITY:
        needs.append(("positive", b))
    if not needs:
        needs.append(("nonzero", b))
    return Instance(times(power(x, n), exp(b * x)), low, high, primitive(high) - primitive(low), tuple(needs))


def _damped_cosine(x: Symbol, k: Expr, t: Expr) -> Instance:
    return Instance(exp(-k * x) * cos(t * x), ZERO, INFINITY, k / (k**2 + t**2), (("positive", k),))


def _damped_sine(x: Symbol, k: Expr, t: Expr) -> Instance:
    return Instance(exp(-k * x) * sin(t * x), ZERO, INFINITY, t / (k**2 + t**2), (("positive", k),))


LAWS = (
    IntegralLaw("power", "DLMF 1.4(iv)", "∫ xⁿ over a finite range", _power, ("n",)),
    IntegralLaw("real_power", "DLMF 1.4(iv)", "∫ xᵖ over a range of positive numbers", _real_power),
    IntegralLaw("log_power", "DLMF 5.9.1 with x = e⁻ᵗ", "∫₀¹ xᵖ (log x)ⁿ, p > −1", _log_power, ("n",)),
    IntegralLaw("log_power_tail", "DLMF 5.9.1 with x = eᵗ", "∫₁^∞ x⁻ᵖ (log x)ⁿ, p > 1", _log_power_tail, ("n",)),
    IntegralLaw(
        "exponential", "DLMF 8.4, by parts", "∫ xⁿ eᵇˣ over any range on which it decays", _exponential, ("n",)
    ),
    IntegralLaw("damped_cosine", "DLMF 1.14 (Laplace transform)", "∫₀^∞ e⁻ᵏˣ cos tx, k > 0", _damped_cosine),
    IntegralLaw("damped_sine", "DLMF 1.14 (Laplace transform)", "∫₀^∞ e⁻ᵏˣ sin tx, k > 0", _damped_sine),
)
