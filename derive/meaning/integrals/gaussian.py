"""Moments of eˣ-quadratic functions: w(x) = exp(−a x² + b x), a > 0, times xⁿ and a function with a known mean.

With m = b/(2a) and v = 1/(2a), w is W = √(π/a) e^{b²/4a} times the density of N(m, v) (DLMF 7.7). Higher powers follow
by Stein's identity E[X g(X)] = m E[g(X)] + v E[g′(X)] (C. Stein, 1981, Lemma 1), which is integration by parts.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, lcm, prod

from derive.expr.arithmetic import Div
from derive.expr.leaves import HALF, INFINITY, ONE, PI, ZERO, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import acos, cos, erf, exp, normal_cdf, sin, sqrt
from derive.meaning.integrals.law import (
    MINUS_INFINITY,
    Instance,
    IntegralLaw,
    is_finite,
    power,
    times,
    total,
)  # fmt: skip
from derive.meaning.normal.signs import rational


def _exponent(x: Expr, a: Expr, b: Expr) -> Expr:
    return -a * x**2 if b is ZERO else -a * x**2 + b * x


def _mean(a: Expr, b: Expr) -> Expr:
    return ZERO if b is ZERO else b / (2 * a)


def _mass(a: Expr, b: Expr) -> Expr:
    """W = ∫ w."""
    root = sqrt(times(a.args[1], PI)) / sqrt(a.args[0]) if isinstance(a, Div) else sqrt(PI / a)
    return root if b is ZERO else root * exp(b**2 / (4 * a))


def moment(n: int, a: Expr, b: Expr) -> Expr:
    """∫ xⁿ w = W Σₖ C(n, 2k) (2k−1)!! vᵏ mⁿ⁻²ᵏ."""
    m = _mean(a, b)
    terms = [
        times(comb(n, 2 * k) * prod(range(1, 2 * k, 2)), power(m, n - 2 * k) if m is not ZERO or n > 2 * k else ONE)
        / power(2 * a, k)
        for k in range(n // 2 + 1)
        if m is not ZERO or n == 2 * k
    ]
    return times(_mass(a, b), total(*terms))


def _stein(n: int, a: Expr, b: Expr, zeroth: Expr, slope: Callable[[int], Expr]) -> Expr:
    """∫ xⁿ w g from ∫ w g and the integrals ∫ xᵏ w g′."""
    before, now = ZERO, zeroth
    m = _mean(a, b)
    for k in range(n):
        before, now = now, total(times(m, now), total(times(k, before), slope(k)) / (2 * a))
    return now


def _moment(x: Symbol, n: int, a: Expr, b: Expr) -> Instance:
    integrand = times(power(x, n), exp(_exponent(x, a, b)))
    return Instance(integrand, MINUS_INFINITY, INFINITY, moment(n, a, b), (("positive", a),))


def _range(x: Symbol, n: int, a: Expr, b: Expr, low: Expr, high: Expr) -> Instance:
    """Jₖ₊₁ = m Jₖ + v (k Jₖ₋₁ − [xᵏ w]), by parts."""
    m = _mean(a, b)

    def below(end: Expr) -> Expr:
        """The share of the mass below an end."""
        if not is_finite(end):
            return ONE if end is INFINITY else ZERO
        gap = end if m is ZERO else -m if end is ZERO else end - m
        return HALF if gap is ZERO else normal_cdf(sqrt(2 * a) * gap)

    def edge(k: int, end: Expr) -> Expr:
        if not is_finite(end) or (end is ZERO and k):
            return ZERO
        return times(power(end, k), ONE if end is ZERO else exp(_exponent(end, a, b)))

    before, now = ZERO, times(_mass(a, b), below(high) - below(low))
    for k in range(n):
        rest = total(times(k, before), edge(k, low), -edge(k, high))
        before, now = now, total(times(m, now), rest / (2 * a))
    integrand = times(power(x, n), exp(_exponent(x, a, b)))
    return Instance(integrand, low, high, now, (("positive", a),))


def _against_density(n: int, a: Expr, b: Expr, c: Expr, d: Expr) -> Expr:
    """∫ xⁿ w(x) φ(cx+d)."""
    linear = b if d is ZERO else total(b, -(c * d))
    constant = 1 / sqrt(2 * PI) if d is ZERO else exp(-(d**2) / 2) / sqrt(2 * PI)
    return times(constant, moment(n, _sharper(a, c, 2), linear))


def _spread(factor: int, a: Expr, c: Expr) -> Expr:
    return sqrt(1 + as_expr(factor) * c**2 / (2 * a))


def _sharper(a: Expr, c: Expr, share: int) -> Expr:
    """a + c²/share; over a common denominator where a is a number."""
    p = rational(a)
    if p is None:
        return a + (c**2 if share == 1 else c**2 / share)
    common = lcm(p.denominator, share)
    return total(as_expr(p * common), times(common // share, c**2)) / common


def cdf_moment(n: int, a: Expr, b: Expr, c: Expr, d: Expr) -> Expr:
    """∫ xⁿ w(x) Φ(cx+d)."""
    at = total(times(c, _mean(a, b)), d)
    zeroth = times(_mass(a, b), HALF if at is ZERO else normal_cdf(at / _spread(1, a, c)))
    return _stein(n, a, b, zeroth, lambda k: times(c, _against_density(k, a, b, c, d)))


def _weighted(x: Symbol, n: int, a: Expr, b: Expr, g: Expr, value: Expr) -> Instance:
    integrand = times(power(x, n), g, exp(_exponent(x, a, b)))
    return Instance(integrand, MINUS_INFINITY, INFINITY, value, (("positive", a),))


def _cdf(x: Symbol, n: int, a: Expr, b: Expr, c: Expr, d: Expr) -> Instance:
    return _weighted(x, n, a, b, normal_cdf(total(c * x, d)), cdf_moment(n, a, b, c, d))


def _cdf_squared(x: Symbol, n: int, a: Expr, c: Expr) -> Instance:
    """E[Φ(cX)²] is the probability that two normal variables with correlation ρ = c²v/(1+c²v) are below 0."""
    rho = c**2 / (2 * a + c**2)
    p, q = rational(a), rational(c)
    half = p is not None and q is not None and q**2 / (2 * p + q**2) == Fraction(1, 2)
    share = as_expr(Fraction(1, 3)) if half else HALF - acos(rho) / (2 * PI)
    root = sqrt(2 * PI)
    value = _stein(
        n,
        a,
        ZERO,
        _mass(a, ZERO) * share,
        lambda k: times(2, c, cdf_moment(k, _sharper(a, c, 2), ZERO, c, ZERO)) / root,
    )
    return _weighted(x, n, a, ZERO, normal_cdf(c * x) ** 2, value)


def _erf(x: Symbol, n: int, a: Expr, b: Expr, c: Expr, d: Expr) -> Instance:
    at = total(times(c, _mean(a, b)), d)
    zeroth = ZERO if at is ZERO else times(_mass(a, b), erf(at / _spread(2, a, c)))

    def slope(k: int) -> Expr:  # erf′(u) = 2 e^{−u²}/√π
        linear = b if d is ZERO else total(b, -(2 * c * d))
        constant = ONE if d is ZERO else exp(-(d**2))
        return times(2, c, constant, moment(k, _sharper(a, c, 1), linear)) / sqrt(PI)

    return _weighted(x, n, a, b, erf(total(c * x, d)), _stein(n, a, b, zeroth, slope))


def _waves(n: int, a: Expr, b: Expr, t: Expr, u: Expr) -> tuple[Expr, Expr]:
    """∫ xⁿ w cos(tx+u) and ∫ xⁿ w sin(tx+u)."""
    m = _mean(a, b)
    phase = total(times(t, m), u)
    damped = times(_mass(a, b), exp(-(t**2) / (4 * a)))
    before = ZERO, ZERO
    now = (damped, ZERO) if phase is ZERO else (damped * cos(phase), damped * sin(phase))
    for k in range(n):
        c = total(times(m, now[0]), total(times(k, before[0]), -times(t, now[1])) / (2 * a))
        s = total(times(m, now[1]), total(times(k, before[1]), times(t, now[0])) / (2 * a))
        before, now = now, (c, s)
    return now


def _cosine(x: Symbol, n: int, a: Expr, b: Expr, t: Expr, u: Expr) -> Instance:
    return _weighted(x, n, a, b, cos(total(t * x, u)), _waves(n, a, b, t, u)[0])


def _sine(x: Symbol, n: int, a: Expr, b: Expr, t: Expr, u: Expr) -> Instance:
    return _weighted(x, n, a, b, sin(total(t * x, u)), _waves(n, a, b, t, u)[1])


def _cosine_squared(x: Symbol, n: int, a: Expr, b: Expr, t: Expr, u: Expr) -> Instance:
    """cos² = (1 + cos of twice the angle)/2."""
    value = (moment(n, a, b) + _waves(n, a, b, 2 * t, times(2, u))[0]) / 2
    return _weighted(x, n, a, b, cos(total(t * x, u)) ** 2, value)


def _sine_squared(x: Symbol, n: int, a: Expr, b: Expr, t: Expr, u: Expr) -> Instance:
    value = (moment(n, a, b) - _waves(n, a, b, 2 * t, times(2, u))[0]) / 2
    return _weighted(x, n, a, b, sin(total(t * x, u)) ** 2, value)


LAWS = (
    IntegralLaw("gaussian_moment", "DLMF 7.7.6, x → −∞", "∫ xⁿ e^{−ax²+bx} over ℝ, a > 0", _moment, ("n",)),
    IntegralLaw("gaussian_range", "DLMF 7.7.6, by parts", "∫ xⁿ e^{−ax²+bx} over any range, a > 0", _range, ("n",)),
    IntegralLaw("gaussian_cdf", "Owen 1980, 10,010.8", "∫ xⁿ e^{−ax²+bx} Φ(cx+d) over ℝ, a > 0", _cdf, ("n",)),
    IntegralLaw(
        "gaussian_cdf_squared", "Sheppard 1899 (orthant probability)", "∫ xⁿ e^{−ax²} Φ(cx)² over ℝ, a > 0",
        _cdf_squared, ("n",),
    ),
    IntegralLaw("gaussian_erf", "Ng and Geller 1969, 4.3", "∫ xⁿ e^{−ax²+bx} erf(cx+d) over ℝ, a > 0", _erf, ("n",)),
    IntegralLaw("gaussian_cosine", "DLMF 7.7.3", "∫ xⁿ e^{−ax²+bx} cos(tx+u) over ℝ, a > 0", _cosine, ("n",)),
    IntegralLaw("gaussian_sine", "DLMF 7.7.3", "∫ xⁿ e^{−ax²+bx} sin(tx+u) over ℝ, a > 0", _sine, ("n",)),
    IntegralLaw(
        "gaussian_cosine_squared", "DLMF 7.7.3, 4.21.28", "∫ xⁿ e^{−ax²+bx} cos(tx+u)² over ℝ, a > 0",
        _cosine_squared, ("n",),
    ),
    IntegralLaw(
        "gaussian_sine_squared", "DLMF 7.7.3, 4.21.28", "∫ xⁿ e^{−ax²+bx} sin(tx+u)² over ℝ, a > 0",
        _sine_squared, ("n",),
    ),
)  # fmt: skip
