"""Two expressions print alike only if they have one value: brackets stand wherever they must."""

import cmath
import math
import random
from collections.abc import Callable
from functools import cache

import pytest

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import half, real
from derive.expr.leaves import Number
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply, absolute, exp, log, loggamma, sigmoid, sqrt
from derive.page.latex import latex
from derive.page.unicode import unicode

x, sigma = real(), real()
x.named("x")
sigma.named("sigma")  # sigma(x + 1) is no product
POINT: dict[Expr, complex] = {x: 0.7, sigma: 1.3}
UNARY: list[Callable[..., Expr]] = [lambda e: -e, log, exp, sqrt, absolute, sigmoid, loggamma]
BINARY: list[Callable[..., Expr]] = [
    lambda e, f: e + f, lambda e, f: e - f, lambda e, f: e * f, lambda e, f: e / f, lambda e, f: e**f,
]  # fmt: skip
VALUES: dict[str, Callable[[complex], complex]] = {
    "log": cmath.log,
    "exp": cmath.exp,
    "sqrt": cmath.sqrt,
    "abs": abs,
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "loggamma": lambda z: z**3 + 0.37,  # any function that is none of the others
}


def grown(left: list[Expr], right: list[Expr]) -> list[Expr]:
    """All expressions by one operation over these operands."""
    return [f(e) for f in UNARY for e in left] + [f(e, g) for f in BINARY for e in left for g in right]


def sample() -> list[Expr]:
    """All expressions of two leaves or one operation more, and some of the larger ones."""
    rng = random.Random(0)
    leaves = [x, sigma, as_expr(2), half]
    small = leaves + grown(leaves, leaves)
    medium = rng.sample(grown(small, small), 6000)
    large = [rng.choice(BINARY)(rng.choice(medium), rng.choice(medium)) for _ in range(4000)]
    return list(dict.fromkeys([*small, *medium, *large]))


@cache
def value(e: Expr) -> complex:
    """The value at one point that is nothing special."""
    values = [value(arg) for arg in e.args]
    match e:
        case Number():
            return complex(e.value)
        case Add():
            return sum(values)
        case Mul():
            return math.prod(values)
        case Neg():
            return -values[0]
        case Div():
            return values[0] / values[1]
        case Pow():
            return values[0] ** values[1]
        case Apply():
            return VALUES[e.operation.name](values[0])
    return POINT[e]


@pytest.mark.parametrize("show", [latex, unicode])
def test_what_prints_alike_is_equal(show: Callable[[Expr], str]) -> None:
    first: dict[str, Expr] = {}
    for e in sample():
        other = first.setdefault(show(e), e)
        if other is e:
            continue
        try:
            one, two = value(e), value(other)
        except (OverflowError, ZeroDivisionError):
            continue
        assert cmath.isclose(one, two, rel_tol=1e-9), f"{show(e)} is {e} and {other}"
