"""Euler's integrals: gamma and beta, with powers of logarithms; also in x^p and in 1/x."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.leaves import EULER_GAMMA, INFINITY, ONE, PI, ZERO, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import digamma, exp, log, trigamma
from derive.meaning.integrals.law import Instance, IntegralLaw, gamma_at, half_integer, power, shifted, times, total
from derive.meaning.interval import Ranges


def digamma_at(e: Expr) -> Expr:
    """ψ(e) for e > 0, by ψ(x+1) = ψ(x) + 1/x; ψ(1) = −γ, ψ(½) = −γ − 2 log 2 (DLMF 5.4.12, 5.4.13, 5.5.2)."""
    known = half_integer(e)
    if known is not None:
        start, n = known
        at_start = -EULER_GAMMA if start == 1 else -EULER_GAMMA - 2 * log(as_expr(2))
        return total(at_start, as_expr(sum((1 / (start + k) for k in range(n)), Fraction(0))))
    rest, n = shifted(e)
    if n > 0 and Ranges()(rest).positive:
        return total(digamma(rest), *(as_expr(1) / (rest if k == 0 else rest + k) for k in range(n)))
    if n < 0:  # e = rest − |n| > 0
        return total(digamma(rest), *(-(as_expr(1) / (rest + k)) for k in range(n, 0)))
    return digamma(e)


def trigamma_at(e: Expr) -> Expr:
    """ψ′(e) for e > 0, by ψ′(x+1) = ψ′(x) − 1/x²; ψ′(1) = π²/6, ψ′(½) = π²/2 (DLMF 5.15)."""
    known = half_integer(e)
    if known is not None:
        start, n = known
        at_start = PI**2 / 6 if start == 1 else PI**2 / 2
        return total(at_start, as_expr(-sum((1 / (start + k) ** 2 for k in range(n)), Fraction(0))))
    rest, n = shifted(e)
    if n > 0 and Ranges()(rest).positive:
        return total(trigamma(rest), *(-(as_expr(1) / (rest if k == 0 else rest + k) ** 2) for k in range(n)))
    if n < 0:
        return total(trigamma(rest), *(as_expr(1) / (rest + k) ** 2 for k in range(n, 0)))
    return trigamma(e)


def _log_factor(s: Expr, k: Expr, n: int, sign: int) -> Expr:
    """Γ(s) k⁻ˢ has the derivatives (in s) Γ(s) k⁻ˢ times these; the sign is that of dx^s/ds."""
    if n > 2:
        raise ValueError("the square of the logarithm is the highest power with a value here")
    shift = digamma_at(s) if k is ONE else digamma_at(s) - log(k)
    return ONE if n == 0 else times(sign, shift) if n == 1 else shift**2 + trigamma_at(s)


def _gamma(x: Symbol, s: Expr, k: Expr, n: int) -> Instance:
    mass = gamma_at(s) if k is ONE else gamma_at(s) * k**-s
    integrand = times(x ** (s - 1), power(log(x), n), exp(-(k * x)))
    value = times(mass, _log_factor(s, k, n, 1))
    return Instance(integrand, ZERO, INFINITY, value, (("positive", s), ("positive", k)))


def _gamma_in_power(x: Symbol, r: Expr, k: Expr, p: Expr) -> Instance:
    """With t = xᵖ."""
    value = gamma_at(r) * k**-r / p
    integrand = x ** (r * p - 1) * exp(-(k * x**p))
    return Instance(integrand, ZERO, INFINITY, value, (("positive", r), ("positive", k), ("positive", p)))


def _inverse_gamma(x: Symbol, s: Expr, k: Expr, n: int) -> Instance:
    """With t = 1/x."""
    integrand = times(x ** (-s - 1), power(log(x), n), exp(-(k / x)))
    value = times(gamma_at(s) * k**-s, _log_factor(s, k, n, -1))
    return Instance(integrand, ZERO, INFINITY, value, (("positive", s), ("positive", k)))


def _beta(x: Symbol, a: Expr, b: Expr, n: int, m: int) -> Instance:
    """The derivatives of B(a, b) in a and b (DLMF 5.12.1)."""
    if n + m > 1:
        raise ValueError("one logarithm at most has a value here")
    mass = gamma_at(a) * gamma_at(b) / gamma_at(a + b)
    integrand = times(x ** (a - 1), (1 - x) ** (b - 1), power(log(x), n), power(log(1 - x), m))
    factor = ONE if n + m == 0 else digamma_at(a if n else b) - digamma_at(a + b)
    return Instance(integrand, ZERO, ONE, times(mass, factor), (("positive", a), ("positive", b)))


LAWS = (
    IntegralLaw("gamma", "DLMF 5.2.1, 5.9.19", "∫₀^∞ x^{s−1} (log x)ⁿ e^{−kx}, s, k > 0, n ≤ 2", _gamma, ("n",)),
    IntegralLaw("gamma_in_power", "DLMF 5.9.1", "∫₀^∞ x^{rp−1} e^{−kx^p}, r, k, p > 0", _gamma_in_power),
    IntegralLaw(
        "inverse_gamma", "DLMF 5.2.1 with t = 1/x", "∫₀^∞ x^{−s−1} (log x)ⁿ e^{−k/x}, s, k > 0, n ≤ 2",
        _inverse_gamma, ("n",),
    ),
    IntegralLaw(
        "beta", "DLMF 5.12.1", "∫₀¹ x^{a−1} (1−x)^{b−1}, with one of log x, log(1−x); a, b > 0", _beta, ("n", "m")
    ),
)  # fmt: skip
