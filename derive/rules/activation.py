"""Rules of the sigmoid and its relatives."""

from derive.expr.node import Expr
from derive.expr.operations import exp, log, sigmoid, softplus, tanh
from derive.rules.reason import Real, rule


@rule
def sigmoid_mirror(x: Real) -> tuple[Expr, Expr]:
    """the sigmoid of the negated argument is the complement"""
    return 1 - sigmoid(x), sigmoid(-x)


@rule
def log_sigmoid(x: Real) -> tuple[Expr, Expr]:
    """the logarithm of a sigmoid is a negated softplus"""
    return log(sigmoid(x)), -softplus(-x)


@rule
def sigmoid_power(x: Real, k: Real) -> tuple[Expr, Expr]:
    """a power of a sigmoid is the exponential of a multiple of softplus"""
    return sigmoid(-x) ** k, exp(-k * softplus(x))


@rule
def softplus_mirror(x: Real) -> tuple[Expr, Expr]:
    """softplus of the negated argument is less by the argument"""
    return softplus(-x), softplus(x) - x


@rule
def tanh_as_sigmoid(x: Real) -> tuple[Expr, Expr]:
    """the hyperbolic tangent is a scaled sigmoid"""
    return tanh(x), 2 * sigmoid(2 * x) - 1
