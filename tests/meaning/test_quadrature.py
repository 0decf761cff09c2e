"""Rigorous quadrature: enclosures contain the value, and what does not converge absolutely never has one."""

from __future__ import annotations

import pytest
from flint import acb, arb, ctx

from derive.meaning.index_form import entry
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar, State
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.growth import Growth
from derive.meaning.numbers.integrand import Tree, X, add, apply, compiled, constant, multiply, power
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point
from derive.text.statement import parse_expression

DIGITS = 45


def enclosed(text: str) -> Scalar:
    e = entry(parse_expression(text))
    return Evaluation(Reading(), Point(Names.of(e), "quadrature", {}), 256).table(e).values[0]


@pytest.mark.parametrize(
    ("integral", "value"),
    [
        ("Integral(exp(-x**2), x, -oo, oo)", "sqrt(pi)"),
        ("Integral(exp(-(x-30)**2*500000), x, -oo, oo)", "sqrt(pi/500000)"),
        ("Integral(x**(-1/2)*exp(-x), x, 0, oo)", "sqrt(pi)"),
        ("Integral(x**(-1/2)*(1-x)**(-1/2), x, 0, 1)", "pi"),
        ("Integral(log(x), x, 0, 1)", "-1"),
        ("Integral(log(x)*log(1-x), x, 0, 1)", "2 - pi**2/6"),
        ("Integral(log(1+exp(-x)), x, 0, oo)", "pi**2/12"),
        ("Integral(x**2*sigmoid(x)*(1-sigmoid(x)), x, -oo, oo)", "pi**2/3"),
        ("Integral(exp(-x-exp(-x)), x, -oo, oo)", "1"),
        ("Integral(exp(-log(x)**2/2)/x, x, 0, oo)", "sqrt(2*pi)"),
        ("Integral(x**3*exp(-x**(1/2)), x, 0, oo)", "10080"),
        ("Integral(1/(1+x**2), x, -oo, oo)", "pi"),
        ("Integral(abs(x-1/3)*phi(x), x, -oo, oo)", "2*phi(1/3) + (2*Phi(1/3)-1)/3"),
        ("Integral(abs(x-1/3)**(-1/2), x, 0, 1)", "2/sqrt(3) + 2*sqrt(2/3)"),
        ("Integral(where(x > 1/2, x, 0), x, 0, 1)", "3/8"),
        ("Integral(log(x**2), x, -1, 1)", "-4"),
        ("Integral(x**2*exp(-x), x, -5, oo)", "17*exp(5)"),
        ("Integral(exp(-x)/(7+x)**2*(7+x)**2, x, -5, oo)", "exp(5)"),
        ("Integral(sqrt((x-1/3)**2), x, 0, 1)", "1/18 + 4/18"),
        ("Integral(max(x, 1-x)*sign(x-1/4), x, 0, 1)", "5/16"),
        ("Integral(exp(x), x, 1, 0)", "1 - exp(1)"),
        ("Integral(exp(-x)*cos(3*x), x, 0, oo)", "1/10"),
        ("Integral(x**(-3), x, 2, oo)", "1/8"),
        ("Integral(Sum(x**k, k, 0, 3), x, 0, 1)", "1 + 1/2 + 1/3 + 1/4"),
    ],
)  # fmt: skip
def test_the_value_is_enclosed(integral: str, value: str) -> None:
    found, expected = enclosed(integral), enclosed(value)
    assert not isinstance(found, State)
    assert not isinstance(expected, State)
    with ctx.workprec(256):
        gap = abs(arb(found) - arb(expected))
        assert gap.contains(0)
        assert gap < arb(10) ** -DIGITS


@pytest.mark.parametrize(
    "integral",
    [
        "Integral(1/x, x, 0, 1)",
        "Integral(1/x, x, -1, 1)",
        "Integral(1/x**2, x, -1, 1)",
        "Integral(1/(x-1/3), x, 0, 1)",
        "Integral(1/x, x, 1, oo)",
        "Integral(1/(x*log(x)), x, 2, oo)",
        "Integral(x, x, -oo, oo)",
        "Integral(x/(1+x**2), x, -oo, oo)",
        "Integral(sign(x)/(1+abs(x)), x, -oo, oo)",
        "Integral(1, x, 0, oo)",
        "Integral(sin(x), x, 0, oo)",
        "Integral(sin(x)/x, x, 1, oo)",
        "Integral(tanh(x), x, -oo, oo)",
        "Integral(exp(-x), x, -oo, oo)",
        "Integral(cosh(x**2), x, -oo, oo)",
        "Integral(softplus(x), x, 0, oo)",
        "Integral(sigmoid(x), x, 0, oo)",
        "Integral(x**(-3/2)*exp(-x), x, 0, oo)",
        "Integral(log(x)*exp(-x), x, -1, oo)",
        "Integral(sqrt(1-x), x, 0, 1001/1000)",
        "Integral(1/(1-x)**2, x, 0, 1)",
    ],
)
def test_what_does_not_converge_has_no_value(integral: str) -> None:
    assert enclosed(integral) is UNDEFINED


@pytest.mark.parametrize(
    "integral",
    ["Integral(1/(x**2-x+1/5), x, 0, 1)", "Integral(exp(x)*exp(-x), x, 0, oo)", "Integral(exp(-x)*log(5-x), x, 0, oo)"],
)
def test_what_is_not_known_to_converge_has_none_either(integral: str) -> None:
    assert enclosed(integral) in (UNKNOWN, UNDEFINED)


def test_an_integral_inside_of_another_is_left_alone() -> None:
    with pytest.raises(NotEvaluableError, match="another integral"):
        enclosed("Integral(Integral(exp(-x*y), y, 0, 1), x, 0, 1)")


# -- the parts


NUMBERS = [Tree("const", number=ball.exact(n)) for n in (-2, 3)]
FUNCTIONS = [
    X,
    add(X, NUMBERS[0]),
    multiply(NUMBERS[1], power(X, ball.exact(2))),
    apply("exp", multiply(NUMBERS[0], X)),
    apply("exp", add(multiply(NUMBERS[0], power(X, ball.exact(2))), X)),
    apply("sigmoid", multiply(NUMBERS[0], X)),
    apply("softplus", X),
    apply("log", add(X, constant(ball.exact(1)))),
    apply("Phi", multiply(NUMBERS[0], X)),
    apply("phi", X),
    apply("cosh", X),
    apply("tanh", X),
    power(add(apply("exp", X), NUMBERS[1]), ball.exact(-2)),
    apply("exp", multiply(constant(ball.exact(-1)), apply("exp", X))),
    apply("relu", add(NUMBERS[1], multiply(constant(ball.exact(-1)), X))),
    apply("max", X, NUMBERS[1]),
]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.kind)
def test_rates_bound_the_function(f: Tree) -> None:
    with ctx.workprec(128):
        growth = Growth(arb(4))
        above, below = growth.above(f), growth.below(f)
        value = compiled(f)
        for y in (4, 5, 9, 30, 200):
            size = abs(value(acb(y), False).real)
            if above is not None:
                assert not size > sum((r.at(arb(y)) for r in above), arb(0)) * (1 + arb(2) ** -60)
            if below is not None:
                assert not size < below.at(arb(y)) * (1 - arb(2) ** -60)
        assert above is not None


def test_signs_far_out() -> None:
    minus = constant(ball.exact(-1))
    growing, one = apply("exp", X), constant(ball.exact(1))
    with ctx.workprec(128):
        growth = Growth(arb(4))
        assert growth.positive(add(growing, minus))
        assert growth.positive(add(one, multiply(minus, apply("exp", multiply(minus, X)))))
        assert growth.positive(add(power(X, ball.exact(2)), multiply(minus, X)))
        for negative in (
            add(one, multiply(minus, growing)),
            add(X, multiply(minus, power(X, ball.exact(2)))),
            add(growing, multiply(minus, apply("exp", multiply(NUMBERS[1], X)))),
            add(X, multiply(minus, X)),
        ):
            assert not growth.positive(negative)


def test_tails_bound_the_rest() -> None:
    with ctx.workprec(128):
        for f, rest in (
            (apply("exp", multiply(NUMBERS[0], X)), (arb(-8)).exp() / 2),
            (power(X, ball.exact(-3)), arb(1) / 32),
            (
                multiply(X, apply("exp", multiply(constant(ball.exact(-1)), power(X, ball.exact(2))))),
                arb(-16).exp() / 2,
            ),
        ):
            tail = Growth(arb(4)).tail(f)
            assert tail is not None
            assert not tail < rest
            assert tail < 4 * rest


def test_analytic_continuation_is_refused_across_kinks_and_cuts() -> None:
    near_zero = acb(0) + arb(0, 0.25)
    for kind in ("abs", "relu", "sign", "step", "log"):
        assert not compiled(Tree(kind, (X,)))(near_zero, True).is_finite()
    assert not compiled(power(X, ball.exact(1) / 2))(near_zero, True).is_finite()
