"""Rules of logarithms, exponentials and powers."""

from derive.expr.node import Expr
from derive.expr.operations import exp, log, sqrt
from derive.rules.reason import NonNegative, Positive, Real, rule


@rule
def log_product(a: Positive, b: Positive) -> tuple[Expr, Expr]:
    """logarithm of a product"""
    return log(a * b), log(a) + log(b)


@rule
def log_quotient(a: Positive, b: Positive) -> tuple[Expr, Expr]:
    """logarithm of a quotient"""
    return log(a / b), log(a) - log(b)


@rule
def log_power(a: Positive, k: Real) -> tuple[Expr, Expr]:
    """an exponent inside a logarithm is a factor"""
    return log(a**k), k * log(a)


@rule
def log_exp(x: Real) -> tuple[Expr, Expr]:
    """the logarithm undoes the exponential"""
    return log(exp(x)), x


@rule
def exp_log(a: Positive) -> tuple[Expr, Expr]:
    """the exponential undoes the logarithm"""
    return exp(log(a)), a


@rule
def exp_sum(x: Real, y: Real) -> tuple[Expr, Expr]:
    """exponential of a sum"""
    return exp(x + y), exp(x) * exp(y)


@rule
def power_as_exp(a: Positive, k: Real) -> tuple[Expr, Expr]:
    """a power is the exponential of a multiple of the logarithm"""
    return a**k, exp(k * log(a))


@rule
def power_zero(a: Positive) -> tuple[Expr, Expr]:
    """the zeroth power is 1"""
    return a**0, a / a


@rule
def sqrt_quotient(a: NonNegative, b: Positive) -> tuple[Expr, Expr]:
    """root of a quotient"""
    return sqrt(a / b), sqrt(a) / sqrt(b)
