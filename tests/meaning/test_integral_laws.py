"""Every law about an integral against rigorous quadrature, at ordinary and at edge values of its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from flint import ctx, fmpq

from derive.expr.calculus import Integral
from derive.expr.domains import REAL
from derive.expr.leaves import INFINITY, ONE, ZERO, Symbol, Variable
from derive.expr.node import Expr, as_expr
from derive.expr.substitute import substitute
from derive.meaning.integrals import INTEGRAL_LAWS, MINUS_INFINITY
from derive.meaning.interval import Ranges
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import Scalar, State
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point

F = Fraction
REALS = (F(0), F(2, 3), F(-5, 2), F(6))
POSITIVES = (F(1), F(1, 3), F(7, 2))
EVEN = (F(0), F(1), F(2), F(3))
RANGES = (
    (ZERO, INFINITY), (MINUS_INFINITY, as_expr(F(1, 2))), (as_expr(F(-3, 2)), as_expr(2)), (as_expr(1), as_expr(-1)),
    (MINUS_INFINITY, INFINITY), (ZERO, as_expr(F(3, 2))), (as_expr(F(1, 2)), INFINITY), (as_expr(F(1, 2)), as_expr(3)),
)  # fmt: skip
VALUES: dict[str, dict[str, tuple[Fraction, ...]]] = {
    "power": {"n": (F(0), F(1), F(4))},
    "real_power": {"p": (F(-1, 2), F(-3), F(5, 3))},
    "log_power": {"p": (F(0), F(-1, 2), F(3)), "n": EVEN},
    "log_power_tail": {"p": (F(3, 2), F(4)), "n": (F(0), F(1), F(2))},
    "exponential": {"n": EVEN, "b": (F(1), F(-2, 3))},
    "damped_cosine": {"k": POSITIVES, "t": REALS},
    "damped_sine": {"k": POSITIVES, "t": REALS},
    "gaussian_moment": {"n": (F(0), F(1), F(2), F(5)), "a": POSITIVES, "b": REALS},
    "gaussian_range": {"n": EVEN, "a": (F(1, 2), F(3)), "b": (F(0), F(2, 3))},
    "gaussian_cdf": {"n": EVEN, "a": (F(1, 2), F(2)), "b": (F(0), F(-1, 2)), "c": (F(1), F(-2)), "d": (F(0), F(1, 3))},
    "gaussian_cdf_squared": {"n": EVEN, "a": (F(1, 2), F(2)), "c": (F(1), F(-1, 2), F(3))},
    "gaussian_erf": {"n": EVEN, "a": (F(1, 2), F(2)), "b": (F(0), F(-1, 2)), "c": (F(1), F(-2)), "d": (F(0), F(1, 3))},
    "gaussian_cosine": {"n": EVEN, "a": (F(1, 2), F(2)), "b": (F(0), F(1)), "t": (F(1), F(-3)), "u": (F(0), F(1, 3))},
    "gaussian_sine": {"n": EVEN, "a": (F(1, 2), F(2)), "b": (F(0), F(1)), "t": (F(1), F(-3)), "u": (F(0), F(1, 3))},
    "gaussian_cosine_squared": {"n": EVEN, "a": (F(1),), "b": (F(0), F(1)), "t": (F(1), F(-3)), "u": (F(0), F(1, 3))},
    "gaussian_sine_squared": {"n": EVEN, "a": (F(1),), "b": (F(0), F(1)), "t": (F(1), F(-3)), "u": (F(0), F(1, 3))},
    "gamma": {"s": (F(1), F(1, 2), F(4), F(7, 3)), "k": POSITIVES, "n": (F(0), F(1), F(2))},
    "gamma_in_power": {"r": (F(1), F(3, 2), F(4, 3)), "k": POSITIVES, "p": (F(1), F(2), F(3, 2))},
    "inverse_gamma": {"s": (F(1), F(5, 2)), "k": POSITIVES, "n": (F(0), F(1), F(2))},
    "beta": {"a": (F(1), F(1, 2), F(7, 3)), "b": (F(1), F(3, 2), F(1, 3)), "n": (F(0), F(1)), "m": (F(0), F(1))},
    "logistic": {"n": (F(0), F(1), F(2), F(4))},
    "logistic_softplus": {},
    "gumbel": {"n": (F(0), F(1), F(2))},
    "student": {"n": (F(0), F(2)), "c": (F(1), F(2)), "d": (F(1, 3),), "p": (F(1), F(5, 2))},
}  # fmt: skip
DIGITS = 40


def value(e: Expr) -> Scalar:
    point = Point(Names.of(e), "law", {})
    return Evaluation(Reading(), point, 256).table(e).values[0]


def instances(name: str) -> Iterator[tuple[Expr, Expr]]:
    """The integral and its value, wherever the needs are met."""
    law, given = INTEGRAL_LAWS[name], VALUES[name]
    x, moving = Symbol("x", domain=REAL), Variable("x")
    ranges = RANGES if "low" in law.parameters else ((),)
    for numbers, ends in product(product(*given.values()), ranges):
        parameters = {p: as_expr(v) for p, v in zip(given, numbers, strict=True)}
        parameters.update(zip(("low", "high"), ends, strict=False))
        try:
            found = law.instance(x, parameters)
        except ValueError:
            continue
        lies = Ranges()
        if all(getattr(lies(e), need) for need, e in found.needs):
            yield Integral.of(substitute(found.integrand, {x: moving}), moving, found.low, found.high), found.value


@pytest.mark.parametrize("name", INTEGRAL_LAWS)
def test_a_law_agrees_with_quadrature(name: str) -> None:
    seen = 0
    for integral, stated in list(instances(name))[:: 3 if len(list(instances(name))) > 60 else 1]:
        numeric, exact = value(integral), value(stated)
        assert not isinstance(numeric, State), f"{name}: no enclosure of {integral}"
        assert not isinstance(exact, State), f"{name}: {stated} has no value"
        with ctx.workprec(256):
            gap = abs(ball.arb(numeric) - ball.arb(exact))
            assert gap.contains(0), f"{name}: {integral} is {ball.text(numeric)}, not {ball.text(exact)}"
            assert gap < fmpq(1, 10**DIGITS), f"{name}: {integral} is not known to {DIGITS} digits"
        seen += 1
    assert seen >= 1 + 2 * bool(VALUES[name])


def test_every_law_is_tried() -> None:
    assert set(VALUES) == set(INTEGRAL_LAWS)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("gaussian_moment", {"n": as_expr(0), "a": as_expr(-1), "b": ZERO}),
        ("gamma", {"s": ZERO, "k": ONE, "n": ZERO}),
        ("beta", {"a": as_expr(-1), "b": ONE, "n": ZERO, "m": ZERO}),
        ("student", {"n": ONE, "c": ONE, "d": ONE, "p": ONE}),
        ("log_power", {"p": as_expr(-1), "n": ZERO}),
        ("exponential", {"n": ZERO, "b": ONE, "low": ZERO, "high": INFINITY}),
    ],
)
def test_what_diverges_does_not_meet_the_needs(name: str, parameters: dict[str, Expr]) -> None:
    found = INTEGRAL_LAWS[name].instance(Symbol("x", domain=REAL), parameters)
    assert not all(getattr(Ranges()(e), need) for need, e in found.needs)


def test_parameters_that_a_law_does_not_speak_of() -> None:
    x = Symbol("x", domain=REAL)
    with pytest.raises(ValueError, match="is one of 0, 1"):
        INTEGRAL_LAWS["gaussian_moment"].instance(x, {"n": as_expr(F(1, 2)), "a": ONE, "b": ZERO})
    with pytest.raises(ValueError, match="infinite range"):
        INTEGRAL_LAWS["power"].instance(x, {"n": ONE, "low": ZERO, "high": INFINITY})
    with pytest.raises(ValueError, match="takes n, a, b"):
        INTEGRAL_LAWS["gaussian_moment"].instance(x, {"n": ONE})
